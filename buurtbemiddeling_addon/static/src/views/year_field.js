import { registry } from "@web/core/registry";
import { IntegerField, integerField } from "@web/views/fields/integer/integer_field";

/** A year: without a separator of thousands, and empty where there is none. */
export class YearField extends IntegerField {
    get formattedValue() {
        return this.value ? String(this.value) : "";
    }
}

registry.category("fields").add("buurtbemiddeling_year", {
    ...integerField,
    component: YearField,
    isEmpty: (record, fieldName) => !record.data[fieldName],
});
