import { registry } from "@web/core/registry";

const year = ".o_field_widget[name=birth_year] input";

registry.category("web_tour.tours").add("buurtbemiddeling_year", {
    steps: () => [
        { content: "Nothing is there, and not 0", trigger: `${year}:value(/^$/)` },
        { trigger: year, run: "edit 1960" },
        { trigger: ".o_form_button_save", run: "click" },
        { content: "A year has no separator of thousands", trigger: `.o_form_saved ${year}:value(/^1960$/)` },
        { trigger: year, run: "clear" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: `.o_form_saved ${year}:value(/^$/)` },
        { trigger: year, run: "edit 1961" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
    ],
});
