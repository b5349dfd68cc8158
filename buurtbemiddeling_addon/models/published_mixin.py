from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# What still has an answer to come. There is an index for it.
STILL_WAITING = Domain("outcome", "=", "pending") & Domain("taken_up", "!=", "not_taken_up")


class PublishedMixin(models.AbstractModel):
    """What one organisation is told: the three answers, each with the day on which it was told.

    A portal user reads the models that inherit this, so by construction there is nothing in them to find:
    no field points to the case (the case points here), there is no chatter, and Odoo's own columns for who
    wrote when are off, because they would tell when staff worked on the case. A row is only written when an
    answer changes, and its id is random, because a running number would tell how many others there are.
    (Odoo does not inherit ``_log_access``: each model sets it to ``False`` itself.)
    """

    _name = "buurtbemiddeling.published.mixin"
    _description = "Published Answers"
    _inherit = ["buurtbemiddeling.reference.mixin"]
    _order = "submitted_on desc, id desc"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    organisation_id = fields.Many2one("res.partner", required=True, readonly=True, index=True, ondelete="restrict")
    submitted_on = fields.Date(required=True, readonly=True)
    suitability = fields.Selection(
        [("pending", "Pending"), ("suitable", "Suitable"), ("not_suitable", "Not suitable")],
        required=True,
        readonly=True,
        default="pending",
    )
    suitability_on = fields.Date(string="Suitability Told on", readonly=True)
    taken_up = fields.Selection(
        [("pending", "Pending"), ("taken_up", "Taken up"), ("not_taken_up", "Not taken up")],
        required=True,
        readonly=True,
        default="pending",
    )
    taken_up_on = fields.Date(string="Taking up Told on", readonly=True)
    outcome = fields.Selection(
        [("pending", "Pending"), ("resolved", "Resolved"), ("not_resolved", "Not resolved")],
        required=True,
        readonly=True,
        default="pending",
    )
    outcome_on = fields.Date(string="Outcome Told on", readonly=True)

    _answers_after_submission = models.Constraint(
        "CHECK (suitability_on >= submitted_on AND taken_up_on >= submitted_on AND outcome_on >= submitted_on)",
        "An answer cannot be told before the organisation knew of the case.",
    )
    _list = models.Index("(submitted_on DESC, id DESC)")
    # For the daily round.
    _waiting = models.Index("(submitted_on DESC, id DESC) WHERE outcome = 'pending' AND taken_up <> 'not_taken_up'")

    def init(self):
        super().init()
        if self._abstract:
            return
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION buurtbemiddeling_random_id(target regclass) RETURNS integer AS $$
                DECLARE
                    candidate integer;
                    taken boolean;
                BEGIN
                    LOOP
                        candidate := ('x' || left(gen_random_uuid()::text, 8))::bit(32)::integer & 2147483647;
                        EXECUTE format('SELECT EXISTS (SELECT FROM %%s WHERE id = $1)', target)
                            INTO taken USING candidate;
                        EXIT WHEN candidate > 0 AND NOT taken;
                    END LOOP;
                    RETURN candidate;
                END $$ LANGUAGE plpgsql VOLATILE
                """
            )
        )
        self.env.cr.execute(
            SQL(
                "ALTER TABLE %s ALTER COLUMN id SET DEFAULT buurtbemiddeling_random_id(%s::regclass)",
                SQL.identifier(self._table),
                self._table,
            )
        )

    @api.model
    def _organisations_told(self, partner_ids):
        """Return which of these contacts, or the organisations that they belong to, were told something.

        sudo: for checks on contacts by users who may not read what was told; only the organisations are returned.
        """
        organisations = self.env["res.partner"].sudo().browse(partner_ids).commercial_partner_id
        told = self.env["res.partner"]
        for model in ("buurtbemiddeling.referral", "buurtbemiddeling.disclosure", "buurtbemiddeling.register"):
            told |= self.env[model].sudo().search([("organisation_id", "in", organisations.ids)]).organisation_id
        return told

    # ------------------------------------------------------------------
    # The three answers
    # ------------------------------------------------------------------
    def _publish(self, suitable, taken_up, resolved):
        """Write the answers that are news. An answer that was given stays.

        A no is the same whatever its reason: without a yes to the question before, the next one is no,
        and what was taken up but found unsuitable later is not resolved.

        :param suitable: ``True``, ``False`` or ``None`` while it is not known; so are the others
        :return: what is news, by the name of the question
        :rtype: dict
        """
        self.ensure_one()
        news = {}
        if self.suitability == "pending" and suitable is not None:
            news["suitability"] = "suitable" if suitable else "not_suitable"
        suitability = news.get("suitability", self.suitability)
        if self.taken_up == "pending" and suitability != "pending":
            if suitability == "not_suitable" or suitable is False or taken_up is False:
                news["taken_up"] = "not_taken_up"
            elif taken_up:
                news["taken_up"] = "taken_up"
        if self.outcome == "pending" and news.get("taken_up", self.taken_up) == "taken_up":
            if suitable is False or taken_up is False or resolved is False:
                news["outcome"] = "not_resolved"
            elif resolved:
                news["outcome"] = "resolved"
        if news:
            today = max(fields.Date.context_today(self), self.submitted_on)
            self.write({**news, **{f"{answer}_on": today for answer in news}})
        return news

    def _last_told_on(self):
        """Return the day on which one of these was handed over, or told an answer, whichever was last."""
        return max(filter(None, (self.submitted_on, self.suitability_on, self.taken_up_on)))

    def _next_question(self):
        """Return the name of the first question to which one of these still waits for an answer."""
        return next(name for name in self._questions() if self[name] == "pending")

    # ------------------------------------------------------------------
    # The portal
    # ------------------------------------------------------------------
    @api.model
    def _questions(self):
        """Return the three questions in words, by the name of the field with the answer."""
        return {
            "suitability": self.env._("Is the referral suitable?"),
            "taken_up": self.env._("Is it taken up?"),
            "outcome": self.env._("Is it resolved?"),
        }

    def _portal_values(self):
        """Return what the portal shows of these records: plain values, nothing to follow a link from.

        :return: a dict for each record, with ``answers``: a dict for each of the three questions
        :rtype: list[dict]
        """
        questions = self._questions()
        labels = {name: dict(self._fields[name]._description_selection(self.env)) for name in questions}
        return [
            {
                "reference": record.reference,
                "submitted_on": record.submitted_on,
                "answers": [
                    {
                        "name": name,
                        "question": question,
                        "value": record[name],
                        "label": labels[name][record[name]],
                        "told_on": record[f"{name}_on"],
                        "is_no": record[name].startswith("not_"),
                        # After a no, the next question is not answered any more.
                        "is_void": name == "outcome" and record.taken_up == "not_taken_up",
                    }
                    for name, question in questions.items()
                ],
            }
            for record in self
        ]
