from odoo import fields
from odoo.http import content_disposition, request, route

from ..models.case import CONFLICT_LENGTHS
from ..models.party import PERSON_FIELD_LENGTHS
from ..models.referral import MAXIMUM_PEOPLE, PERMISSION_LENGTHS, REFERENCE_LENGTHS
from .private_page import render_private, typed
from .referral_portal import ReferralPortal

PAGE = "/my/referrals/new"
REFERRALS_PER_HOUR = 30
PERSON_FIELDS = ("role", *PERSON_FIELD_LENGTHS, "permission", "method", "told_on", "asked_by")
# The sections of the page, in which they are filled in one after the other, with the fields of each.
FIRST, PEOPLE, CONFLICT, REFERENCE, CHECK = range(1, 6)
FIELDS = {"complaint_type_id": CONFLICT, "description": CONFLICT, "organisation_reference": REFERENCE}


class ReferralForm(ReferralPortal):
    """The page on which a referrer hands a case over.

    It is one form. What was typed in a section that is not open goes along in hidden fields, and is nowhere else
    until it is handed over.
    """

    @route(PAGE, type="http", auth="user", website=True, methods=["GET"], readonly=True)
    def portal_referral_new(self, **_unused):
        """Show the empty form."""
        if not self._is_referrer():
            raise request.not_found()
        return self._render_form(self._read_form({}), {}, FIRST, FIRST)

    @route(PAGE, type="http", auth="user", website=True, methods=["POST"], sitemap=False)
    def portal_referral_submit(self, **post):
        """Go to another section of the form, or hand the case over: once, however often the form is sent."""
        if not self._is_referrer():
            raise request.not_found()
        values = self._read_form(post)
        answer = request.env["buurtbemiddeling.submission"]._answer(values["ticket"])
        if answer:
            return self._show_receipt(answer)
        step, _dash, number = typed(post, "step").partition("-")
        reached = self._section(typed(post, "reached"))
        section = min(self._section(typed(post, "section")), reached)
        if step in ("add", "remove"):
            self._change_people(values["people"], step, number)
            return self._render_form(values, {}, PEOPLE, max(reached, PEOPLE))
        errors = request.env["buurtbemiddeling.referral"]._submission_errors(values)
        wrong = min((self._section_of(key) for key in errors), default=CHECK)
        if step == "change":
            # Also for a draft that comes back: it opens where it was left, or before that where something is missing.
            return self._render_form(values, {}, min(self._section(number), wrong), reached)
        reached = CHECK if step == "submit" else max(reached, min(section + 1, CHECK))
        if wrong < reached:
            errors = {key: message for key, message in errors.items() if self._section_of(key) == wrong}
            return self._render_form(values, errors, wrong, reached)
        if step != "submit":
            return self._render_form(values, {}, reached, reached)
        return self._hand_over(values)

    @route(
        "/my/referrals/leaflet", type="http", auth="user", website=True, methods=["GET"], sitemap=False, readonly=True
    )
    def portal_leaflet(self, **_unused):
        """Return the leaflet to hand over to people, to print; for referrers, and for staff."""
        if not (self._is_referrer() or request.env.user.has_group("buurtbemiddeling_addon.group_mediator")):
            raise request.not_found()
        headers = {
            "Content-Type": "application/pdf",
            "Content-Disposition": content_disposition(request.env._("leaflet.pdf"), "inline"),
        }
        return request.make_response(request.env["buurtbemiddeling.referral"]._leaflet(), headers=list(headers.items()))

    def _hand_over(self, values):
        submissions = request.env["buurtbemiddeling.submission"]
        error = None
        if not submissions._is_ticket(values["ticket"]):
            error = request.env._("This form was open for more than a day. Please check it and hand it over again.")
        elif request.env["buurtbemiddeling.request.count"]._is_too_many(PAGE, request.env.uid, REFERRALS_PER_HOUR):
            error = request.env._("That is a lot of referrals in one hour. Please wait an hour, or call us.")
        if error:
            return self._render_form(values, {"form": error}, CHECK, CHECK)
        # One that came in before was answered above; of two at the same moment this stops one, which is done over.
        submission = submissions._take(values["ticket"])
        submission.answer = request.env["buurtbemiddeling.referral"]._submit(values).reference
        return self._show_receipt(submission.answer)

    def _show_receipt(self, reference):
        return request.redirect(f"/my/referrals/{reference}?received=1")

    def _section(self, text):
        return int(text) if text in ("1", "2", "3", "4", "5") else FIRST

    def _section_of(self, key):
        return FIELDS.get(key, PEOPLE)

    def _new_person(self):
        return {"asked_by": request.env.user.name}

    def _change_people(self, people, step, number):
        if step == "add" and len(people) < MAXIMUM_PEOPLE:
            people.append(self._new_person())
        elif step == "remove" and len(people) > 1 and number in map(str, range(len(people))):
            people.pop(int(number))

    def _read_form(self, post):
        """Return the known fields of the form as the model takes them; anything else is left behind."""
        numbers = [
            number for number in range(MAXIMUM_PEOPLE) if any(f"{name}-{number}" in post for name in PERSON_FIELDS)
        ]
        people = [{name: typed(post, f"{name}-{number}") for name in PERSON_FIELDS} for number in numbers]
        return {
            **{name: typed(post, name) for name in ("ticket", *FIELDS)},
            "people": people or [self._new_person()],
        }

    def _render_form(self, values, errors, section, reached):
        submissions = request.env["buurtbemiddeling.submission"]
        ticket = values["ticket"]
        labels = self._labels()
        hidden = {name: values[name] for name, place in FIELDS.items() if place != section}
        if section != PEOPLE:
            for number, person in enumerate(values["people"]):
                hidden.update({f"{name}-{number}": value for name, value in person.items()})
        return render_private(
            "buurtbemiddeling_addon.portal_referral_new",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "referral_new",
                "values": values,
                "hidden": {name: value for name, value in hidden.items() if value},
                "errors": errors,
                "summary": self._summary(errors, labels),
                "section": section,
                "step": request.env._("Step %(number)s of %(total)s", number=section, total=CHECK),
                "reached": reached,
                "ticket": ticket if submissions._is_ticket(ticket) else submissions._new_ticket(),
                "draft_key": request.env["buurtbemiddeling.referral"]._draft_key(),
                "complaint_types": request.env["buurtbemiddeling.complaint.type"]._choices(),
                "labels": labels,
                "titles": {
                    FIRST: request.env._("First tell people"),
                    PEOPLE: request.env._("The people"),
                    CONFLICT: request.env._("What is going on"),
                    REFERENCE: request.env._("Your reference"),
                    CHECK: request.env._("Check"),
                },
                "roles": {"reporter": request.env._("Has a complaint"), "other_party": request.env._("The neighbour")},
                "methods": {
                    "in_person": request.env._("In person"),
                    "telephone": request.env._("By telephone"),
                    "writing": request.env._("In writing"),
                },
                "lengths": {**PERSON_FIELD_LENGTHS, **PERMISSION_LENGTHS, **CONFLICT_LENGTHS, **REFERENCE_LENGTHS},
                "can_add": len(values["people"]) < MAXIMUM_PEOPLE,
                "today": fields.Date.to_string(fields.Date.context_today(request.env.user)),
            },
        )

    def _summary(self, errors, labels):
        """Return for each error where it is in the page, what the field is called, and what is not right."""
        summary = []
        for key, message in errors.items():
            number, name = key if isinstance(key, tuple) else (None, key)
            if number is None:
                summary.append((name, labels.get(name), message))
            else:
                label = request.env._("Person %(number)s, %(field)s", number=number + 1, field=labels[name])
                summary.append((f"{name}-{number}", label, message))
        return summary

    def _labels(self):
        """Return what each field is called: above the field, in an error, and when it is shown to be checked."""
        return {
            "role": request.env._("Which side is this person on?"),
            "name": request.env._("Name"),
            "phone": request.env._("Telephone"),
            "email": request.env._("E-mail"),
            "street": request.env._("Street"),
            "house_number": request.env._("Number"),
            "zip": request.env._("Postcode"),
            "city": request.env._("Town"),
            "language": request.env._("Language, if not Dutch"),
            "permission": request.env._("Permission"),
            "method": request.env._("How was it asked?"),
            "told_on": request.env._("When?"),
            "asked_by": request.env._("Who of you asked this person?"),
            "complaint_type_id": request.env._("What is it about?"),
            "description": request.env._("In a few words"),
            "organisation_reference": request.env._("Your own reference"),
        }
