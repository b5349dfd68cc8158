import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("buurtbemiddeling_manager_holds", {
    url: "/odoo/buurtbemiddeling",
    steps: () => [
        { trigger: "[data-menu-xmlid='buurtbemiddeling_addon.menu_configuration']", run: "click" },
        { trigger: "[data-menu-xmlid='buurtbemiddeling_addon.menu_retention_preview']", run: "click" },
        {
            content: "What will be erased in the coming month: numbers and references, no names",
            trigger: ".o_data_row:contains('Cases, anonymised'):not(:contains('Kanarievogel')) button[name=action_open]",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains('Kanarievogel') .o_data_cell:first", run: "click" },
        { trigger: ".o_form_statusbar button:contains('Hold…')", run: "click" },
        { trigger: ".modal .o_field_widget[name=reason] textarea", run: "edit A complaint is being handled" },
        { trigger: ".modal button[name=action_hold]", run: "click" },
        {
            content: "The case says that it is held, and why",
            trigger: ".alert:contains('Held'):contains('A complaint is being handled')",
        },
        { trigger: "button[name=action_lift_hold]" },
    ],
});
