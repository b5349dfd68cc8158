from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.party import NO_CITIZEN_NUMBER, has_citizen_number

FORMATS = ("json", "xml")


class DataRequestAnswer(models.TransientModel):
    """Makes the answer to a request: what is kept about this person and nobody else, to read and to take along.

    The files are made when they are downloaded and kept nowhere. The texts that may speak about others are in them only
    as far as somebody decided here; these decisions go with the dialog, within a day.
    """

    _name = "buurtbemiddeling.data.request.answer"
    _description = "Answer to a Request"
    _inherit = ["buurtbemiddeling.refusal.mixin"]
    _rec_name = "request_id"

    request_id = fields.Many2one("buurtbemiddeling.data.request", required=True, readonly=True, ondelete="cascade")
    text_ids = fields.One2many("buurtbemiddeling.data.request.answer.text", "answer_id", string="Texts")

    @api.model
    def _prepare(self, request):
        """Return a new answer to one request, with the texts to decide about."""
        texts = request.party_ids._texts_to_decide()
        return self.create(
            {
                "request_id": request.id,
                "text_ids": [Command.create({"origin": where, "text": text}) for where, text in texts],
            }
        )

    def action_report(self):
        """Make the PDF to read, and put that on record.

        :return: the action that prints
        :raise AccessError: for a user whose dialog this is not
        :raise UserError: when a text that goes along has a citizen service number in it
        """
        self.ensure_one()
        self._check_texts()
        self.request_id._add_done(self.env._("The data were made ready to read, as a PDF."))
        return self.env.ref("buurtbemiddeling_addon.report_data_request_action").report_action(self)

    def action_json(self):
        """Download the data as JSON; see ``action_report``."""
        return self._download("json")

    def action_xml(self):
        """Download the data as XML, with a schema; see ``action_report``."""
        return self._download("xml")

    def _download(self, name):
        self.ensure_one()
        self._check_texts()
        self.request_id._add_done(
            self.env._("The data were made ready to take along, as %(format)s.", format=name.upper())
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/buurtbemiddeling/request/{self.id}/{name}",
            "target": "download",
        }

    def _check_texts(self):
        self.request_id._check_ready(is_found=False)
        if any(has_citizen_number(text.text) for text in self.text_ids if text.is_included):
            raise UserError(self.env._(NO_CITIZEN_NUMBER))

    def _translated(self):
        """Return this answer in the language of its person: in that of her letters, or else of the organisation."""
        lang = self.request_id.party_ids[:1].lang or self.request_id.company_id.partner_id.lang
        installed = self.env["res.lang"]._get_code(lang)
        return self.with_context(lang=installed or self.env.lang, tz=self.request_id.party_ids.case_id[:1]._zone())

    def _data(self):
        """Return what the answer has in it, as ``_personal_data`` of the party, with the texts that were decided on.

        That somebody takes it out is logged.

        :raise AccessError: for a user who may not read these people
        :raise UserError: when the request is not ready for it, or a text has a citizen service number in it
        """
        self._check_texts()
        parties = self.request_id.party_ids
        parties.check_access("read")
        parties._log_opening("export")
        labels = self.env["buurtbemiddeling.data.request.answer.text"].fields_get(["text"], ["string"])
        texts = [
            [("text", text.origin or labels["text"]["string"], text.text, text.text)]
            for text in self.text_ids.sudo()
            if text.is_included and text.text
        ]
        return parties._personal_data(self.request_id, texts)

    def _file(self, name):
        """Return the answer to take along.

        :param str name: one of ``FORMATS``
        :return: the content
        :rtype: str
        :raise AccessError: for a user who may not read these people
        :raise UserError: when the request is not ready for it
        """
        self.ensure_one()
        answer = self._translated()
        make = getattr(self.env["buurtbemiddeling.party"], f"_as_{name}")
        return make(
            answer._data(),
            organisation=self.request_id.company_id.name,
            request=self.request_id.reference,
            made_on=fields.Date.to_string(fields.Date.context_today(self)),
        )


class DataRequestAnswerText(models.TransientModel):
    """A text that may speak about several people, with what a coordinator decides about it."""

    _name = "buurtbemiddeling.data.request.answer.text"
    _description = "Text of an Answer to a Request"
    _inherit = ["buurtbemiddeling.refusal.mixin"]
    _rec_name = "origin"

    answer_id = fields.Many2one("buurtbemiddeling.data.request.answer", required=True, index=True, ondelete="cascade")
    origin = fields.Char(string="Where It Stands", readonly=True)
    text = fields.Text(help="Take out what is about somebody else. In the case it stays as it is.")
    is_included = fields.Boolean(string="Give It")
