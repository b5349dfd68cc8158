from odoo import Command, fields, models
from odoo.exceptions import UserError


class CaseMerge(models.TransientModel):
    """Puts a new report about a conflict that is already known with the case of that conflict."""

    _name = "buurtbemiddeling.case.merge"
    _description = "Put a Report with an Existing Case"

    case_id = fields.Many2one("buurtbemiddeling.case", string="New Report", required=True, ondelete="cascade")
    target_case_id = fields.Many2one(
        "buurtbemiddeling.case",
        string="Existing Case",
        required=True,
        ondelete="cascade",
        domain="[('id', '!=', case_id), ('company_id', '=', company_id)]",
    )
    company_id = fields.Many2one(related="case_id.company_id")

    def action_merge(self):
        """Move the people and the referrals of the new report to the existing case and archive the report.

        Each referrer keeps its own receipt and hears the answers of the existing case, one a day from the next
        daily round on; none of them sees that there was another report.

        :return: an action that opens the existing case
        :raise AccessError: for a user who may not edit both cases
        :raise UserError: when the report is no longer new, or the two are the same or of two companies
        """
        self.ensure_one()
        report, target = self.case_id, self.target_case_id
        if report == target or report.company_id != target.company_id:
            raise UserError(self.env._("Choose another case of the same organisation."))
        if report.stage not in ("reported", "intake"):
            raise UserError(self.env._("Only a new report can be put with another case. This one is further already."))
        report.with_context(active_test=False).party_ids.write({"case_id": target.id})
        receipts = report.referral_ids
        report.write({"referral_ids": [Command.clear()], "late_referral_ids": [Command.clear()], "active": False})
        report.activity_unlink(["buurtbemiddeling_addon.activity_type_new_report"])
        report.message_post(body=self.env._("Put with case %(reference)s.", reference=target.reference))
        if report.description:
            target.description = "\n\n".join(filter(None, [target.description, report.description]))
        target.message_post(body=self.env._("Report %(reference)s was put with this case.", reference=report.reference))
        links = [Command.link(receipt.id) for receipt in receipts]
        target.write({"late_referral_ids": links, "referral_ids": links})
        return {
            "type": "ir.actions.act_window",
            "res_model": "buurtbemiddeling.case",
            "res_id": target.id,
            "view_mode": "form",
        }
