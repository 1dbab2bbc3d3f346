"""The particulars of an event as people read them: whom its numbers name, and its codes and days in words.

The trail keeps numbers and codes, so that it outlives what it names; what they stand for is looked up here, for whoever reads.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from attendance.codes import CODES
from homevisits.audit.models import AuditEvent
from homevisits.common.clock import local
from homevisits.people.models import Contact, Pupil, School, Staff

# Under these names stand the numbers of people; of other records only how many there are means something to a reader.
STAFF = frozenset({"by_id", "pair", "staff", "deputy", "owner"})
PUPILS = frozenset({"pupil", "pupils", "added", "removed"})
CONTACTS = frozenset({"contact", "contacts"})
NAMES = {
    "by_id": "who", "object_type": "kind", "object_id": "number", "from": "from the address", "n": "number", "no": "answered with no",
    "for": "recorded for", "own": "their own", "ids": "how many",
}  # fmt: skip
DAY = re.compile(r"\d{4}-\d\d-\d\d")
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")


@dataclass(frozen=True)
class People:
    """The people whom a page of events names, by number."""

    staff: Mapping[int, str]
    pupils: Mapping[int, str]
    contacts: Mapping[int, str]

    def of(self, name: str) -> Mapping[int, str] | None:
        """Those whom the numbers under this name of a particular stand for; None where they are no people."""
        known = ((STAFF, self.staff), (PUPILS, self.pupils), (CONTACTS, self.contacts))
        return next((people for names, people in known if name in names), None)


def people_in(events: Iterable[AuditEvent], school: School) -> People:
    """Everybody whom the particulars of these events name by number: at most three queries. Pupils and contacts of this school only."""
    found: dict[frozenset[str], set[int]] = {STAFF: set(), PUPILS: set(), CONTACTS: set()}
    for event in events:
        for names, ids in found.items():
            for name in names & event.detail.keys():
                ids.update(_numbers(event.detail[name]))
    pupils = Pupil.objects.filter(school=school, pk__in=found[PUPILS]) if found[PUPILS] else ()
    contacts = Contact.objects.filter(pupil__school=school, pk__in=found[CONTACTS]) if found[CONTACTS] else ()
    staff = Staff.objects.filter(pk__in=found[STAFF]) if found[STAFF] else ()
    return People({one.pk: one.name for one in staff}, {one.pk: str(one) for one in pupils}, {one.pk: str(one) for one in contacts})


def particulars(detail: Mapping[str, Any], people: People, left_out: frozenset[str]) -> str:
    """What an event says besides who, what and when: “pair: Tess Tanner, Ted Adeleke; purpose: in year”."""
    return "; ".join(_lines(detail, people, left_out))


def _lines(detail: Mapping[str, Any], people: People, left_out: frozenset[str]) -> Iterator[str]:
    for name, value in detail.items():
        if name not in left_out and tells(value):
            yield f"{plain(name)}: {_named(name, value, people)}"


def tells(value: Any) -> bool:
    """Whether a particular says anything."""
    return value not in (None, "", [], {})


def plain(name: str) -> str:
    """The name of a particular as people read it."""
    return NAMES.get(name, name.replace("_", " "))


def _named(name: str, value: Any, people: People) -> str:
    known = people.of(name)
    numbers = list(_numbers(value))
    if known is not None and numbers and any(number in known for number in numbers):
        return ", ".join(known.get(number, f"number {number}") for number in numbers)
    if isinstance(value, list) and numbers:
        return str(len(numbers))
    if name == "code" and value in CODES:
        return f"{value}, {CODES[value].label}"
    return _said(value)


def _numbers(value: Any) -> Iterator[int]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, int) and not isinstance(one, bool):
            yield one


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{plain(str(name))} {_said(each)}" for name, each in value.items() if tells(each))
    if isinstance(value, list):
        return ", ".join(_said(each) for each in value)
    return _text(str(value))


def _text(said: str) -> str:
    """Days and instants as they are written here, codes as words, everything else as it stands."""
    try:
        if DAY.fullmatch(said):
            return f"{date.fromisoformat(said):%-d %b %Y}"
        if INSTANT.match(said) and (at := datetime.fromisoformat(said)).tzinfo:
            return f"{local(at):%-d %b %Y, %H:%M:%S}"
    except ValueError:  # looks like one and is none
        return said
    return said.replace("_", " ") if CODE.fullmatch(said) else said
