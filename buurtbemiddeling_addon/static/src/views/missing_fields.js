import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { Record } from "@web/model/relational_model/record";

// In a long dialog, that something is missing is no help without what.
patch(Record.prototype, {
    _displayInvalidFieldNotification() {
        // Odoo also calls this where several rows are changed at once and one of them may not be.
        if (!this.resModel.startsWith("buurtbemiddeling.") || !this._invalidFields.size) {
            return super._displayInvalidFieldNotification();
        }
        const labels = [...this._invalidFields].map((name) => this.fields[name].string);
        return this.model.notification.add(_t("Please fill in, or check: %s", labels.join(", ")), {
            type: "danger",
        });
    },
});
