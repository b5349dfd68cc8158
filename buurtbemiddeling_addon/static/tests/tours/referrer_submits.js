import { registry } from "@web/core/registry";

// A date field shows its value in the browser's own notation, which typing would have to follow.
const setDate = (date) => (helpers) => {
    helpers.anchor.value = date;
};
const goOn = { trigger: "button.btn-lg[value=continue]", run: "click", expectUnloadPage: true };

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
        {
            content: "It begins with what people must be told, and with the leaflet for them",
            trigger: "h2#section:contains('Step 1 of 5')",
        },
        { trigger: "form a[href='/my/referrals/leaflet']" },
        goOn,
        { trigger: "h2#section:contains('Step 2 of 5')" },
        { trigger: "#role-0-reporter", run: "click" },
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
        { trigger: "#role-1-other_party", run: "click" },
        { trigger: "#name-1", run: "edit Tour Tweede" },
        { trigger: "#street-1", run: "edit Tourstraat" },
        { trigger: "#house_number-1", run: "edit 2" },
        { trigger: "#permission-0", run: "check" },
        { trigger: "#method-0-in_person", run: "click" },
        { trigger: "#told_on-0", run: setDate("2026-01-05") },
        {
            content: "Without the permission of the second person it does not go on",
            ...goOn,
        },
        {
            content: "It says so where the page opens, with the way to the field",
            trigger: "#section[role=alert] a[href='#permission-1']",
        },
        {
            content: "It says why, and suggests to let people report themselves",
            trigger: "#permission-1-help a[href='/buurtbemiddeling/melden']",
        },
        { trigger: "#permission-0:checked" },
        { trigger: "#permission-1", run: "check" },
        { trigger: "#method-1-telephone", run: "click" },
        { trigger: "#told_on-1", run: setDate("2026-01-06") },
        { trigger: "#asked_by-1", run: "edit Tour Collega" },
        goOn,
        { trigger: "h2#section:contains('Step 3 of 5')" },
        { trigger: "#complaint_type_id", run: "selectByIndex 1" },
        goOn,
        { trigger: "h2#section:contains('Step 4 of 5')" },
        { trigger: "#organisation_reference", run: "edit TOUR-1" },
        goOn,
        { trigger: "dd:contains('Tour Eerste')" },
        { trigger: "dd:contains('Tour Collega')" },
        {
            content: "Something is not right",
            trigger: "button[value=change-2]",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: "#name-1", run: "edit Tour Derde" },
        { content: "What was checked before is not asked once more", ...goOn },
        { trigger: "dd:contains('Tour Derde')" },
        { trigger: "button.btn-lg[value=submit]", run: "click", expectUnloadPage: true },
        {
            content: "The receipt has no answers yet",
            trigger: ".alert-success",
        },
        { trigger: "p:contains('TOUR-1')" },
        { trigger: "li[aria-current=step] .fa-hourglass-half" },
    ],
});

const isKept = () => Object.keys(localStorage).some((name) => name.startsWith("mediation_draft_"));
const goTo = (url) => ({ trigger: "body", run: () => window.location.assign(url), expectUnloadPage: true });
const signIn = (login) => [
    { trigger: "#login", run: `edit ${login}` },
    { trigger: "#password", run: `edit ${login.padEnd(8, "x")}` },
    { trigger: ".oe_login_form button[type=submit]", run: "click", expectUnloadPage: true },
];

registry.category("web_tour.tours").add("buurtbemiddeling_referral_draft", {
    url: "/my/referrals/new",
    steps: () => [
        goOn,
        { trigger: "#name-0", run: "edit Tour Kwijt" },
        { trigger: "#permission-0", run: "check" },
        { trigger: "#asked_by-0", run: "edit Tour Collega" },
        { content: "Her session is lost while she types", trigger: "body", run: () => fetch("/web/session/logout") },
        { content: "So the next step leads to the sign-in page", ...goOn },
        {
            content: "What she typed is in the browser, but cannot be read there",
            trigger: "#login",
            run: () => {
                const text = JSON.stringify({ ...localStorage, ...sessionStorage });
                if (!isKept() || text.includes("Kwijt")) {
                    throw new Error("The draft is not there, or it can be read");
                }
            },
        },
        {
            content: "A colleague uses the same computer",
            ...goTo("/web/login?redirect=/my/referrals/new"),
        },
        ...signIn("second_officer"),
        { trigger: "h2#section:contains('Step 1 of 5')" },
        { content: "She is offered nothing", trigger: "form:has(.o_mediation_draft.d-none):not(:has([value*=Kwijt]))" },
        goTo("/web/session/logout?redirect=/web/login%3Fredirect%3D/my/referrals/new"),
        ...signIn("officer"),
        { content: "She comes back, and so does her draft", trigger: ".o_mediation_draft:not(.d-none)" },
        { content: "Where she left it, and nothing is wrong yet", trigger: "h2#section:contains('Step 2 of 5')" },
        { trigger: "#name-0:value('Tour Kwijt')" },
        { trigger: "#asked_by-0:value('Tour Collega')" },
        { content: "A permission is said anew", trigger: "#permission-0:not(:checked)" },
        { trigger: "#role-0-reporter", run: "click" },
        { trigger: "#permission-0", run: "check" },
        { trigger: "#method-0-in_person", run: "click" },
        { trigger: "#phone-0", run: "edit 0999000001" },
        { trigger: "#told_on-0", run: setDate("2026-01-05") },
        goOn,
        { trigger: "#complaint_type_id", run: "selectByIndex 1" },
        goOn,
        { trigger: "#organisation_reference", run: "edit TOUR-2" },
        goOn,
        { trigger: "button.btn-lg[value=submit]", run: "click", expectUnloadPage: true },
        { trigger: ".alert-success" },
        {
            content: "It is handed over, and nothing is kept in the browser",
            trigger: "body",
            run: () => {
                if (isKept()) {
                    throw new Error("The draft is still there");
                }
            },
        },
        goTo("/my/referrals/new"),
        goOn,
        { trigger: "#name-0:not([value*=Tour])" },
        { trigger: "#name-0", run: "edit Tour Weg" },
        {
            content: "A draft that is thrown away is gone",
            trigger: "a.o_mediation_draft_drop",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "a[href='/my/referrals/new']",
            run: () => {
                if (isKept()) {
                    throw new Error("The draft is still there");
                }
            },
        },
    ],
});
