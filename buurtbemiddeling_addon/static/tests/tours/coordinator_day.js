import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("buurtbemiddeling_coordinator_day", {
    url: "/odoo/buurtbemiddeling",
    steps: () => [
        {
            content: "The board says what comes next",
            trigger: ".o_kanban_record:contains('Kanarievogel'):contains('Choose mediators')",
            run: "click",
        },
        {
            content: "One click opens it: pairs without a conflict of interest",
            trigger: "button[name=action_next_step]",
            run: "click",
        },
        { trigger: ".modal .o_data_row:contains('mediator_test') button[name=action_choose]", run: "click" },
        { trigger: ".o_field_widget[name=mediator_ids] .o_tag:nth-child(2)" },
        { trigger: "button[name=action_next_stage]", run: "click" },
        { trigger: "button[name=action_next_stage]:contains('To the second talk')" },
        {
            content: "Then an appointment is to be planned",
            trigger: "button[name=action_next_step]",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=party_ids] input:checked" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_field_widget[name=next_step]:contains('Appointment')" },
        {
            content: "The other party is invited by letter",
            trigger: ".o_form_statusbar button:contains('Write a letter')",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=party_ids] .o_tag:contains('Buur')" },
        { trigger: ".modal button[name=action_write]", run: "click" },
        {
            content: "The text is read before it is sent",
            trigger: ".o_field_widget[name=body]:contains('Dear Buur')",
        },
        { trigger: "button[name=action_send_email]", run: "click" },
        { trigger: ".o_form_view:not(:has(button[name=action_send_email]))" },
        { trigger: ".o_back_button, .breadcrumb-item.o_back_button a", run: "click" },
        {
            content: "What the parties agreed is written down",
            trigger: ".o_notebook .nav-link:contains('Agreements')",
            run: "click",
        },
        { trigger: ".o_notebook button:contains('Write down agreements')", run: "click" },
        { trigger: ".o_field_x2many_list_row_add a", run: "click" },
        { trigger: ".o_field_widget[name=text] textarea", run: "edit Muziek uit na tien uur" },
        { trigger: ".o_form_statusbar button:contains('Save')", run: "click" },
        { trigger: ".o_kanban_record:contains('Buur') button:contains('Signed on paper')", run: "click" },
        { trigger: ".modal .o_form_button_save, .modal-footer .btn-primary", run: "click" },
        { trigger: ".o_form_statusbar .o_arrow_button_current:contains('Partly')" },
    ],
});

registry.category("web_tour.tours").add("buurtbemiddeling_aftercare", {
    url: "/odoo/buurtbemiddeling",
    steps: () => [
        { trigger: ".o_kanban_record:contains('Kanarievogel'):contains('Aftercare')", run: "click" },
        { trigger: ".o_form_statusbar button:contains('Aftercare')", run: "click" },
        { trigger: ".modal .o_field_widget[name=answer] input[data-value=partly]", run: "click" },
        { trigger: ".modal button[name=action_close]", run: "click" },
        { trigger: ".o_form_statusbar button:contains('Reopen')" },
        { trigger: ".o_field_widget[name=outcome]:contains('Improved')" },
    ],
});
