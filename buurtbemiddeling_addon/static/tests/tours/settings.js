import { registry } from "@web/core/registry";

const open = [
    { trigger: "[data-menu-xmlid='buurtbemiddeling_addon.menu_configuration']", run: "click" },
    { trigger: "[data-menu-xmlid='buurtbemiddeling_addon.menu_settings']", run: "click" },
];

registry.category("web_tour.tours").add("buurtbemiddeling_settings", {
    url: "/odoo/buurtbemiddeling",
    steps: () => [
        ...open,
        { trigger: ".modal .o_field_widget[name=mediation_exit_url] input", run: "clear" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        {
            content: "It says which field is missing",
            trigger: ".o_notification:contains('Please fill in, or check: Where the Quick Exit Goes')",
        },
        { trigger: ".modal .o_field_widget[name=mediation_exit_url] input", run: "edit https://www.example.com" },
        { trigger: ".modal .o_field_widget[name=mediation_keep_case] input", run: "edit 18" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        ...open,
        { trigger: ".modal .o_field_widget[name=mediation_keep_case] input:value(18)" },
        { trigger: ".modal .o_form_button_cancel", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});
