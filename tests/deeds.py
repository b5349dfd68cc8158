"""What people do: hand over a referral, report, and work on the case."""

from __future__ import annotations

from tests.real_odoo import Client, RealOdooCase

REFERRAL = "/my/referrals/new"
REPORT = "/buurtbemiddeling/melden"


class DeedsCase(RealOdooCase):
    coordinator: Client | None = None

    def client(self, login: str | None = None) -> Client:
        return Client(self.server, login)

    def person(self, number: int, **values: str) -> dict[str, str]:
        return {
            f"{name}-{number}": value
            for name, value in {
                "role": "reporter",
                "name": "Proef Persoon",
                "phone": "0999123456",
                "permission": "1",
                "method": "telephone",
                "told_on": self.world.value("SELECT (current_date - 3)::text"),
                "asked_by": "Proef Agent",
                **values,
            }.items()
        }

    def complaint_type(self) -> str:
        return str(self.world.value("SELECT min(id) FROM buurtbemiddeling_complaint_type WHERE active"))

    def referral_form(self, officer: Client, *people: dict[str, str]) -> dict[str, str]:
        """Return the filled in form of a referral of two people, or of these."""
        fields = {}
        for person in people or (self.person(0), self.person(1, role="other_party", name="Proef Buur")):
            fields |= person
        return officer.form(
            REFERRAL,
            **fields,
            complaint_type_id=self.complaint_type(),
            description="Proef",
            step="submit",
            section="5",
            reached="5",
        )

    def report_form(self, resident: Client) -> dict[str, str]:
        """Return the filled in form of a report."""
        return resident.form(
            REPORT,
            name="Proef Melder",
            phone="0999123456",
            street="Proefstraat",
            house_number="12",
            complaint_type_id=self.complaint_type(),
            description="Proef",
            other_name="Proef Buur",
        )

    def act(self, model: str, method: str, *arguments, **keywords):
        if not self.coordinator:
            type(self).coordinator = self.client("coordinator")
        return self.coordinator.call(f"buurtbemiddeling.{model}", method, *arguments, **keywords)

    def referral(self) -> int:
        """Return a case that an organisation just referred, taken on by the coordinator."""
        officer = self.client("politie")
        answer = officer.send(REFERRAL, self.referral_form(officer))
        self.assertIn("?received=1", answer.headers["Location"])
        case = self.world.value("SELECT max(id) FROM buurtbemiddeling_case")
        self.act("case", "action_take_on", [case])
        self.act("party", "action_confirm_referral", self.parties(case))
        return case

    def parties(self, case: int) -> list[int]:
        rows = self.world.execute("SELECT id FROM buurtbemiddeling_party WHERE case_id = %s ORDER BY id", case)
        return [party for (party,) in rows]

    def told(self, case: int) -> list[str]:
        query = "SELECT statement FROM buurtbemiddeling_register WHERE case_id = %s ORDER BY id"
        return [statement for (statement,) in self.world.execute(query, case)]
