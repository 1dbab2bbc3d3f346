"""A morning for the demo school: registers taken, some pupils missing, a few messages in already. Its clock then runs by itself."""

import random
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import QuerySet

from attendance.models import SchoolDay
from attendance.services.absences import log_absence
from attendance.services.marks import MarkGiven
from attendance.services.registers import take_register
from homevisits.common import clock
from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput
from homevisits.people.access import staff_with_role
from homevisits.people.models import Pupil, Role, School
from homevisits.people.school_calendar import next_school_day
from homevisits.people.services.demo_clock import set_demo_clock

from .demo_safeguarding import begin_safeguarding
from .demo_staffmatters import begin_staff_matters
from .demo_visits import begin_visits

STARTS = time(8, 50)
MISSING = 12
EXPLAINED = (
    ("I", "voicemail", "Temperature since last night"),
    ("M", "email", "Dentist, back after lunch"),
    ("I", "gate", "Sick in the car"),
)


def begin_morning(*, school: School, day: date, by: Actor, now: datetime) -> None:
    """Set the demo school's clock to ten to nine of `day`, with its morning register taken: most in, a dozen without a reason.

    `now` is the real instant. Raises BadInput for a school that is not a demo. The same school and day give the same morning.
    """
    if not school.is_demo:
        raise BadInput("Only a demo school has mornings to try.")
    with transaction.atomic():
        shows = clock.instant(day, STARTS)
        missing, explained = _cast(school, day)
        marks = {
            pupil: MarkGiven("N" if pupil in missing | set(explained) else "/")
            for pupil in Pupil.objects.filter(school=school, status=Pupil.Status.ON_ROLL).values_list("pk", flat=True)
        }
        if marks:
            take_register(school=school, day=day, session="AM", marks=marks, class_names=None, source="the demo", by=by, now=shows)
        office = staff_with_role(school, Role.OFFICE_ADMIN, day).first()
        for pupil, (code, channel, words) in zip(explained, EXPLAINED, strict=False):
            if office:
                child = Pupil.objects.get(school=school, pk=pupil)
                log_absence(
                    school=school, pupils=[child], channel=channel, code=code, reason=words, by=office, now=shows - timedelta(minutes=9)
                )
        away = missing | set(explained)
        others = Pupil.objects.filter(school=school, status=Pupil.Status.ON_ROLL).exclude(household__pupils__in=away).order_by("pk")
        begin_visits(school=school, pupils=list(others.distinct()[10:100:15]), now=shows)
        begin_safeguarding(school=school, pupils=list(others.distinct()[11:100:15]), now=shows)
        begin_staff_matters(school=school, pupils=list(others.distinct()[12:100:15]), now=shows)
        set_demo_clock(school=school, shows=shows, speed=max(school.clock_speed, 1), by=by, now=now)


def next_morning(school: School) -> date:
    """The first school day that the demo has not begun yet."""
    last = SchoolDay.objects.filter(school=school, is_open=True).order_by("-day").values_list("day", flat=True).first()
    after = last or clock.local_day(school.now())
    return next_school_day(school, after) or after


def _cast(school: School, day: date) -> tuple[set[int], list[int]]:
    """Who is missing and who has been explained: seeded by the day, and never without the cases that make a morning hard."""
    rng = random.Random(f"{school.slug}{day}")
    on_roll = Pupil.objects.filter(school=school, status=Pupil.Status.ON_ROLL)
    hard = [
        _one(rng, on_roll.filter(flags__isnull=False)),
        _one(rng, on_roll.filter(contacts__restricted=True)),
        _one(rng, on_roll.exclude(contacts__mobile__gt="")),
        _one(rng, on_roll.filter(contacts__language="Polish")),
    ]
    siblings = _one(rng, on_roll.filter(pk__in=_with_siblings(school)))
    family = list(on_roll.filter(household__pupils=siblings).values_list("pk", flat=True)[:2]) if siblings else []
    everybody = sorted(on_roll.values_list("pk", flat=True))
    rng.shuffle(everybody)
    wanted = list(dict.fromkeys([*(pupil for pupil in hard if pupil), *family, *everybody]))
    return set(wanted[:MISSING]), wanted[MISSING : MISSING + len(EXPLAINED)]


def _with_siblings(school: School) -> list[int]:
    homes: dict[int, list[int]] = {}
    for pupil, home in Pupil.objects.filter(school=school, status=Pupil.Status.ON_ROLL).values_list("pk", "household_id"):
        homes.setdefault(home, []).append(pupil)
    return [pupil for pupils in homes.values() if len(pupils) > 1 for pupil in pupils]


def _one(rng: random.Random, pupils: QuerySet[Pupil]) -> int | None:
    ids = sorted(set(pupils.values_list("pk", flat=True)))
    return rng.choice(ids) if ids else None
