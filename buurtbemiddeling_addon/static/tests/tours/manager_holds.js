import { registry } from "@web/core/registry";

const openPreview = [
    { trigger: "[data-menu-xmlid='buurtbemiddeling_addon.menu_configuration']", run: "click" },
    { trigger: "[data-menu-xmlid='buurtbemiddeling_addon.menu_retention_preview']", run: "click" },
];
const openCase = { trigger: ".o_list_view .o_data_row:contains('Kanarievogel') .o_data_cell:first", run: "click" };

registry.category("web_tour.tours").add("buurtbemiddeling_manager_holds", {
    url: "/odoo/buurtbemiddeling",
    steps: () => [
        ...openPreview,
        {
            content: "What will be erased in the coming month: numbers and references, no names",
            trigger: ".o_data_row:contains('Cases, anonymised'):not(:contains('Kanarievogel')) button[name=action_open]",
            run: "click",
        },
        openCase,
        { trigger: ".o_form_statusbar button:contains('Hold…')", run: "click" },
        { trigger: ".modal .o_field_widget[name=reason] textarea", run: "edit A complaint is being handled" },
        { trigger: ".modal button[name=action_hold]", run: "click" },
        {
            content: "The case says that it is held, and why",
            trigger: ".alert:contains('Held'):contains('A complaint is being handled')",
        },
        // A click that overtakes the one before it leaves buttons of Odoo disabled.
        { trigger: "body:not(:has(.modal)) button[name=action_lift_hold]:enabled" },
        ...openPreview,
        {
            content: "The preview lists it as held",
            trigger: ".o_data_row:contains('Held: these stay') button[name=action_open]",
            run: "click",
        },
        openCase,
        { trigger: "button[name=action_lift_hold]", run: "click" },
        { trigger: ".o_form_view:not(:has(button[name=action_lift_hold])) button:contains('Hold…'):enabled" },
    ],
});
