"""What a letter says: plain values, made from the visit, kept with the document. Nothing confidential is among them.

A letter names children by their first names only, gives no reason of the visit beyond what the family knows, and nothing that staff
noted about the home. The wording is in templates/letters.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.template.loader import render_to_string

from homevisits.common import phone
from homevisits.common.clock import local, local_day
from homevisits.common.said import wall
from homevisits.messaging.wording import first_names
from homevisits.people.access import staff_with_role
from homevisits.people.models import Contact, Role, School

from ..models import HomeVisit, VisitAgreement, VisitLetter, VisitOutcome
from ..questionnaire_paper import answered
from ..rules.appointments import current
from ..selectors.filled import form_of, values_of
from ..selectors.reports import report_of
from ..services.telling import kind_of, length_of, policy_address, when_of
from . import address
from .kinds import APPOINTMENT, CARD, DOOR_LETTER, KINDS, PARENT_COPY, PROTOCOL, REMINDER, WITHDRAWN

LANGUAGE = "en-GB"
PARENTS = "Parents and carers"
Values = dict[str, Any]


def content_of(letter: VisitLetter, now: datetime) -> Values:
    """Everything that the letter says, as it would be said now; JSON."""
    visit, school = letter.visit, letter.visit.school
    to = letter.contact
    block = [] if KINDS[letter.kind].card else address_lines(visit, to)
    said: Values = {
        "letter": letter.pk, "visit": visit.pk, "kind": letter.kind, "language": LANGUAGE, "date": _day(now), "school": _school(school),
        "children": _children(visit), "dear": str(to) if to else PARENTS,
        "to": block, "small": address.is_small(block), "contact": to.pk if to else None,
    }  # fmt: skip
    return said | _SAYS[letter.kind](letter, now)


def html_of(letter: VisitLetter, said: Values) -> str:
    """The letter as the page that its PDF is made from."""
    return render_to_string(KINDS[letter.kind].template, {"said": said, "school": letter.visit.school})


def address_lines(visit: HomeVisit, to: Contact | None) -> list[str]:
    """The lines of the address block: the contact's own address where they have one, else the home's."""
    home = visit.household
    name = str(to) if to else f"The parents and carers of {_children(visit)}".removesuffix(" of ")
    return address.lines(name, (to.address if to else "") or home.address, home.postcode if not (to and to.address) else "")


def welfare_officer(school: School, now: datetime) -> Values:
    """Whom a calling card names: as the school's details say, else who holds the role, else the school itself (SEC-07)."""
    name, number, email = school.welfare_officer, school.welfare_officer_phone, school.welfare_officer_email
    if not name:
        holder = staff_with_role(school, Role.EDUCATION_WELFARE_OFFICER, local_day(now)).first()
        name, email = (holder.name, email or holder.email) if holder else ("", email)
    return {"name": name, "phone": phone.shown(number or school.phone) if number or school.phone else "", "email": email or school.email}


def called_at(visit: HomeVisit) -> datetime | None:
    """When staff stood at the door; None before, for a paper that is taken along."""
    arrived = visit.members.filter(arrived_at__isnull=False).order_by("arrived_at").values_list("arrived_at", flat=True).first()
    return arrived or visit.outcomes.order_by("at").values_list("at", flat=True).first()


def _school(school: School) -> Values:
    home = [line.strip(" ,") for line in school.address.splitlines() if line.strip(" ,")]
    return {
        "name": school.name, "address": ", ".join([*home, *([school.postcode] if school.postcode else [])]), "email": school.email,
        "phone": phone.shown(school.phone) if school.phone else "",
    }  # fmt: skip


def _children(visit: HomeVisit) -> str:
    return first_names([one.pupil.first_name for one in visit.visit_pupils.select_related("pupil")])


def _day(at: datetime) -> str:
    there = local(at)
    return f"{there.day} {there:%B %Y}"


def _when(at: datetime) -> str:
    there = local(at)
    return f"{there:%A} {there.day} {there:%B} at {wall(at)}"


def _staff(visit: HomeVisit) -> list[str]:
    return [member.staff.name for member in visit.members.select_related("staff").order_by("pk")]


