import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

// So soon after each other the Escape key is pressed twice, in milliseconds.
const TWICE_WITHIN = 1000;

/**
 * Leaves a page at once: nothing of it stays on the screen, in the form, or behind the back button, and a personal page
 * does not open again without its code.
 */
export class QuickExit extends Interaction {
    static selector = ".o_mediation_exit";
    dynamicContent = {
        a: { "t-on-click.prevent": this.leave },
        ".o_mediation_exit_key": { "t-att-class": () => ({ "d-md-inline": true }) },
        _document: { "t-on-keydown": this.onKeydown },
    };

    setup() {
        this.escapedAt = -Infinity;
    }

    leave() {
        document.body.hidden = true;
        document.title = "";
        for (const field of document.querySelectorAll("input, textarea, select")) {
            field.value = "";
        }
        navigator.sendBeacon("/buurtbemiddeling/persoonlijk/klaar", new URLSearchParams({ csrf_token: odoo.csrf_token }));
        window.location.replace(this.el.querySelector("a").href);
    }

    onKeydown(ev) {
        if (ev.key !== "Escape") {
            return;
        }
        if (ev.timeStamp - this.escapedAt < TWICE_WITHIN) {
            this.leave();
        }
        this.escapedAt = ev.timeStamp;
    }
}

registry.category("public.interactions").add("buurtbemiddeling_addon.quick_exit", QuickExit);
