import { registry } from "@web/core/registry";

const recognised = [
    { trigger: "#house_number", run: "edit 12a" },
    { trigger: "#birth_year", run: "edit 1970" },
    { trigger: "main form .btn-primary", run: "click", expectUnloadPage: true },
];

registry.category("web_tour.tours").add("buurtbemiddeling_personal_participation", {
    steps: () => [
        ...recognised,
        { content: "What is agreed to is said first", trigger: "main ul li:contains('stop at any moment')" },
        { trigger: "button[value=yes]", run: "click", expectUnloadPage: true },
        { trigger: "[role=status]:contains('you take part')" },
        { content: "Stopping is as easy", trigger: "button[value=no]", run: "click", expectUnloadPage: true },
        { content: "It is asked once more", trigger: "button[name=sure]", run: "click", expectUnloadPage: true },
        { trigger: "[role=status]:contains('you do not take part')" },
        { content: "On this device nothing is kept", trigger: "form[action$=klaar] button", run: "click", expectUnloadPage: true },
        { trigger: "#code" },
    ],
});

registry.category("web_tour.tours").add("buurtbemiddeling_personal_appointment", {
    steps: () => [
        ...recognised,
        { trigger: "a[href$='.ics']" },
        { trigger: "#answer-move", run: "click" },
        { trigger: "main form .btn-primary", run: "click", expectUnloadPage: true },
        { content: "Without a moment it does not go through", trigger: "#wishes.is-invalid" },
        { trigger: "#answer-move:checked" },
        { trigger: "#wishes", run: "edit Tuesday after six" },
        { trigger: "main form .btn-primary", run: "click", expectUnloadPage: true },
        { trigger: "[role=status]:contains('another moment')" },
    ],
});
