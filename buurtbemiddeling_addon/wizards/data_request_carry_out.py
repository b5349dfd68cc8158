from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError


class DataRequestCarryOut(models.TransientModel):
    """Erases, restricts or stops the use of what is kept about a person, after it has said what goes and what stays."""

    _name = "buurtbemiddeling.data.request.carry.out"
    _description = "Carry Out a Request"
    _inherit = ["buurtbemiddeling.refusal.mixin"]
    _rec_name = "request_id"

    request_id = fields.Many2one("buurtbemiddeling.data.request", required=True, readonly=True, ondelete="cascade")
    # As they were when the dialog said what will happen.
    kind = fields.Selection(
        lambda self: self.env["buurtbemiddeling.data.request"]._fields["kind"].selection, readonly=True
    )
    party_ids = fields.Many2many(
        "buurtbemiddeling.party",
        "buurtbemiddeling_data_request_carry_out_party_rel",
        "carry_out_id",
        "party_id",
        readonly=True,
        context={"active_test": False},
    )
    effects = fields.Html(string="What Happens", compute="_compute_effects", compute_sudo=False, sanitize=False)

    @api.depends("kind", "party_ids")
    @api.depends_context("lang")
    def _compute_effects(self):
        for wizard in self:
            happens, stays = wizard._sentences()
            wizard.effects = Markup("<p><b>%s</b></p>%s<p><b>%s</b></p>%s") % (
                self.env._("What happens now, at once"),
                self._as_list(happens),
                self.env._("What stays, and why"),
                self._as_list(stays),
            )

    @api.model
    def _as_list(self, sentences):
        return Markup("<ul>%s</ul>") % Markup().join(Markup("<li>%s</li>") % sentence for sentence in sentences)

    def _sentences(self):
        """Say what happens with the data of a request, and what stays.

        :return: the sentences of both
        :rtype: tuple[list[str], list[str]]
        """
        stops = [
            self.env._("Planned appointments are cancelled, and letters that were not sent yet are taken back."),
            self.env._("Mediation stops, where it was going on."),
        ]
        if self.kind == "restriction":
            return [
                self.env._("The data are kept, and not used: no letters and no appointments."),
                self.env._(
                    "An organisation that knew of this person's own report no longer does, and no organisation hears "
                    "anything but the neutral no."
                ),
                *stops,
            ], [
                self.env._(
                    "Everything stays, also past its term, until you lift this again. Tell the person before you do."
                ),
            ]
        withdrawn = self.env._("What this person agreed to is withdrawn, and an organisation that knew no longer does.")
        if self.kind == "objection":
            return [withdrawn, *stops, self.env._("The data are not used any more.")], [
                self.env._(
                    "The data are kept until their term, or until the person asks to erase them. But who was passed on "
                    "by an organisation is erased in the next night: the permission for that is withdrawn too."
                )
            ]
        return [
            self.env._("Name, address, telephone number, e-mail address and everything else about this person."),
            self.env._("The letters to this person, and invitations in which this person was named as the reporter."),
            self.env._("What this person wrote on a personal page, and signatures."),
            withdrawn,
            *stops,
        ], self._what_stays()

    def _what_stays(self):
        parties = self.party_ids.with_context(active_test=False)
        shared = parties.case_id.filtered(
            lambda case: case.party_ids.filtered(lambda party: not party.erased_on) - parties
        )
        stays = [
            self.env._(
                "That permissions were given and withdrawn, and what organisations were told: with this we show that "
                "data were used with permission (art. 17(3)(e)). It goes after its own term."
            ),
            self.env._("Who opened what, by reference. It goes after its own term."),
            self.env._(
                "This request, with the name of who asked: it shows that we did so. It goes after its own term."
            ),
        ]
        if shared:
            stays.append(
                self.env._(
                    "The file of the other people in %(references)s: it is theirs too. Agreements and appointments "
                    "stay there, without this person's name. Read the description, the notes and the messages there, "
                    "and take out what is about this person.",
                    references=", ".join(shared.mapped("reference")),
                )
            )
        if parties.case_id - shared:
            stays.append(
                self.env._("Of a case in which nobody else is left: the figures for the statistics, and nobody.")
            )
        return stays

    def action_carry_out(self):
        """Do what the dialog says, at once and as a whole, and put that on record.

        :return: an action that closes the dialog
        :raise AccessError: for a user who may not edit these people
        :raise UserError: when the request is not ready, asks for something else, or a case is held
        """
        self.ensure_one()
        request = self.request_id
        request._check_ready()
        parties = request.party_ids
        if (self.kind, self.party_ids) != (request.kind, parties):
            raise UserError(self.env._("Somebody changed this request meanwhile. Close this dialog and open it again."))
        if request.kind == "erasure":
            parties._erase_on_request()
            done = self.env._("Erased: %(references)s.", references=", ".join(parties.mapped("reference")))
        elif request.kind == "restriction":
            parties._restrict()
            done = self.env._(
                "Not used from now on: %(references)s.", references=", ".join(parties.mapped("reference"))
            )
        elif request.kind == "objection":
            parties._object()
            done = self.env._(
                "Consents withdrawn, and not used from now on: %(references)s.",
                references=", ".join(parties.mapped("reference")),
            )
        else:
            raise UserError(self.env._("There is nothing to carry out for this request. Prepare the answer."))
        request._add_done(done)
        return {"type": "ir.actions.act_window_close"}
