"""The school closes this morning: the calendar and the ladder in one act (R9)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, refuse_if
from homevisits.messaging.models import Message
from homevisits.messaging.outbox import WITHDRAWABLE
from homevisits.people.models import Closure, School, Staff
from homevisits.people.services.calendar import add_closure

from ..models import UnexplainedAbsence
from ..rules import person_blocks
from .registers import close_school


@dataclass(frozen=True)
class WouldClose:
    """What closing would do: how many open cases close, how many texts are cancelled, how many families get an all-clear."""

    cases: int
    texts: int
    reached: int


def would_close(school: School, now: datetime) -> WouldClose:
    """What closing the school today would do."""
    day = local_day(now)
    cases = UnexplainedAbsence.objects.filter(school=school, status="open", day=day)
    texts = Message.objects.filter(school=school, day=day, about__pupil__in=cases.values("pupil"), channel="text")
    gone = texts.filter(status__in=(Message.Status.ACCEPTED, Message.Status.DELIVERED)).values("to").distinct()
    return WouldClose(cases.count(), texts.filter(status__in=WITHDRAWABLE).distinct().count(), gone.count())


def close_today(*, school: School, reason: str, by: Staff, now: datetime) -> None:
    """Enter that the school is closed today and stand the morning down: cases close, texts that have not gone are cancelled.

    Raises BadInput without a reason or at a weekend, Blocked for whoever may not change the calendar.
    """
    if not reason.strip():
        raise BadInput("Say why the school is closed: it stands in the calendar.")
    refuse_if(person_blocks(school, by, "edit_calendar", now))
    day = local_day(now)
    with transaction.atomic():
        add_closure(school=school, day=day, kind=Closure.Kind.CLOSED, reason=reason, by=by, now=now)
        close_school(school=school, day=day, reason=f"School closed: {reason.strip()}", by=by, now=now)