def _appointment(letter: VisitLetter, now: datetime) -> Values:
    visit, row = letter.visit, current(letter.visit)
    common = {"staff": _staff(visit), "policy": policy_address(visit.school)}
    if row is None:
        minutes = f"{visit.length_minutes} minutes"
        at = visit.arrive_at or visit.due_at
        return common | {"what": "a home visit", "when": _when(at), "length": minutes, "place": visit.place, "happens": "", "questions": ""}
    return common | {
        "what": kind_of(row), "when": when_of(row), "length": length_of(row), "place": row.place, "happens": row.what_happens,
        "questions": row.questions.rstrip(". "),
    }  # fmt: skip


def _withdrawn(letter: VisitLetter, now: datetime) -> Values:
    row = letter.visit.appointments.order_by("-pk").first()
    if row is None:
        return {"what": "a home visit", "when": _when(letter.visit.arrive_at or letter.visit.due_at)}
    return {"what": kind_of(row), "when": when_of(row)}


def _protocol(letter: VisitLetter, now: datetime) -> Values:
    visit = letter.visit
    at = called_at(visit) or visit.due_at
    return {"day": f"{local(at):%A} {_day(at)}", "by": f"{visit.policy.values.reporting_deadline:%-H:%M}",
            "policy": policy_address(visit.school)}  # fmt: skip


def _at_the_door(letter: VisitLetter, now: datetime) -> Values:
    at = called_at(letter.visit)
    return {"called": _when(at) if at else "", "officer": welfare_officer(letter.visit.school, now)}


def _card(letter: VisitLetter, now: datetime) -> Values:
    return _at_the_door(letter, now) | {"number": card_number(letter)}


def card_number(letter: VisitLetter) -> str:
    """The number on a calling card, by which the family and the school know which visit is meant."""
    return f"{letter.pk:05d}" if letter.pk else ""


# What the family itself said, or was told: the rest of a report is the school's own (MAT-31).
SHARED = ("family_met", "key_member", "needs")


def _parent_copy(letter: VisitLetter, now: datetime) -> Values:
    visit, report = letter.visit, report_of(letter.visit)
    at = called_at(visit)
    answers = report.answers if report else {}
    outcomes = set(visit.outcomes.values_list("kind", flat=True))
    spoken = [row.name for row in visit.spoken_to.order_by("at", "pk") if not row.restricted]
    support = [row["support"] for row in answers.get("reasons", []) if row.get("support")]
    form = form_of(visit)
    sections = answered(form.version.asks, values_of(form), parents_copy=True) if form else []
    return {
        "called": _when(at) if at else "", "staff": _staff(visit), "nobody_in": VisitOutcome.Kind.NO_ANSWER in outcomes,
        "met": str(answers.get("family_met") or ", ".join(dict.fromkeys(spoken))), "key_member": str(answers.get("key_member") or ""),
        "needs": str(answers.get("needs") or ""), "support": support, "sections": sections,
        "agreed": _agreed(visit.agreements.all()), "reminded": answers.get("reminded") == "done",
        "by": f"{visit.policy.values.reporting_deadline:%-H:%M}", "policy": policy_address(visit.school),
    }  # fmt: skip


def _reminder(letter: VisitLetter, now: datetime) -> Values:
    at = called_at(letter.visit) or letter.visit.due_at
    return {"day": _day(at), "agreed": _agreed(letter.visit.agreements.filter(state=VisitAgreement.State.NOT_KEPT))}


def _agreed(rows: "QuerySet[VisitAgreement]") -> list[dict[str, str]]:
    found = rows.select_related("owner").order_by("due_on", "pk")
    return [{"what": row.what, "who": row.owner_name, "by": f"{row.due_on.day} {row.due_on:%B %Y}"} for row in found]


_SAYS: dict[str, Callable[[VisitLetter, datetime], Values]] = {
    APPOINTMENT: _appointment, WITHDRAWN: _withdrawn, PROTOCOL: _protocol, DOOR_LETTER: _at_the_door, CARD: _card,
    PARENT_COPY: _parent_copy, REMINDER: _reminder,
}  # fmt: skip
