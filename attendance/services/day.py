"""The school day as rows: prepared ahead by the sweep, so that every close of a register is an instant in the database."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.actors import Actor
from homevisits.common.clock import instant
from homevisits.people.models import Pupil, RegisterTime, School
from homevisits.people.school_calendar import school_day_status

from ..models import Register, SchoolDay
from ..models.registers import Session


def prepare_day(*, school: School, day: date, by: Actor, now: datetime) -> SchoolDay:
    """Make the day's row and, on a school day, a register a class and session with its close. Done once a day."""
    with transaction.atomic():
        is_open, reason = school_day_status(school, day)
        school_day, made = SchoolDay.objects.get_or_create(
            school=school, day=day,
            defaults={"is_open": is_open, "closed_because": reason, "prepared_at": now,
                      "next_action_at": None if is_open else instant(day, school.am_closes)},
        )  # fmt: skip
        if made:
            if is_open:
                make_registers(school, day)
            record("attendance.day.prepared", by=by, now=now, school_id=school.pk, detail={"day": str(day), "open": is_open})
    return school_day


def make_registers(school: School, day: date) -> None:
    """A register for each class and session of the day that has none yet."""
    classes = set(_classes(school)) or {("", "")}
    times = _own_times(school)
    Register.objects.bulk_create(
        [
            _register(school, day, session, class_name, _closes(school, times, session, class_name, year_group))
            for class_name, year_group in sorted(classes)
            for session in Session
        ],
        ignore_conflicts=True,
    )


def add_registers(school: School, day: date, session: str, names: Collection[str]) -> None:
    """The registers of one session for those of these classes that have pupils and no register yet."""
    there = set(Register.objects.filter(school=school, day=day, session=session).values_list("class_name", flat=True))
    if missing := set(names) - there:
        times, half = _own_times(school), Session(session)
        classes = [(name, year) for name, year in _classes(school) if name in missing]
        rows = [_register(school, day, half, name, _closes(school, times, half, name, year)) for name, year in classes]
        Register.objects.bulk_create(rows, ignore_conflicts=True)


def _register(school: School, day: date, session: Session, class_name: str, closes: time) -> Register:
    at = instant(day, closes)
    return Register(school=school, day=day, session=session, class_name=class_name, closes_at=at, next_action_at=at)


def _classes(school: School) -> Iterable[tuple[str, str]]:
    """Each class once, with the year group of its first pupil."""
    seen: dict[str, str] = {}
    rows = Pupil.objects.filter(school=school, status__in=[Pupil.Status.ON_ROLL, Pupil.Status.LEAVER_PROPOSED])
    for class_name, year_group in rows.order_by("class_name", "year_group").values_list("class_name", "year_group").distinct():
        seen.setdefault(class_name, year_group)
    return seen.items()


Times = dict[tuple[str, str, str], time]


def _own_times(school: School) -> Times:
    return {(row.session, row.class_name, row.year_group): row.closes for row in RegisterTime.objects.filter(school=school)}


def _closes(school: School, times: Times, session: Session, class_name: str, year_group: str) -> time:
    """The class's own time, else its year's, else the school's."""
    usual = school.am_closes if session == Session.AM else school.pm_closes
    return times.get((session, class_name, "")) or times.get((session, "", year_group)) or usual
