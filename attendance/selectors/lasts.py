"""What came last on open cases: a call, a text, an event of the timeline; asked for many cases at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, DateTimeField, F, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from homevisits.messaging.models import Message, MessageAbout

from ..models import CaseEvent, ContactAttempt, ContactAttemptFor

# Of what came at the same instant the later kind counts.
EVENT, TEXT, CALL = "1", "2", "3"
TEXTS = ("first_day_absence", "first_day_absence_escalation")


@dataclass(frozen=True)
class Last:
    """The last thing that happened on a case."""

    at: datetime
    words: str


def add_lasts(cases: list[Any]) -> list[Any]:
    """Set `last` (Last or None) and `attempt_at` (of the last call that counts, or None) on open cases. One query.

    Not a subquery for each case: PostgreSQL, as long as it knows little of new tables, reads all messages of the school for each.
    """
    rows: dict[int, tuple[Any, ...]] = {}
    called: dict[int, datetime] = {}
    for row in _rows(cases) if cases else ():
        case, kind, at = row[1], row[2], row[0]
        rows[case] = max(rows.get(case, row), row, key=lambda one: (one[0], one[2], one[3]))
        if kind == CALL:
            called[case] = max(called.get(case, at), at)
    for case in cases:
        case.last = _said(*rows[case.pk]) if case.pk in rows else None
        case.attempt_at = called.get(case.pk)
    return cases


def _rows(cases: Iterable[Any]) -> QuerySet[Any, Any]:
    """Rows of (instant, case, kind, number of the row, what, whom)."""
    wanted = [case.pk for case in cases]
    calls = ContactAttemptFor.objects.filter(case__in=wanted, attempt__undone_at=None)
    # Told when the provider took it: that is what a family could answer to.
    told = Coalesce("message__accepted_at", "message__created_at", output_field=DateTimeField())
    texts = MessageAbout.objects.filter(
        pupil__cases__in=wanted, message__day=F("pupil__cases__day"), message__channel="text", message__template__in=TEXTS
    )
    events = CaseEvent.objects.filter(case__in=wanted)
    return _columns(events, EVENT, F("at"), "case_id", "pk", "what", Value("")).union(
        _columns(texts, TEXT, told, "pupil__cases", "message_id", "message__status", Value("")),
        _columns(calls, CALL, F("attempt__at"), "case_id", "attempt_id", "attempt__outcome", F("attempt__contact__name")),
        all=True,
    )


def _columns(rows: QuerySet[Any, Any], kind: str, at: Any, case: str, number: str, what: str, whom: Any) -> QuerySet[Any, Any]:
    """The same columns of either table. Cast, since the parts of a union must agree on PostgreSQL."""
    text = CharField()
    found: QuerySet[Any, Any] = (
        rows.order_by()
        .annotate(
            l_at=at, l_case=F(case), l_kind=Cast(Value(kind), text), l_row=F(number), l_what=Cast(what, text), l_whom=Cast(whom, text)
        )
        .values_list("l_at", "l_case", "l_kind", "l_row", "l_what", "l_whom")
    )
    return found


def _said(at: datetime, case: int, kind: str, number: int, what: str, whom: str) -> Last:
    if kind == CALL:
        return Last(at, f"{ContactAttempt.Outcome(what).label}: {whom}")
    return Last(at, _TEXTS[Message.Status(what)] if kind == TEXT else EVENTS.get(what, what.replace("_", " ").capitalize()))


EVENTS = {
    "opened": "Opened",
    "another_day": "Absent again today",
    "closed": "Closed",
    "reopened": "Opened again",
    "corrected": "Correction sent",
    "all_clear_back": "All-clear taken back",
    "reply": "Reply from home",
}
_TEXTS = {
    Message.Status.HELD: "Text held",
    Message.Status.WAITING: "Text about to go",
    Message.Status.SENDING: "Text on its way",
    Message.Status.RETRYING: "Text being tried again",
    Message.Status.UNKNOWN: "Text: sent or not is unknown",
    Message.Status.ACCEPTED: "Text sent",
    Message.Status.DELIVERED: "Text delivered",
    Message.Status.UNDELIVERED: "Text not delivered",
    Message.Status.FAILED: "Text failed",
    Message.Status.MISSED: "Text not sent, too late",
    Message.Status.CANCELLED: "Text cancelled",
    Message.Status.SHADOW: "Text not sent (shadow mode)",
}
