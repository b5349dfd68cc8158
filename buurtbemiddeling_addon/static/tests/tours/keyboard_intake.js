import { fill, press } from "@odoo/hoot-dom";
import { registry } from "@web/core/registry";

/** Type in the field that has the focus, and go to the next one with the tab key. */
function type(field, text) {
    return {
        content: `The tab key has come to ${field}`,
        trigger: `.modal .o_field_widget[name=${field}] :is(input, textarea):focus`,
        run: async () => {
            if (text) {
                await fill(text);
            }
            await press("Tab");
        },
    };
}

/** Look for a choice by typing, and take it with the enter key. */
function choose(field, text) {
    return [
        {
            content: `The tab key has come to ${field}`,
            trigger: `.modal .o_field_widget[name=${field}] input:focus`,
            run: () => fill(text),
        },
        {
            trigger: `.o-autocomplete--dropdown-item:contains('${text}') .ui-state-active`,
            run: () => press("Enter"),
        },
        {
            trigger: `.modal .o_field_widget[name=${field}] input:value(/./)`,
            run: () => press("Tab"),
        },
    ];
}

registry.category("web_tour.tours").add("buurtbemiddeling_keyboard_intake", {
    url: "/odoo/buurtbemiddeling",
    steps: () => [
        { trigger: "button.o_telephone_report", run: () => press(["alt", "c"]) },
        type("name", "Tour Toets"),
        type("phone", "+31 999 000 005"),
        {
            content: "The number is known: the case opens in another tab",
            trigger: ".modal .alert-warning a.o_open_known_case[target=_blank]",
        },
        type("email"),
        type("street", "Tourstraat"),
        type("house_number", "6"),
        type("zip", "1234 AB"),
        type("city", "Tourstad"),
        type("language"),
        ...choose("complaint_type_id", "Tour complaint"),
        type("description", "Only what is needed"),
        type("area_id"),
        type("other_name", "Tour Buur"),
        type("other_street", "Tourstraat"),
        type("other_house_number", "8"),
        ...choose("organisation_id", "Housing (test)"),
        type("organisation_reference", "TOUR-2"),
        type("told_on", "01/01/2026"),
        {
            content: "The tab key has come to the choices; the browser itself takes one with the space bar",
            trigger: ".modal .o_field_widget[name=method] input:focus",
            run: "check",
        },
        { trigger: ".modal .o_field_widget[name=method] input:checked", run: () => press(["alt", "q"]) },
        { trigger: ".o_form_view .oe_title:contains('Tour Toets')" },
        {
            content: "The case says so too; the two are linked",
            trigger: ".alert-warning .o_kanban_record:contains('Kanarievogel') a[name=action_link]",
            run: "click",
        },
        { trigger: ".o_form_view:not(:has(.alert-warning .o_kanban_record))" },
        { trigger: ".o_notebook .nav-link[name=linked_cases]" },
    ],
});
