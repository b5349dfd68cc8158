import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

const PREFIX = "mediation_draft_";
const SENT = "mediation_sent";
const DAY = 24 * 60 * 60 * 1000;
// What belongs to one page only.
const NOT_KEPT = /^(csrf_token|step)$/;

/**
 * Keeps what is typed in a referral in this browser, for when the session is lost. It is encrypted with a key that the
 * server gives only to the user who typed it, so nobody else who uses the computer can read it. It stays for a day.
 */
export class ReferralDraft extends Interaction {
    static selector = ".o_mediation_referral";
    dynamicContent = {
        _root: { "t-on-input": this.save, "t-on-submit": this.onSubmit },
        _window: { "t-on-pageshow": this.onPageshow },
        ".o_mediation_draft_drop": { "t-on-click": () => browser.localStorage.removeItem(this.name) },
    };

    async willStart() {
        for (const name of Object.keys(browser.localStorage).filter((name) => name.startsWith(PREFIX))) {
            if (!(Date.now() - JSON.parse(browser.localStorage.getItem(name)).time < DAY)) {
                browser.localStorage.removeItem(name);
            }
        }
        // Without https a browser does not encrypt: then there is no draft.
        if (!window.crypto?.subtle) {
            return;
        }
        const { draftKey, isNew } = this.el.dataset;
        this.name = PREFIX + draftKey.slice(0, 64);
        const bytes = draftKey.slice(64).match(/../g).map((digits) => parseInt(digits, 16));
        this.key = await crypto.subtle.importKey("raw", new Uint8Array(bytes), "AES-GCM", false, ["encrypt", "decrypt"]);
        // A page that comes up again, by the back button or a reload, is older than the draft.
        const isOld = performance.getEntriesByType("navigation")[0].type !== "navigate";
        await (isNew || isOld ? this.restore() : this.save());
    }

    async save() {
        if (!this.key) {
            return;
        }
        const typed = [...new FormData(this.el)].filter(([name]) => !NOT_KEPT.test(name));
        const draft = { time: Date.now(), vector: [...crypto.getRandomValues(new Uint8Array(12))] };
        this.latest = draft;
        const text = new TextEncoder().encode(JSON.stringify(typed));
        draft.text = [...new Uint8Array(await crypto.subtle.encrypt(this.cipher(draft), this.key, text))];
        if (this.latest === draft) {
            browser.localStorage.setItem(this.name, JSON.stringify(draft));
            // The back button and a reload then ask for the page, instead of sending the form once more.
            browser.history.replaceState({ [this.name]: draft }, "");
        }
    }

    async restore() {
        const latest = JSON.parse(browser.localStorage.getItem(this.name));
        if (!latest) {
            return;
        }
        const returned = browser.history.state?.[this.name];
        const draft = returned || latest;
        const text = await crypto.subtle.decrypt(this.cipher(draft), this.key, new Uint8Array(draft.text));
        const typed = new URLSearchParams(JSON.parse(new TextDecoder().decode(text)));
        typed.set("csrf_token", this.el.elements.csrf_token.value);
        typed.set("step", `change-${typed.get("section")}`);
        if (!returned) {
            // Not by the back button or a reload: a permission is said anew.
            [...typed.keys()].filter((name) => name.startsWith("permission-")).forEach((name) => typed.delete(name));
        }
        const answer = await fetch(this.el.action, { method: "POST", body: typed });
        if (answer.redirected) {
            // It was handed over before: this is the receipt.
            browser.location.replace(answer.url);
            return;
        }
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        this.el.replaceChildren(...page.querySelector(ReferralDraft.selector).childNodes);
        if (!returned) {
            const options = { weekday: "long", hour: "2-digit", minute: "2-digit" };
            const time = new Date(draft.time).toLocaleString(document.documentElement.lang || undefined, options);
            this.el.querySelector(".o_mediation_draft_time").textContent = time;
            this.el.querySelector(".o_mediation_draft").classList.remove("d-none");
        }
        this.el.querySelector("#section").focus();
    }

    cipher(draft) {
        return { name: "AES-GCM", iv: new Uint8Array(draft.vector) };
    }

    onPageshow(ev) {
        // The browser had kept the whole page; what was handed over or thrown away is not shown again.
        if (ev.persisted && this.name && !browser.localStorage.getItem(this.name)) {
            browser.location.reload();
        }
    }

    onSubmit(ev) {
        if (this.key && ev.submitter?.value === "submit") {
            browser.localStorage.setItem(SENT, this.name);
        }
    }
}

/** Throws the draft away on the receipt, when it is certain that what was typed has arrived. */
export class ReferralReceived extends Interaction {
    static selector = ".o_mediation_received";

    start() {
        browser.localStorage.removeItem(browser.localStorage.getItem(SENT));
        browser.localStorage.removeItem(SENT);
    }
}

registry.category("public.interactions").add("buurtbemiddeling_addon.referral_draft", ReferralDraft);
registry.category("public.interactions").add("buurtbemiddeling_addon.referral_received", ReferralReceived);
