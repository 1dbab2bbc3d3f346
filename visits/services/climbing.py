"""The alarm that climbs by the clock: its steps at the minute, told again until a person takes it on (R10)."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from homevisits.audit.services import record
from homevisits.common.actors import SystemJob
from homevisits.common.deadlock import retried

from .. import alarms
from ..models import HomeVisit, VisitAlarm
from .alarm_telling import tell_alarm
from .common import locked
from .setting import missed_checks, missed_points, raised_steps, set_alarm

log = logging.getLogger(__name__)
ALARM = SystemJob("the return alarm")


def sweep_alarms(real: datetime) -> int:
    """Raise what is due and tell again what nobody has taken on, each school by its own clock. How many visits had something.

    One visit that cannot be dealt with does not stop the others: the watcher finds it late.
    """
    count = 0
    for act, visits in _due(real):
        for visit, now in visits:
            count += _safely(act, visit, now)
    return count


Due = list[tuple[HomeVisit, datetime]]


def _due(real: datetime) -> Iterator[tuple[Callable[[HomeVisit, datetime], bool], Due]]:
    """What is due, the oldest first: with nothing due one statement for each of the two, however many schools there are.

    A school with a clock of its own may be anywhere: what waits there is fetched, and looked at by that clock.
    """
    demo = Q(school__clock_from__isnull=False)
    out = HomeVisit.objects.filter(demo | Q(alarm_at__lte=real), alarm_at__isnull=False).select_related("school").order_by("alarm_at")
    by_clock = [(visit, visit.alarm_at, visit.school.at(real)) for visit in out]
    yield _climb, [(visit, now) for visit, at, now in by_clock if at is not None and at <= now]
    demo = Q(visit__school__clock_from__isnull=False)
    loud = VisitAlarm.objects.filter(demo | Q(repeat_at__lte=real), repeat_at__isnull=False).select_related("visit__school")
    again = [(alarm.visit, alarm.repeat_at, alarm.visit.school.at(real)) for alarm in loud.order_by("visit", "pk")]
    yield _tell_again, [*{visit: now for visit, at, now in again if at is not None and at <= now}.items()]


def _safely(act: Callable[[HomeVisit, datetime], bool], visit: HomeVisit, now: datetime) -> bool:
    try:
        return retried(lambda: act(visit, now))
    except Exception:
        log.exception("The alarm of visit %s could not be dealt with", visit.pk)
        return False


def _climb(visit: HomeVisit, now: datetime) -> bool:
    with transaction.atomic():
        visit = locked(visit)
        if visit.alarm_at is None or visit.alarm_at > now or visit.due_back is None or visit.returned_at:
            return False
        if not alarms.resting(visit.alarm_quiet_until, now):
            _raise_missed(visit, now)
            steps = visit.policy.values.return_alarm_steps
            for step in alarms.steps_due(steps, visit.due_back, raised_steps(visit), visit.alarm_quiet_until, now):
                _raise(visit, step, alarms.due_at(step, steps, visit.due_back), now)
        set_alarm(visit)
    return True


def _raise_missed(visit: HomeVisit, now: datetime) -> None:
    for point, due in missed_points(visit).items():
        if due <= now:
            _raise(visit, alarms.MISSED + point, due, now)
    for place, due in missed_checks(visit).items():
        if due <= now:
            _raise(visit, alarms.WELLBEING, due, now, place)


def _raise(visit: HomeVisit, step: str, due: datetime, now: datetime, place: int = 0) -> None:
    # A rest that somebody asked for puts a step off: that is not late.
    since = max(due, visit.alarm_quiet_until) if visit.alarm_quiet_until else due
    seconds = max(0, int((now - since).total_seconds()))
    late = seconds if seconds > visit.policy.values.late_tolerance else 0
    alarm, new = VisitAlarm.objects.get_or_create(
        visit=visit, step=step, place=place,
        defaults={"due_at": since, "at": now, "late_seconds": late, "repeat_at": now + alarms.REPEAT},
    )  # fmt: skip
    if not new:
        return
    steps = visit.policy.values.return_alarm_steps
    if step in steps:
        # The highest step is the one that is told again, to everybody whom the steps below it reached; a missed check-in is part of it now.
        visit.alarms.filter(Q(step__in=steps) | Q(step__startswith=alarms.MISSED)).exclude(pk=alarm.pk).update(repeat_at=None)
    tell_alarm(visit, alarm, ALARM, now)
    record(
        "visits.alarm.raised", by=ALARM, now=now, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk,
        detail={"step": step},
    )  # fmt: skip


def _tell_again(visit: HomeVisit, now: datetime) -> bool:
    with transaction.atomic():
        visit = locked(visit)
        due = list(visit.alarms.filter(repeat_at__lte=now).order_by("pk"))
        steps = alarms.in_order(visit.policy.values.return_alarm_steps)
        for alarm in due:
            # Conditional: another process that swept at the same time has told it.
            mine = VisitAlarm.objects.filter(pk=alarm.pk, repeat_at=alarm.repeat_at)
            if not mine.update(repeat_at=now + alarms.REPEAT, repeats=F("repeats") + 1):
                continue
            alarm.repeats += 1
            below = steps[: steps.index(alarm.step)] if alarm.step in steps else ()
            tell_alarm(visit, alarm, ALARM, now, below)
            record(
                "visits.alarm.told_again", by=ALARM, now=now, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk,
                detail={"step": alarm.step, "times": alarm.repeats},
            )  # fmt: skip
    return bool(due)
