import { registry } from "@web/core/registry";

const employee = (number) => [
    { trigger: ".o_field_widget[name=child_ids] .o-kanban-button-new", run: "click" },
    { trigger: ".modal .o_field_widget[name=name] input, .modal .o_field_widget[name=name] textarea", run: `edit Tour Medewerker ${number}` },
    { trigger: ".modal .o_field_widget[name=email] input", run: `edit tour${number}@example.com` },
    { trigger: ".modal-footer .o_form_button_save", run: "click" },
    { trigger: `.o_field_widget[name=child_ids] .o_kanban_record:contains('Tour Medewerker ${number}')` },
];

registry.category("web_tour.tours").add("buurtbemiddeling_access_administrator", {
    url: "/odoo/action-buurtbemiddeling_addon.res_partner_action_referrer",
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: "h1 .o_field_widget[name=name] input, h1 .o_field_widget[name=name] textarea", run: "edit Tour Organisatie" },
        ...employee(1),
        ...employee(2),
        { trigger: ".o_notebook_headers a[name=neighbourhood_mediation]", run: "click" },
        { trigger: ".o_field_widget[name=is_referrer] input:checked" },
        { trigger: ".o_field_widget[name=referrer_type_id] input", run: "click" },
        { trigger: ".o-autocomplete--dropdown-item:first", run: "click" },
        { trigger: "button[name=action_open_portal_accounts]", run: "click" },
        { trigger: ".modal tr:contains('Tour Medewerker 1') button[name=action_grant_access]", run: "click" },
        { trigger: ".modal tr:contains('Tour Medewerker 1') button[name=action_revoke_access]" },
        { trigger: ".modal tr:contains('Tour Medewerker 2') button[name=action_grant_access]", run: "click" },
        { trigger: ".modal tr:contains('Tour Medewerker 2') button[name=action_revoke_access]" },
    ],
});
