"""Handing over a referral, page by page, as a referrer does."""

from __future__ import annotations

import re
from datetime import date

from environment.console import SetUpError

from .person import Person, hidden_fields

LIST = "/my/referrals"
PERSON = {
    "role-0": "reporter",
    "name-0": "Meetbare Buur",
    "street-0": "Meetstraat",
    "house_number-0": "1",
    "phone-0": "0600000001",
    "permission-0": "1",
    "method-0": "telephone",
    "told_on-0": date.today().isoformat(),
    "asked_by-0": "Een medewerker",
}


def hand_over(person: Person) -> None:
    """Fill in the form of a referral, page by page; the last step is what counts."""
    page = f"{LIST}/new"
    form = hidden_fields(person.get(page))
    complaint = None
    for typed in ({}, PERSON, {"description": "Geluid in de avond."}, {"organisation_reference": "BENCH-1"}):
        if "description" in typed:
            typed["complaint_type_id"] = complaint
        answer = person.post(page, {**form, **typed, "step": "continue"})
        form = hidden_fields(answer)
        if found := re.search(r'name="complaint_type_id".*?<option value="(\d+)"', answer, re.DOTALL):
            complaint = found[1]
    person.meter.start_over()
    person.post(page, {**form, "step": "submit"})
    if "received=1" not in person.location:
        raise SetUpError("The referral was not taken in; look at the form in the portal.")
