"""Schools with many cases that are due, written in bulk: what the measured acts start from."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from django.db import connection

from attendance.models import LadderStep, SchoolDay, UnexplainedAbsence
from homevisits.common.actors import SystemJob
from homevisits.common.clock import instant
from homevisits.messaging.models import DeliveryEvent, Message, MessageAbout
from homevisits.people.models import Contact, Household, Pupil, School
from homevisits.policy.models import PolicyVersion
from homevisits.policy.services import adopt_preset

BY = SystemJob("the bench")
DAY = date(2026, 11, 24)
BEFORE = datetime(2026, 9, 1, 8, tzinfo=UTC)
FIRST_TEXT = instant(DAY, time(9, 15))


def make_school(name: str, *, due: int, others: int = 0) -> School:
    """A school with `due` cases whose first text is due, each of a family of its own, and `others` on roll. The brake stays off."""
    school = School.objects.create(
        name=name, slug=name.lower().replace(" ", "-"), phone="+441632960000", created_at=BEFORE, sending=School.Sending.LIVE,
        roll_declared=max(1000, due * 20),
    )  # fmt: skip
    policy = adopt_preset(school=school, preset="primary-procedures", changes={}, by=BY, now=BEFORE)
    SchoolDay.objects.create(school=school, day=DAY, is_open=True, prepared_at=instant(DAY, time(0)))
    count = due + others
    homes = Household.objects.bulk_create([Household(school=school) for _ in range(count)], batch_size=2000)
    pupils = Pupil.objects.bulk_create(
        [Pupil(school=school, household=home, first_name=f"Child{n}", last_name="Example") for n, home in enumerate(homes)], batch_size=2000
    )
    Contact.objects.bulk_create(
        [Contact(pupil=pupil, name="Mo Example", mobile=_number(school.pk, n)) for n, pupil in enumerate(pupils)], batch_size=2000
    )
    add_cases(school, policy, pupils[:due])
    return school


def add_cases(school: School, policy: PolicyVersion, pupils: Iterable[Pupil]) -> None:
    """Open cases whose first text is due at 9:15."""
    closed = instant(DAY, time(9))
    UnexplainedAbsence.objects.bulk_create(
        [
            UnexplainedAbsence(
                school=school, pupil=pupil, household_id=pupil.household_id, policy=policy, first_day=DAY, day=DAY, session="AM",
                opened_at=closed, due_from=closed, next_rung="first_text_at", next_action_at=FIRST_TEXT,
            ) for pupil in pupils
        ],
        batch_size=2000,
    )  # fmt: skip


def _number(school: int, n: int) -> str:
    """A different number for everybody. Nothing is ever sent to it."""
    return f"+4477{school % 1000:03}{n:05}"


def back_to_first_text() -> None:
    """As if the first text had never been due: steps and messages are gone, the cases wait again."""
    for model in (DeliveryEvent, MessageAbout, Message, LadderStep):
        _empty(model._meta.db_table)
    UnexplainedAbsence.objects.update(next_rung="first_text_at", next_action_at=FIRST_TEXT, claim=None)


def _empty(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE" if connection.vendor == "postgresql" else f"DELETE FROM {table}")  # noqa: S608
