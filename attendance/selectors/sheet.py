"""The sheet to work by hand: who is missing, whom to ring, who is known to be away, everybody's first contacts."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects

from homevisits.people.models import Contact, Pupil, PupilFlag, School

from ..models import AbsenceMessage
from .calls import Household, add_contact, contacts_of
from .cases import open_cases

CONTACTS_EACH = 3


@dataclass
class SheetRow:
    """An open case on paper: whom to ring, what came last."""

    case: Any
    home: Household
    last: Any


@dataclass
class ClassList:
    """A class with the first contacts of each pupil."""

    name: str
    pupils: list[tuple[Pupil, list[Contact], bool]] = field(default_factory=list)


@dataclass
class Sheet:
    """Everything that a morning needs on paper."""

    school: School
    day: date
    missing: list[SheetRow]
    away: list[AbsenceMessage]
    classes: list[ClassList]


def build_sheet(school: School, day: date, *, whole: bool) -> Sheet:
    """The sheet of a day; `whole` adds the first contacts of every pupil by class, for a morning without any machine."""
    cases = open_cases(school)
    prefetch_related_objects(cases, "household")
    contacts: dict[int, list[Any]] = defaultdict(list)
    for contact in contacts_of(school, day, [case.pupil_id for case in cases]) if cases else ():
        contacts[contact.pupil_id].append(contact)
    rows = []
    for case in cases:
        home = Household(case.household_id, cases=[case])
        for contact in contacts[case.pupil_id]:
            add_contact(home, contact)
        rows.append(SheetRow(case, home, case.last))
    return Sheet(school, day, rows, _away(school, day), _classes(school) if whole else [])


def _away(school: School, day: date) -> list[AbsenceMessage]:
    """Whoever is known to be away, each child once with the reason logged last: the count is one of children."""
    known = AbsenceMessage.objects.filter(school=school, first_day__lte=day, last_day__gte=day, undone_at=None)
    latest = {message.pupil_id: message for message in known.select_related("pupil").order_by("at", "pk")}
    return sorted(latest.values(), key=lambda each: (each.pupil.class_name, each.pupil.last_name, each.pupil.first_name))


def _classes(school: School) -> list[ClassList]:
    contacts: dict[int, list[Contact]] = defaultdict(list)
    for contact in Contact.objects.filter(pupil__school=school, gone=False, restricted=False).order_by("priority", "pk"):
        if contact.numbers and len(contacts[contact.pupil_id]) < CONTACTS_EACH:
            contacts[contact.pupil_id].append(contact)
    flagged = set(PupilFlag.objects.filter(pupil__school=school).values_list("pupil_id", flat=True))
    lists: dict[str, ClassList] = {}
    for pupil in Pupil.objects.filter(school=school, status=Pupil.Status.ON_ROLL).order_by("class_name", "last_name", "first_name"):
        lists.setdefault(pupil.class_name, ClassList(pupil.class_name)).pupils.append((pupil, contacts[pupil.pk], pupil.pk in flagged))
    return list(lists.values())
