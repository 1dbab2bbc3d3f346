"""Which days are school days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homevisits.people.models import Closure, School, Term
from homevisits.people.school_calendar import (
    SchoolCalendar,
    SchoolWeek,
    add_school_days,
    bank_holiday,
    next_school_day,
    open_schools,
    school_day_status,
    school_days_between,
)

from .factories import SchoolFactory

TERM = (date(2026, 9, 2), date(2026, 10, 23))
AFTER_HALF_TERM = (date(2026, 11, 2), date(2026, 12, 18))
AUTUMN = SchoolCalendar((TERM, AFTER_HALF_TERM), {date(2026, 11, 13): "INSET day"})
days = st.dates(date(2024, 1, 1), date(2032, 12, 31))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 11, 24), None),
        (date(2026, 11, 21), "Saturday"),
        (date(2026, 11, 22), "Sunday"),
        (date(2026, 10, 26), "Not in term"),
        (date(2026, 10, 23), None),
        (date(2026, 9, 1), "Not in term"),
        (date(2026, 9, 2), None),
        (date(2026, 11, 13), "INSET day"),
        (date(2026, 12, 25), "Christmas Day"),
    ],
)
def test_why_a_day_has_no_school(day: date, why: str | None) -> None:
    assert AUTUMN.why_closed(day) == why


def test_a_school_without_terms_is_open_every_weekday_but_bank_holidays() -> None:
    plain = SchoolCalendar()
    assert plain.is_school_day(date(2026, 8, 5))
    assert plain.why_closed(date(2026, 8, 31)) == bank_holiday(date(2026, 8, 31)) != ""
    assert plain.why_closed(date(2027, 5, 31)) == "Spring Bank Holiday"


def test_the_next_school_day_skips_half_term_inset_and_weekends() -> None:
    assert AUTUMN.next_day(date(2026, 10, 23)) == date(2026, 11, 2)
    assert AUTUMN.next_day(date(2026, 11, 12)) == date(2026, 11, 16)
    assert AUTUMN.next_day(date(2026, 12, 18)) is None


def test_ten_school_weeks_run_across_the_half_term() -> None:
    weeks = AUTUMN.weeks_back(date(2026, 11, 24), 10)
    assert len(weeks) == 10
    assert weeks[-1] == SchoolWeek(date(2026, 11, 23))
    assert SchoolWeek(date(2026, 10, 26)) not in weeks
    assert weeks[0] == SchoolWeek(date(2026, 9, 14))


@given(day=days, count=st.integers(0, 12))
def test_adding_school_days_agrees_with_counting_them(day: date, count: int) -> None:
    calendar = SchoolCalendar()
    later = calendar.add(day, count)
    assert later is not None
    assert len(calendar.between(day + timedelta(days=1), later)) == count
    assert count == 0 or calendar.is_school_day(later)


@given(day=days)
def test_no_school_day_lies_between_a_day_and_the_next_school_day(day: date) -> None:
    later = AUTUMN.next_day(day)
    if later is None:
        assert not AUTUMN.between(day + timedelta(days=1), day + timedelta(days=120))
    else:
        assert AUTUMN.between(day + timedelta(days=1), later) == [later]


@given(day=days, closed=st.sets(days, max_size=5))
def test_a_closure_only_ever_takes_days_away(day: date, closed: set[date]) -> None:
    with_closures = SchoolCalendar((), dict.fromkeys(closed, "School closed"))
    assert with_closures.is_school_day(day) == (SchoolCalendar().is_school_day(day) and day not in closed)


def _close(school: School, day: date, kind: str = "closed", reason: str = "") -> None:
    Closure.objects.create(school=school, day=day, kind=kind, reason=reason, entered_at=datetime(2026, 9, 1, tzinfo=UTC))


@pytest.mark.django_db
def test_a_schools_own_rows_decide() -> None:
    school = SchoolFactory.create()
    assert school_day_status(school, date(2026, 10, 27)) == (True, "")
    Term.objects.create(school=school, name="Autumn 1", starts_on=TERM[0], ends_on=TERM[1])
    Term.objects.create(school=school, name="Autumn 2", starts_on=AFTER_HALF_TERM[0], ends_on=AFTER_HALF_TERM[1])
    _close(school, date(2026, 11, 24), reason="no heating")
    assert school_day_status(school, date(2026, 10, 27)) == (False, "Not in term")
    assert school_day_status(school, date(2026, 11, 24)) == (False, "School closed: no heating")
    assert next_school_day(school, date(2026, 11, 23)) == date(2026, 11, 25)
    assert add_school_days(school, date(2026, 11, 20), 2) == date(2026, 11, 25)
    assert len(school_days_between(school, date(2026, 11, 16), date(2026, 11, 27))) == 9


@pytest.mark.django_db
def test_many_schools_are_asked_in_a_constant_number_of_queries(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    plain, closed, on_holiday = SchoolFactory.create(), SchoolFactory.create(), SchoolFactory.create()
    _close(closed, date(2026, 11, 24), "inset")
    Term.objects.create(school=on_holiday, name="Autumn", starts_on=TERM[0], ends_on=TERM[1])
    with django_assert_num_queries(3):
        answers = open_schools([plain, closed, on_holiday], date(2026, 11, 24))
    assert answers == {plain.pk: None, closed.pk: "INSET day", on_holiday.pk: "Not in term"}
