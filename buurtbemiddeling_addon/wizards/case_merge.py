from odoo import Command, fields, models
from odoo.exceptions import UserError


class CaseMerge(models.TransientModel):
    """Puts a new report about a conflict that is already known with the case of that conflict."""

    _name = "buurtbemiddeling.case.merge"
    _description = "Put a Report with an Existing Case"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    case_id = fields.Many2one("buurtbemiddeling.case", string="New Report", required=True, ondelete="cascade")
    target_case_id = fields.Many2one(
        "buurtbemiddeling.case",
        string="Existing Case",
        required=True,
        ondelete="cascade",
        domain="[('id', '!=', case_id), ('company_id', '=', company_id), ('stage', '!=', 'closed')]",
    )
    company_id = fields.Many2one(related="case_id.company_id")
    target_summary = fields.Char(related="target_case_id.parties_summary", related_sudo=False)

    def action_merge(self):
        """Move the people, the referrals and all parts of the new report to the existing case and archive the report.

        The report keeps its own messages and is linked with the case, so that its history can be read there. Its
        mediators no longer see it: who works for these people stands on the case.

        Each referrer keeps its own receipt and hears the answers of the existing case, one a day from the next
        daily round on; none of them sees that there was another report.

        :return: an action that opens the existing case
        :raise AccessError: for a user who may not edit both cases
        :raise UserError: when the report is no longer new, the case is closed, or the two are the same or of two
            companies
        """
        self.ensure_one()
        report, target = self.case_id, self.target_case_id
        if report == target or report.company_id != target.company_id:
            raise UserError(self.env._("Choose another case of the same organisation."))
        if report.stage not in ("reported", "intake"):
            raise UserError(self.env._("Only a new report can be put with another case. This one is further already."))
        if target.stage == "closed" or not target.active:
            raise UserError(self.env._("That case is closed. Handle this report as a new case."))
        # Whoever comes into a mediation that is under way is asked first whether she takes part.
        moved = {"case_id": target.id, **({"active": False} if target.stage == "mediation" else {})}
        people = report.with_context(active_test=False).party_ids
        people.write(moved)
        receipts = report.referral_ids
        (report | target).check_access("write")
        # Also a referrer whose report is put with another one before the job comes to it hears, once, that it arrived.
        (report | target).filtered("is_to_be_announced")._take_in()
        report.session_ids._to_come()._cancel()
        target.excluded_mediator_ids |= report.excluded_mediator_ids
        report.activity_unlink(["buurtbemiddeling_addon.activity_type_new_report"])
        self._move_parts(report, target)
        self._move_activities(report, target)
        report.message_post(body=self.env._("Put with case %(reference)s.", reference=target.reference))
        if report.description:
            target.description = "\n\n".join(filter(None, [target.description, report.description]))
        # sudo: the links of receipts are not written by hand; the user may edit the report (checked above).
        report.sudo().write(
            {
                **{name: [Command.clear()] for name in ("referral_ids", "late_referral_ids", "mediator_ids")},
                "description": False,
                "active": False,
            }
        )
        target.message_post(body=self.env._("Report %(reference)s was put with this case.", reference=report.reference))
        if target.stage == "mediation":
            names = ", ".join(people.mapped("display_name"))
            target.message_post(
                body=self.env._(
                    "%(names)s came with it. Mediation is under way: ask first who takes part, then take these people "
                    "out of the archive.",
                    names=names,
                )
            )
        target._link_receipts(receipts, late=True)
        target._link_cases(report)
        return {
            "type": "ir.actions.act_window",
            "res_model": "buurtbemiddeling.case",
            "res_id": target.id,
            "view_mode": "form",
        }

    def _move_parts(self, report, target):
        """Move what is a part of a report itself; what is a part of such a part follows it."""
        parts = [part for part in report._parts() if not part._fields["case_id"].related]
        names = {part._name for part in parts}

        def links(part):
            return sum(field.type == "many2one" and field.comodel_name in names for field in part._fields.values())

        # What is about other parts, such as a letter about an appointment, comes after them.
        for part in sorted(parts, key=links):
            part._move_to(target)

    def _move_activities(self, report, target):
        """Move what is still to be done; of whoever may not read the target it goes to its coordinator."""
        for user, activities in report.activity_ids.grouped("user_id").items():
            values = {"res_id": target.id}
            if user and not target.with_user(user).has_access("read"):
                values["user_id"] = (target.coordinator_id or self.env.user).id
            activities.with_context(mail_activity_quick_update=True).write(values)
