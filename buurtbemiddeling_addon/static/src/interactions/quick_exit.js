import { browser } from "@web/core/browser/browser";
import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

// So soon after each other the Escape key is pressed twice, in milliseconds.
const TWICE_WITHIN = 1000;
// In this tab a page was left.
const LEFT = "mediation_left";

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
        _window: { "t-on-pageshow": this.onPageshow },
    };

    setup() {
        this.escapedAt = -Infinity;
        this.forget();
    }

    leave() {
        document.body.hidden = true;
        document.title = "";
        for (const field of document.querySelectorAll("input, textarea, select")) {
            field.value = "";
            field.checked = false;
        }
        browser.sessionStorage.setItem(LEFT, "1");
        navigator.sendBeacon("/buurtbemiddeling/persoonlijk/klaar");
        window.location.replace(this.el.querySelector("a").dataset.address);
    }

    // Behind the back button an earlier page may still hold what was typed in it.
    forget() {
        if (browser.sessionStorage.getItem(LEFT)) {
            for (const form of document.forms) {
                form.reset();
            }
        }
    }

    onPageshow(ev) {
        if (ev.persisted && browser.sessionStorage.getItem(LEFT)) {
            window.location.reload();
        }
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
