import { registry } from "@web/core/registry";

// A click that overtakes the one before it leaves buttons of Odoo disabled.
const ready = { trigger: "body:not(:has(.modal)) button[name=action_find]:enabled" };

registry.category("web_tour.tours").add("buurtbemiddeling_data_request", {
    url: "/odoo/buurtbemiddeling",
    steps: () => [
        { trigger: "[data-menu-xmlid='buurtbemiddeling_addon.menu_cases']", run: "click" },
        { trigger: "[data-menu-xmlid='buurtbemiddeling_addon.menu_data_request']", run: "click" },
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=requester] input", run: "edit Tour Kanarievogel" },
        {
            trigger: ".o_field_widget[name=identity_check] input",
            run: "click",
        },
        { trigger: ".o_select_menu_item:contains('showed an identity document')", run: "click" },
        { trigger: "button[name=action_find].btn-primary", run: "click" },
        { trigger: ".modal .o_field_widget[name=name] input", run: "edit Kanarievogel" },
        { trigger: ".modal .o_field_widget[name=phone] input", run: "edit 0999 123 456" },
        { trigger: ".modal button[name=action_look]", run: "click" },
        {
            content: "Who was found, how sure that is and why",
            trigger:
                ".modal .o_data_row:contains('Kanarievogel'):contains('Likely'):contains('the same telephone number') .o_field_widget[name=is_same] input",
            run: "click",
        },
        { trigger: ".modal button[name=action_choose]", run: "click" },
        ready,
        { trigger: "body:not(:has(.modal)) button[name=action_prepare]", run: "click" },
        {
            content: "What may speak about others is left out unless somebody decides",
            trigger: ".modal .o_data_row:contains('Descriptionwords'):not(:has(input:checked))",
        },
        { trigger: ".modal button[name=action_json]", run: "click" },
        { trigger: ".modal button[name=action_json]:enabled" },
        { trigger: ".modal .btn-close", run: "click" },
        ready,
        { trigger: "body:not(:has(.modal)) .o_field_widget[name=answer] textarea", run: "edit Handed over" },
        { trigger: "button[name=action_answer]", run: "click" },
        { trigger: ".modal .modal-footer .btn-primary", run: "click" },
        { trigger: ".o_field_widget[name=closed_on]" },
    ],
});
