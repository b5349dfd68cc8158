import re

from odoo import api, fields, models

# Nobody types the whole of a checksum from paper.
SHORTEST_KEPT = 16


class ConsentVerify(models.TransientModel):
    """Verifies that no consent of the company was changed, removed or added past the methods, and says so in words.

    What it shows is found anew each time, so that nobody can print something else.
    """

    _name = "buurtbemiddeling.consent.verify"
    _description = "Verify the Consents"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    kept_checksum = fields.Char(
        string="Checksum That You Kept",
        help="From an earlier time, on paper or elsewhere. The first sixteen characters are enough.",
    )
    is_intact = fields.Boolean(compute="_compute_result", compute_sudo=False, export_string_translation=False)
    result = fields.Text(compute="_compute_result", compute_sudo=False, export_string_translation=False)
    last_checksum = fields.Char(string="Latest Checksum", compute="_compute_result", compute_sudo=False)
    last_number = fields.Integer(string="Number of the Checksum", compute="_compute_result", compute_sudo=False)
    is_kept_found = fields.Boolean(compute="_compute_kept_result", compute_sudo=False, export_string_translation=False)
    kept_result = fields.Char(compute="_compute_kept_result", compute_sudo=False, export_string_translation=False)

    @api.depends_context("company", "lang")
    def _compute_result(self):
        """Verify the chain of the company of the user.

        sudo: nobody has a right on the chain. Numbers, references and the latest checksum come out.
        """
        seals = self.env["buurtbemiddeling.consent.seal"].sudo()
        ours = [("company_id", "=", self.env.company.id)]
        findings = seals._findings(self.env.company)
        first = next(findings, None)
        if first:
            finding, reference = first
            lines = [
                self._sentence(finding, reference),
                self.env._("Things that do not fit, in all: %(count)s.", count=1 + sum(1 for _other in findings)),
                self.env._("Do not repair anything. Keep a backup of today, and ask who has access to the database."),
            ]
        else:
            counts = dict(seals._read_group(ours, ["kind"], ["__count"]))
            lines = [
                self.env._("No consent was changed, removed or added since it was recorded."),
                self.env._(
                    "Consents: %(given)s. Withdrawn: %(withdrawn)s. With their texts erased: %(erased)s.",
                    **{kind: counts.get(kind, 0) for kind in ("given", "withdrawn", "erased")},
                ),
            ]
        last = seals.search(ours, order="number desc", limit=1)
        for wizard in self:
            wizard.is_intact = not first
            wizard.result = "\n".join(lines)
            wizard.last_number = last.number
            wizard.last_checksum = re.sub(r"(.{8})(?=.)", r"\1 ", last.checksum or "")

    @api.depends("kept_checksum")
    @api.depends_context("company", "lang")
    def _compute_kept_result(self):
        """Look for the checksum that somebody kept. sudo: see ``_compute_result``; only its number comes out."""
        for wizard in self:
            kept = re.sub(r"[^0-9a-f]", "", (wizard.kept_checksum or "").lower())
            found = len(kept) >= SHORTEST_KEPT and self.env["buurtbemiddeling.consent.seal"].sudo().search(
                [("company_id", "=", self.env.company.id), ("checksum", "=like", f"{kept}%")], limit=1
            )
            wizard.is_kept_found = bool(found)
            if not wizard.kept_checksum:
                wizard.kept_result = False
            elif len(kept) < SHORTEST_KEPT:
                wizard.kept_result = self.env._("Please type at least the first sixteen characters.")
            elif found:
                wizard.kept_result = self.env._(
                    "It is here, as number %(number)s: nothing up to it was cut off or made anew.",
                    number=found.number,
                )
            else:
                wizard.kept_result = self.env._(
                    "That checksum is not here. Check what you typed. If it is right, what was on record then was "
                    "removed or made anew."
                )

    @api.model
    def _sentence(self, finding, reference):
        """Say in words what does not fit; see ``_findings`` of the chain."""
        return {
            "changed": self.env._("Consent %(reference)s was changed after it was recorded.", reference=reference),
            "changed_withdrawal": self.env._(
                "The withdrawal of consent %(reference)s was changed or taken away.", reference=reference
            ),
            "deleted": self.env._("Consent %(reference)s was deleted.", reference=reference),
            "changed_link": self.env._(
                "The checksum of consent %(reference)s does not follow from the one before it.", reference=reference
            ),
            "missing_link": self.env._(
                "A checksum was removed: the one before that of consent %(reference)s.", reference=reference
            ),
            "unknown": self.env._(
                "Consent %(reference)s has no checksum: it was not recorded by this application.", reference=reference
            ),
            "unknown_withdrawal": self.env._(
                "The withdrawal of consent %(reference)s has no checksum: it was not recorded by this application.",
                reference=reference,
            ),
        }[finding]

    def action_print(self):
        """Print what was found with the latest checksum, to keep it outside this system.

        :return: the action that prints
        """
        return self.env.ref("buurtbemiddeling_addon.report_consent_verify_action").report_action(self)
