import { registry } from "@web/core/registry";

const confirm = { trigger: ".modal-footer .btn-primary", run: "click" };
// A click that overtakes the one before it leaves buttons of Odoo disabled.
const ready = { trigger: ".o_form_statusbar button.o_button_end_case:enabled" };

registry.category("web_tour.tours").add("buurtbemiddeling_coordinator_handles", {
    url: "/odoo/buurtbemiddeling",
    steps: () => [
        {
            content: "Open the new referral on the board",
            trigger: ".o_kanban_record:contains('Kanarievogel')",
            run: "click",
        },
        { trigger: "button[name=action_take_on]", run: "click" },
        { trigger: ".o_field_widget[name=coordinator_id] input:not(:value(''))" },
        ready,
        {
            content: "Both people know of the referral",
            trigger: ".o_kanban_record:contains('Kanarievogel') a[name=action_confirm_referral]",
            run: "click",
        },
        { trigger: ".o_kanban_record:contains('Kanarievogel') .badge.text-bg-success" },
        ready,
        {
            trigger: ".o_kanban_record:contains('Buur') a[name=action_confirm_referral]",
            run: "click",
        },
        { trigger: ".o_form_view:not(:has(a[name=action_confirm_referral]))" },
        { trigger: "button[name=action_suitable]", run: "click" },
        confirm,
        { trigger: "button[name=action_take_up]", run: "click" },
        confirm,
        {
            content: "The first talk needs a pair of mediators",
            trigger: "button[name=action_next_stage]",
            run: "click",
        },
        { trigger: ".modal-body:contains('-')" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: ".o_field_widget[name=mediator_ids] input", run: "edit mediator_test" },
        { trigger: ".o-autocomplete--dropdown-item:contains('mediator_test'):first", run: "click" },
        { trigger: ".o_field_widget[name=mediator_ids] input", run: "edit second_mediator" },
        { trigger: ".o-autocomplete--dropdown-item:contains('second_mediator')", run: "click" },
        { trigger: ".o_field_widget[name=mediator_ids] .o_tag:contains('second_mediator')" },
        { trigger: "button[name=action_next_stage]", run: "click" },
        { trigger: "button[name=action_next_stage]:contains('To the second talk')" },
        { trigger: ".o_form_statusbar button.o_button_end_case:enabled" },
        {
            content: "The reporter takes part",
            trigger: ".o_kanban_record:contains('Kanarievogel') a[name=action_record_participation]",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=method] input[data-value=in_person]", run: "click" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: ".o_kanban_record:contains('Kanarievogel') a[name=action_ask_withdraw_participation]" },
        {
            content: "The talk was enough: end the case",
            trigger: ".o_form_statusbar button.o_button_end_case",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=result_id] input", run: "click" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Mediated, with agreements')", run: "click" },
        { trigger: ".modal .o_field_widget[name=outcome] input:checked" },
        { trigger: ".modal-footer button[name=action_end]", run: "click" },
        { trigger: ".o_form_statusbar button:contains('Reopen')" },
    ],
});

registry.category("web_tour.tours").add("buurtbemiddeling_disclosure", {
    url: "/odoo/buurtbemiddeling",
    steps: () => [
        { trigger: ".o_kanban_record:contains('Kanarievogel')", run: "click" },
        { trigger: ".o_notebook .o_kanban_record:contains('Kanarievogel')", run: "click" },
        { trigger: ".modal button[name=action_disclose]", run: "click" },
        { trigger: ".modal .o_field_widget[name=organisation_id] input", run: "edit Housing (test)" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Housing (test)')", run: "click" },
        { trigger: ".modal .o_field_widget[name=disclosed_name] input", run: "edit M. Kanarievogel" },
        { trigger: ".modal:has(.o_field_widget[name=disclosed_name]) .o_form_button_save", run: "click" },
        { trigger: ".modal:not(:has(.o_field_widget[name=disclosed_name])) .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_form_view" },
    ],
});

registry.category("web_tour.tours").add("buurtbemiddeling_telephone_report", {
    url: "/odoo/buurtbemiddeling",
    steps: () => [
        { trigger: ".o_control_panel button.o_telephone_report", run: "click" },
        { trigger: ".modal .o_field_widget[name=name] input", run: "edit Tour Beller" },
        { trigger: ".modal .o_field_widget[name=phone] input", run: "edit 0999000003" },
        { trigger: ".modal .o_field_widget[name=street] input", run: "edit Tourstraat" },
        { trigger: ".modal .o_field_widget[name=house_number] input", run: "edit 4" },
        { trigger: ".modal .o_field_widget[name=complaint_type_id] input", run: "edit Noise by people" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Noise by people')", run: "click" },
        { trigger: ".modal .o_field_widget[name=complaint_type_id] input:value('Noise by people')" },
        { trigger: ".modal-footer button[name=action_create_case]", run: "click" },
        { trigger: ".o_form_view .oe_title:contains('Tour Beller')" },
        { trigger: ".o_arrow_button_current[data-value=intake]" },
    ],
});
