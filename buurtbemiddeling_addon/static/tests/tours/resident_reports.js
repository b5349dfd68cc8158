import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("buurtbemiddeling_resident_reports", {
    url: "/buurtbemiddeling/melden",
    steps: () => [
        { trigger: "#name", run: "edit Tour Bewoner" },
        { trigger: "#street", run: "edit Tourstraat" },
        { trigger: "#house_number", run: "edit 3" },
        { trigger: "#complaint_type_id", run: "selectByIndex 2" },
        {
            content: "Without a way to be reached it does not go through",
            trigger: "form button.btn-lg",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: "#phone.is-invalid" },
        { trigger: "#name:value('Tour Bewoner')" },
        { trigger: "#phone", run: "edit 0999000002" },
        { trigger: "form button.btn-lg", run: "click", expectUnloadPage: true },
        { trigger: "body:not(:has(#name))" },
    ],
});
