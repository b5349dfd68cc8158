import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("buurtbemiddeling_mediator_phone", {
    url: "/odoo/buurtbemiddeling-my-appointments",
    steps: () => [
        {
            content: "The appointment of today says where and with whom",
            trigger: ".o_kanban_record:contains('Vinkenpad 12'):has(.badge:contains('Today'))",
            run: "click",
        },
        { trigger: ".o_form_view a[href^='tel:']:contains('0999123456')" },
        { trigger: ".o_field_widget[name=note] textarea", run: "edit Wil graag overleg" },
        { trigger: "button[name=action_held]", run: "click" },
        { trigger: ".o_field_badge:contains('Held')" },
        {
            content: "Her case shows the same",
            trigger: ".o_field_widget[name=case_id] a",
            run: "click",
        },
        { trigger: ".o_form_view .o_kanban_record:contains('Wil graag overleg'):contains('Held')" },
        { trigger: ".o_form_view:not(:has(button[name=action_my_report]))" },
    ],
});
