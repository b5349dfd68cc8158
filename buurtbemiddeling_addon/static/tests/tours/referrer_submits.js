import { registry } from "@web/core/registry";

// A date field shows its value in the browser's own notation, which typing would have to follow.
const setDate = (date) => (helpers) => {
    helpers.anchor.value = date;
};

registry.category("web_tour.tours").add("buurtbemiddeling_referrer_submits", {
    url: "/my",
    steps: () => [
        {
            content: "Open the referrals from the account page",
            trigger: ".o_portal_my_home a[href='/my/referrals']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Start a new referral",
            trigger: "a[href='/my/referrals/new']",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: "#name-0", run: "edit Tour Eerste" },
        { trigger: "#phone-0", run: "edit 0999000001" },
        {
            content: "Add the neighbour",
            trigger: "button[name=step][value=add]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What was typed is still there",
            trigger: "#name-0:value('Tour Eerste')",
        },
        { trigger: "#name-1", run: "edit Tour Tweede" },
        { trigger: "#street-1", run: "edit Tourstraat" },
        { trigger: "#house_number-1", run: "edit 2" },
        { trigger: "#permission-0", run: "check" },
        { trigger: "#method-in_person-0", run: "click" },
        { trigger: "#told_on-0", run: setDate("2026-01-05") },
        { trigger: "#complaint_type_id", run: "selectByIndex 1" },
        { trigger: "#organisation_reference", run: "edit TOUR-1" },
        {
            content: "Without the permission of the second person it does not go through",
            trigger: "button.btn-lg[name=step][value=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It says why, and suggests to let people report themselves",
            trigger: "#permission-help-1 a[href='/buurtbemiddeling/melden']",
        },
        { trigger: "#permission-0:checked" },
        { trigger: "#permission-1", run: "check" },
        { trigger: "#method-telephone-1", run: "click" },
        { trigger: "#told_on-1", run: setDate("2026-01-06") },
        {
            trigger: "button.btn-lg[name=step][value=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The receipt has no answers yet",
            trigger: ".alert-success",
        },
        { trigger: "p:contains('TOUR-1')" },
        { trigger: "li[aria-current=step] .fa-hourglass-half" },
    ],
});
