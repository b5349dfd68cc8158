import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("buurtbemiddeling_requests_phone", {
    steps: () => [
        {
            content: "The card says what is asked, that it is open, and in red that it is late",
            trigger:
                ".o_kanban_record:contains('Kanarievogel'):contains('To see the data'):contains('To answer') .text-danger:contains('Answer before')",
        },
    ],
});
