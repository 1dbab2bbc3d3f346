"""The demo, put together from people, policy and attendance: `load` makes it, `sign_ins` says who can sign in."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db import transaction

from attendance.models import Mark
from homevisits.common import clock
from homevisits.common.actors import SystemJob
from homevisits.people import demo, demo_registers
from homevisits.people.access import staff_with_role
from homevisits.people.demo import sign_ins
from homevisits.people.demo_codes import give_second_factors
from homevisits.people.models import Pupil, Role, School
from homevisits.people.school_calendar import school_days_between
from homevisits.policy.services import adopt_preset

from .demo_chronology import tell_a_story
from .demo_concerns import begin_concerns
from .demo_morning import STARTS, begin_morning
from .demo_staff import read_and_confirm

__all__ = ["load", "sign_ins"]
BY = SystemJob("Demo")
MORNING = date(2026, 11, 24)
MARKS_FROM = date(2026, 9, 21)


def load(*, now: datetime) -> tuple[School, bool]:
    """The demo school, and whether it was made just now. Its clock stands at ten to nine of a school morning and runs.

    `now` is the real time. A second call changes nothing, but that whoever has no second factor gets the demo's again.
    """
    found = School.objects.filter(slug=demo.SLUG, is_demo=True).first()
    if found:
        give_second_factors()
        return found, False
    start_of_year = clock.instant(date(2026, 9, 1), time(9))
    with transaction.atomic():
        school = demo.write(by=BY, now=start_of_year)
        head = staff_with_role(school, Role.HEADTEACHER, clock.local_day(start_of_year))[0]
        version = adopt_preset(school=school, preset="primary-procedures", signed={"headteacher": head.name}, by=BY, now=start_of_year)
        demo_registers.fill(school=school, day=MORNING, by=BY, now=start_of_year)
        read_and_confirm(school=school, version=version, now=start_of_year)
        board = {"trust_board": f"Board of {school.trust}"}
        adopt_preset(trust=school.trust, preset="academy-trust", signed=board, by=BY, now=start_of_year)
        Mark.objects.bulk_create(_marks(school), batch_size=2000)
        trust_schools = School.objects.filter(trust=school.trust, is_demo=True)
        for each in trust_schools:
            begin_morning(school=each, day=MORNING, by=BY, now=now)
        tell_a_story(school=school, now=clock.instant(MORNING, STARTS))
        begin_concerns(school=school, now=clock.instant(MORNING, STARTS))
    school.refresh_from_db()
    return school, True


def _marks(school: School) -> Iterator[Mark]:
    """Nine plausible weeks: most pupils nearly always in, a few often not, absences that last some days."""
    rng = random.Random(school.slug)
    days = school_days_between(school, MARKS_FROM, MORNING - timedelta(days=1))
    for pupil_id in Pupil.objects.filter(school=school).order_by("pk").values_list("pk", flat=True):
        often_away = 0.12 if rng.random() < 0.09 else 0.015
        away_until, why = MARKS_FROM, "I"
        for day in days:
            recorded_at = clock.instant(day, time(9))
            if day > away_until and rng.random() < often_away:
                why = rng.choices(("I", "M", "C", "G", "O"), (70, 12, 5, 5, 8))[0]
                away_until = day + timedelta(days=rng.randint(0, 4) if why in "IG" else 0)
            away = day <= away_until and away_until > MARKS_FROM
            late = not away and rng.random() < 0.01
            morning = why if away else "L" if late else "/"
            afternoon = why if away and why != "M" else "\\"
            for session, code in (("AM", morning), ("PM", afternoon)):
                minutes = rng.randint(3, 25) if code == "L" else None
                yield Mark(
                    school=school, pupil_id=pupil_id, day=day, session=session, code=code, minutes_late=minutes, recorded_at=recorded_at
                )
