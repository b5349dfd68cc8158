import hmac
import json
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

KEY = "buurtbemiddeling.evidence_key"
BATCH = 1000


class ConsentSeal(models.Model):
    """One link of the chain of checksums of a company: a consent was given, was withdrawn, or was erased.

    Each checksum is a keyed hash (HMAC-SHA-256) of the link and of the checksum before it. A link holds digests of
    the consent and no values, so that its texts can be erased and the chain still be verified.

    What it proves: whoever changes, adds or removes rows without the key of this database cannot make checksums that
    fit. Whoever has the whole database has the key too, and could make the chain anew or cut off its end; against
    that helps a checksum that was noted and kept elsewhere (see ``buurtbemiddeling.consent.verify``).
    """

    _name = "buurtbemiddeling.consent.seal"
    _description = "Checksum of a Consent"
    _inherit = ["buurtbemiddeling.evidence.mixin", "buurtbemiddeling.append.only.mixin"]
    _order = "company_id, number"
    _log_access = False
    _rec_name = "consent_reference"

    # Nobody is shown any of these.
    company_id = fields.Many2one("res.company", required=True, ondelete="restrict", export_string_translation=False)
    number = fields.Integer(required=True, export_string_translation=False)
    kind = fields.Selection(
        [("given", "Given"), ("withdrawn", "Withdrawn"), ("erased", "Texts erased")],
        required=True,
        export_string_translation=False,
    )
    consent_reference = fields.Char(required=True, index=True, export_string_translation=False)
    # Of the facts of the consent, or of its withdrawal; and of its texts, with a random salt.
    facts_digest = fields.Char(required=True, export_string_translation=False)
    texts_digest = fields.Char(export_string_translation=False)
    checksum = fields.Char(required=True, index=True, export_string_translation=False)

    _one_chain = models.UniqueIndex("(company_id, number)")

    def init(self):
        # A key of its own: Odoo gives a database that is restored as a copy another secret.
        self.env.cr.execute(
            SQL(
                "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s) ON CONFLICT (key) DO NOTHING",
                KEY,
                secrets.token_hex(32),
            )
        )
        return super().init()

    @api.model
    def _key(self):
        """Return the key of this database. sudo: nobody else may read it; it stays within this model."""
        key = self.env["ir.config_parameter"].sudo().get_param(KEY)
        if not key:
            raise UserError(
                self.env._("The system parameter %(key)s is missing. Restore it from a backup first.", key=KEY)
            )
        return key.encode()

    @api.model
    def _checksum(self, previous, link):
        """Return the checksum of a link.

        :param str previous: the checksum before it, or an empty text
        :param dict link: the values of its fields
        """
        names = ("company_id", "number", "kind", "consent_reference", "facts_digest", "texts_digest")
        message = json.dumps([previous, *(link[name] for name in names)]).encode()
        return hmac.digest(self._key(), message, "sha256").hex()

    @api.model
    def _add(self, consents, kind):
        """Add links to the chains of the companies of these consents: what just happened to each of them.

        Where two transactions add to the same chain at once, the second one waits for the first, see ``_end``.

        sudo: the chain has no create right, so that each link stands for something that really happened.

        :param str kind: see the field
        """
        if not consents:
            return
        consents = consents.sudo().sorted("id")
        consents.flush_recordset()
        evidence = consents._evidence(consents.ids)
        for company, ours in consents.grouped(lambda consent: consent.case_id.company_id).items():
            number, checksum = self._end(company)
            rows = []
            for consent in ours:
                number += 1
                facts, texts, withdrawal = evidence[consent.id]
                link = {
                    "company_id": company.id,
                    "number": number,
                    "kind": kind,
                    "consent_reference": consent.reference,
                    "facts_digest": withdrawal if kind == "withdrawn" else facts,
                    "texts_digest": texts if kind == "given" else "",
                }
                checksum = self._checksum(checksum, link)
                rows.append((*link.values(), checksum))
            self._insert(rows)

    @api.model
    def _end(self, company):
        """Return where the chain of a company ends; nobody else adds to it before this transaction ends.

        Whoever comes second waits at the lock. What it sees of the database is older than the link that it waited
        for, so it also looks in a transaction that begins after the waiting. To be done over instead, as PostgreSQL
        asks of whoever writes what was written meanwhile, would take the whole request once more, and seconds.

        :return: the number and the checksum of the last link
        :rtype: tuple[int, str]
        """
        self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(%s::regclass::integer, %s)", self._table, company.id))
        last = SQL(
            """
            SELECT number, checksum FROM buurtbemiddeling_consent_seal
             WHERE company_id = %s ORDER BY number DESC LIMIT 1
            """,
            company.id,
        )
        ends = self.env.execute_query(last)
        # While add-ons are installed this table may be new or locked; nobody else is at work then.
        if self.pool.ready:
            with self.env.registry.cursor() as cr:
                cr.execute(last)
                ends += cr.fetchall()
        return max(ends, default=(0, ""))

    @api.model
    def _insert(self, rows):
        """Insert links. Not by the ORM: for a number that was taken meanwhile PostgreSQL then asks to start over."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO buurtbemiddeling_consent_seal
                    (company_id, number, kind, consent_reference, facts_digest, texts_digest, checksum)
                VALUES %s ON CONFLICT (company_id, number) DO NOTHING
                """,
                SQL(", ").join(SQL("%s", row) for row in rows),
            )
        )
        self.invalidate_model()

    @api.model
    def _seal_existing(self):
        """Put consents that were recorded before there were checksums in the chains, in the order of their recording.

        Called by the update that brings checksums; what happened to them before it cannot be proven.
        """
        unsealed = self.env["buurtbemiddeling.consent"].sudo()
        while consents := unsealed.search([("salt", "=", False)], order="id", limit=BATCH):
            with consents._erasing():
                for consent in consents:
                    consent._write_anyway({"salt": secrets.token_hex()})
            self._add(consents, "given")
            self._add(consents.filtered("withdrawn_on"), "withdrawn")
            self.env.invalidate_all()

    # ------------------------------------------------------------------
    # Verifying
    # ------------------------------------------------------------------
    @api.model
    def _findings(self, company):
        """Find what does not fit in the chain of a company, and consents that are not in it.

        sudo: nobody has a right on the chain. References and what is wrong come out.

        :return: what is wrong, as the name of a sentence of the dialog that verifies, and the reference of the
            consent, in the order of the chain
        :rtype: Iterator[tuple[str, str]]
        """
        self.env.flush_all()
        number, checksum = 0, ""
        while links := self._links_after(company, number):
            evidence = self.env["buurtbemiddeling.consent"]._evidence([link["consent_id"] for link in links])
            for link in links:
                finding = self._finding_in_chain(link, number, checksum) or self._finding_in_consent(
                    link, evidence.get(link["consent_id"])
                )
                if finding:
                    yield finding, link["consent_reference"]
                number, checksum = link["number"], link["checksum"]
        for finding, kind, condition in (
            ("unknown", "given", SQL("TRUE")),
            ("unknown_withdrawal", "withdrawn", SQL("consent.withdrawn_on IS NOT NULL")),
        ):
            self.env.cr.execute(
                SQL(
                    """
                    SELECT consent.reference
                      FROM buurtbemiddeling_consent consent
                      JOIN buurtbemiddeling_case file ON file.id = consent.case_id
                     WHERE file.company_id = %s AND %s
                       AND NOT EXISTS (SELECT FROM buurtbemiddeling_consent_seal seal
                                        WHERE seal.consent_reference = consent.reference AND seal.kind = %s)
                     ORDER BY consent.id
                    """,
                    company.id,
                    condition,
                    kind,
                )
            )
            for (reference,) in self.env.cr.fetchall():
                yield finding, reference

    @api.model
    def _links_after(self, company, number):
        """Return the next links of a chain, with the consent of each, and whether that is erased by the chain."""
        self.env.cr.execute(
            SQL(
                """
                SELECT seal.*, consent.id AS consent_id, erased.number IS NOT NULL AS is_erased
                  FROM buurtbemiddeling_consent_seal seal
                  LEFT JOIN buurtbemiddeling_consent consent ON consent.reference = seal.consent_reference
                  -- With a limit, so that it is looked up for these links alone, and not made for the whole chain.
                  LEFT JOIN LATERAL (SELECT number FROM buurtbemiddeling_consent_seal
                                      WHERE consent_reference = seal.consent_reference AND kind = 'erased'
                                      LIMIT 1) erased ON TRUE
                 WHERE seal.company_id = %s AND seal.number > %s
                 ORDER BY seal.number
                 LIMIT %s
                """,
                company.id,
                number,
                BATCH,
            )
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _finding_in_chain(self, link, number, checksum):
        """Return what is wrong with a link that comes after the one with this number and checksum, if anything."""
        if link["number"] != number + 1:
            return "missing_link"
        return None if hmac.compare_digest(link["checksum"], self._checksum(checksum, link)) else "changed_link"

    @api.model
    def _finding_in_consent(self, link, evidence):
        """Return what is wrong with the consent of a link, if anything.

        :param evidence: the digests of what the database holds now, or ``None`` where there is no such consent
        """
        if evidence is None:
            return None if link["is_erased"] else "deleted"
        facts, texts, withdrawal = evidence
        if link["kind"] == "withdrawn":
            return None if link["facts_digest"] == withdrawal else "changed_withdrawal"
        # What was erased is empty; an erasure is a link of its own.
        expected = "" if link["is_erased"] else link["texts_digest"]
        return None if (link["facts_digest"], expected) == (facts, texts) else "changed"
