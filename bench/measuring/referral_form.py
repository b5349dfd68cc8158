"""Handing over a referral, page by page, as a referrer does."""

from __future__ import annotations

import random
import re
from datetime import date

from environment.console import SetUpError

from .person import Person, hidden_fields

LIST = "/my/referrals"
PERSON = {
    "role-0": "reporter",
    "name-0": "Meetbare Buur",
    "street-0": "Meetstraat",
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
    number = random.randrange(10**6)
    # Somebody else each time, so that the add-on does not find her again.
    reached = {"house_number-0": str(number), "phone-0": f"0600{number:06}"}
    for typed in ({}, PERSON | reached, {"description": "Geluid in de avond."}, {"organisation_reference": "BENCH-1"}):
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
