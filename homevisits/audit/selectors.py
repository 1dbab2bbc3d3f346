"""Reading the audit trail. Only its own screen, the verifier and the exports read it: features keep their own history.

A poll may ask how long it is, and nothing else.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time

from django.db.models import Q, QuerySet

from homevisits.common import clock

from .hidden import Reader, shown_to
from .models import AuditChain, AuditEvent
from .services import closed_chain
from .words import READING

MIDNIGHT = time.min


@dataclass(frozen=True)
class Search:
    """What to look for; empty parts ask for nothing. Days are school days' calendar days, both included."""

    by_id: int | None = None
    object_type: str = ""
    from_day: date | None = None
    to_day: date | None = None
    records: Q | None = None  # of these records alone
    reading: bool = False  # only acts that looked and changed nothing


def events(*, reader: Reader, staff_ids: Collection[int], search: Search) -> QuerySet[AuditEvent]:
    """The events of the reader's school that they may learn of, newest first, with those of signing in by the people of the school."""
    found = _open_to(reader, staff_ids)
    if search.by_id:
        found = found.filter(by_id=search.by_id)
    if search.object_type:
        found = found.filter(object_type=search.object_type)
    if search.from_day:
        found = found.filter(at__gte=clock.instant(search.from_day, MIDNIGHT))
    if search.to_day:
        found = found.filter(at__lt=clock.instant(date.fromordinal(search.to_day.toordinal() + 1), MIDNIGHT))
    if search.records is not None:
        found = found.filter(search.records)
    if search.reading:
        found = found.filter(act__regex=rf"[._]({'|'.join(READING)})$")
    return found.order_by("-at", "-id")


def closed_events(*, school_id: int, object_type: str, object_id: object) -> QuerySet[AuditEvent]:
    """What was done with one record of a school's closed chain, newest first. Only the page of that record shows it."""
    found = AuditEvent.objects.filter(chain=closed_chain(school_id), object_type=object_type, object_id=str(object_id))
    return found.order_by("-at", "-id")


def _open_to(reader: Reader, staff_ids: Collection[int]) -> QuerySet[AuditEvent]:
    about_them = Q(by_id__in=staff_ids) | Q(object_type="staff", object_id__in=[str(pk) for pk in staff_ids])
    return shown_to(reader, AuditEvent.objects.filter(Q(chain=reader.school_id) | (Q(chain=0) & about_them)))


def object_types(reader: Reader, staff_ids: Collection[int]) -> list[str]:
    """The kinds of record that the events are about of which this reader may learn."""
    kinds = _open_to(reader, staff_ids).exclude(object_type="").order_by("object_type")
    return list(kinds.values_list("object_type", flat=True).distinct())


def trail_length(school_id: int) -> int:
    """How many events a school's trail has: it grows with every act, in the act's own transaction. For polls."""
    return AuditChain.objects.filter(school_id=school_id).values_list("length", flat=True).first() or 0
