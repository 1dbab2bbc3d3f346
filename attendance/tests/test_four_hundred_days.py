"""Four hundred days in three time zones of the server: every rung at the right UTC instant, nothing on a day without school (R9)."""

import os
import time as clock_of_the_machine
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest

from attendance import ladder
from homevisits.common.clock import instant, local_day
from homevisits.messaging.models import Message
from homevisits.people.models import Closure, Term
from homevisits.people.school_calendar import SchoolCalendar
from homevisits.policy.values import values_of

from ..services.marks import MarkGiven
from ..services.registers import close_school, take_register
from .mornings import BY, Morning

FIRST = date(2026, 9, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(400)]
ZONES = ("UTC", "America/Los_Angeles", "Asia/Kolkata")
TERMS = ((date(2026, 9, 2), date(2026, 10, 23)), (date(2026, 11, 2), date(2026, 12, 18)), (date(2027, 1, 4), date(2027, 2, 12)),
         (date(2027, 2, 22), date(2027, 3, 25)), (date(2027, 4, 12), date(2027, 5, 28)), (date(2027, 6, 7), date(2027, 7, 21)),
         (date(2027, 9, 2), date(2027, 10, 22)))  # fmt: skip
CLOSED = {date(2026, 9, 2): "INSET day", date(2027, 1, 4): "INSET day", date(2027, 1, 20): "Snow"}
BANK_HOLIDAYS = {date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1), date(2027, 3, 26), date(2027, 3, 29), date(2027, 5, 3),
                 date(2027, 5, 31), date(2027, 8, 30)}  # fmt: skip


@pytest.fixture(params=ZONES)
def server_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The server's own time zone, which must not matter."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    clock_of_the_machine.tzset()
    yield request.param
    if before is None:
        os.environ.pop("TZ")
    else:
        os.environ["TZ"] = before
    clock_of_the_machine.tzset()


def last_sunday(year: int, month: int) -> date:
    day = date(year, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


def hours_ahead(day: date) -> int:
    """By how much clocks in England are ahead of UTC in the daytime: the European rule, written anew."""
    return int(last_sunday(day.year, 3) <= day < last_sunday(day.year, 10))


def utc(day: date, wall: time) -> datetime:
    return datetime.combine(day, wall, tzinfo=UTC) - timedelta(hours=hours_ahead(day))


def has_school(day: date) -> bool:
    return day.weekday() < 5 and any(a <= day <= b for a, b in TERMS) and day not in BANK_HOLIDAYS and day not in CLOSED


def test_every_rung_is_at_its_wall_time_on_each_day(server_zone: str) -> None:
    values = values_of("primary-procedures", {})
    assert {hours_ahead(day) for day in DAYS} == {0, 1}
    for day in DAYS:
        climb = ladder.climb(values, day, am_closes=time(9), session_closes=time(9))
        assert climb.rungs == {
            "first_text_at": utc(day, time(9, 15)), "call_at": utc(day, time(9, 45)), "welfare_visit_at": utc(day, time(11, 30)),
            "school_day_ends": utc(day, time(15, 30)),
        }  # fmt: skip
        assert climb.catch_up_until == utc(day, time(12, 30))
        afternoon = ladder.climb(values, day, am_closes=time(9), session_closes=time(13, 15))
        assert afternoon.rungs["first_text_at"] == utc(day, time(13, 30))
        assert max(afternoon.rungs.values()) == utc(day, time(15, 30))
        # Both ends of the day: on a Sunday of change the clock's hour is another at each.
        assert local_day(instant(day, time(0, 0))) == day == local_day(instant(day, time(23, 59, 59)))


def test_a_school_day_is_a_weekday_in_term_without_holiday_inset_or_closure(server_zone: str) -> None:
    calendar = SchoolCalendar(terms=TERMS, closures=CLOSED)
    assert [day for day in DAYS if calendar.is_school_day(day)] == [day for day in DAYS if has_school(day)]


def live_through(days: list[date]) -> None:
    """Every day from midnight to evening, a child missing on each; only school days text."""
    morning = Morning(missing=1, present=9, day=days[0])
    Term.objects.bulk_create([Term(school=morning.school, name=f"Term {n}", starts_on=a, ends_on=b) for n, (a, b) in enumerate(TERMS)])
    for day, reason in CLOSED.items():
        if reason == "INSET day":
            Closure.objects.create(school=morning.school, day=day, kind="inset", reason="", entered_at=instant(FIRST, time(0)))
    expected = []
    for day in days:
        morning.day = day
        morning.knock("00:01")
        for wall in ("08:50", "09:05", "09:15", "09:45", "11:30", "15:30", "23:59:30"):
            if wall == "08:50" and (has_school(day) or CLOSED.get(day) == "Snow"):
                marks = {pupil.pk: MarkGiven("N" if pupil in morning.missing else "/") for pupil in morning.pupils}
                take_register(
                    school=morning.school, day=day, session="AM", marks=marks, class_names=None, source="test", by=BY, now=morning.at(wall)
                )  # fmt: skip
            if wall == "09:15" and CLOSED.get(day) == "Snow":
                close_school(school=morning.school, day=day, reason="Snow", by=BY, now=morning.at("09:10"))
            morning.knock(wall)
        if has_school(day):
            expected.append((day, utc(day, time(9, 15))))
    texts = Message.objects.filter(template="first_day_absence").exclude(status="cancelled").order_by("day")
    assert list(texts.values_list("day", "accepted_at")) == expected
    assert expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "count"),
    [(date(2026, 10, 22), 12), (date(2027, 1, 4), 2), (date(2027, 1, 19), 3), (date(2027, 3, 25), 19)],
    ids=["the clocks go back", "INSET", "closed at ten past nine", "the clocks go forward"],
)
def test_the_days_around_what_is_special(first: date, count: int) -> None:
    live_through([first + timedelta(days=n) for n in range(count)])


@pytest.mark.prove
@pytest.mark.django_db
def test_four_hundred_days_lived_through(server_zone: str) -> None:
    live_through(DAYS)
