"""Events of the audit trail as people read them, and that somebody read or took them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from homevisits.audit import services as audit
from homevisits.audit.models import AuditEvent
from homevisits.audit.words import words
from homevisits.people.models import School, Staff

from .trail_particulars import People, particulars, people_in
from .trail_records import Named, named

# What only a machine reads, and what another part of the row says already.
LEFT_OUT = frozenset({"token", "sha256", "claim", "keys", "page"})
# How much went out counts what is of the child protection file, and the numbers of referrals those about staff.
# The number of the other concern counts them.
NOT_SHOWN = {
    "home.access.released": frozenset({"given", "size"}), "safeguarding.referral.sent": frozenset({"referrals"}),
    "safeguarding.concern.linked": frozenset({"to"}),
}  # fmt: skip
# Single numbers of rows that people meet by random ones: the acts of these parts, and the names that such numbers stand under.
BY_RANDOM, NUMBERS = ("safeguarding.", "home."), frozenset({"decision", "replaces", "hold", "request"})
# Whom or what somebody looked for is for themself: from the search of another one would learn what there is to look for.
OWN = frozenset({"people.audit_read", "people.audit_exported"})


@dataclass(frozen=True)
class Row:
    """One event, with its record, its act in words and its particulars."""

    event: AuditEvent
    record: Named
    words: str
    particulars: str


def rows_of(events: Sequence[AuditEvent], school: School, roles: Collection[str], reader: Staff) -> list[Row]:
    """Events for a reader who may learn of them."""
    records, people = named(events, school, roles), people_in(events, school)
    return [Row(event, records[event.pk], words(event.act), _particulars(event, reader, people)) for event in events]


def _particulars(event: AuditEvent, reader: Staff, people: People) -> str:
    if event.act in OWN and event.by_id != reader.pk:
        return ""
    left_out = LEFT_OUT | NOT_SHOWN.get(event.act, frozenset())
    if event.act.startswith(BY_RANDOM):
        left_out |= {name for name in NUMBERS if isinstance(event.detail.get(name), int)}
    return particulars(event.detail, people, left_out)


def say_looked(detail: dict[str, Any], *, school: School, by: Staff, now: datetime) -> None:
    """Somebody looked into the trail, for this."""
    with transaction.atomic():
        audit.record("people.audit_read", by=by, now=now, school_id=school.pk, detail=detail)


def say_taken(detail: dict[str, Any], *, school: School, by: Staff, now: datetime) -> None:
    """Somebody took events out as a file, with their reason."""
    with transaction.atomic():
        audit.record("people.audit_exported", by=by, now=now, school_id=school.pk, detail=detail)
