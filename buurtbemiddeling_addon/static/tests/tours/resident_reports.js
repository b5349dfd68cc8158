import { registry } from "@web/core/registry";

const CODE = "buurtbemiddeling_tour_code";
const PAGES = "buurtbemiddeling_tour_pages";

registry.category("web_tour.tours").add("buurtbemiddeling_resident_reports", {
    url: "/buurtbemiddeling/melden",
    steps: () => [
        { trigger: "#name", run: "edit Tour Bewoner" },
        { trigger: "#zip", run: "edit 1234 AB" },
        { trigger: "#house_number", run: "edit 3" },
        { trigger: "#complaint_type_id", run: "selectByIndex 2" },
        {
            content: "Without a way to speak it does not go through",
            trigger: "form button.btn-lg",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: "#phone.is-invalid" },
        { trigger: "#name:value('Tour Bewoner')" },
        { trigger: "#phone", run: "edit 0999000002" },
        { trigger: "form button.btn-lg", run: "click", expectUnloadPage: true },
        {
            content: "Write down the code",
            trigger: "#code",
            run() {
                sessionStorage.setItem(CODE, this.anchor.textContent.trim());
            },
        },
        { trigger: "a[href$='/buurtbemiddeling/persoonlijk']", run: "click", expectUnloadPage: true },
        {
            trigger: "input[name='code']",
            run(helpers) {
                return helpers.edit(sessionStorage.getItem(CODE));
            },
        },
        { trigger: "form button.btn-lg", run: "click", expectUnloadPage: true },
        { trigger: "#house_number", run: "edit 3" },
        { trigger: "form button.btn-lg", run: "click", expectUnloadPage: true },
        { content: "A wrong number is said in words", trigger: "#phone", run: "edit 12" },
        { trigger: "form:has(#phone) button", run: "click", expectUnloadPage: true },
        { trigger: "#phone.is-invalid", run: "edit 0999000003" },
        { trigger: "form:has(#phone) button", run: "click", expectUnloadPage: true },
        { trigger: "[role='status']" },
        { trigger: "form:has([value='take_back']) button", run: "click", expectUnloadPage: true },
        { content: "It asks first", trigger: "button[name='sure']", run: "click", expectUnloadPage: true },
        { trigger: "[role='status']" },
        {
            content: "Twice Escape leaves the page",
            trigger: "body:not(:has(#phone)) .o_mediation_exit a",
            run() {
                this.anchor.dataset.address = "/web/login";
                sessionStorage.setItem(PAGES, history.length);
                for (let times = 0; times < 2; times++) {
                    document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
                }
            },
            expectUnloadPage: true,
        },
        {
            content: "The page is not behind the back button",
            trigger: "body:not(:has(.o_mediation_exit)) input[name='login']",
            run() {
                if (history.length > Number(sessionStorage.getItem(PAGES))) {
                    throw new Error("The page that was left is still in the history");
                }
                window.location.href = "/buurtbemiddeling/persoonlijk";
            },
            expectUnloadPage: true,
        },
        { content: "Who comes next needs the code", trigger: "#code" },
    ],
});
