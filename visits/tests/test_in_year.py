"""In-year visits: due three weeks after the first day, slots after school before it, vulnerable pupils first, reminded of."""

from datetime import date, timedelta

import pytest

from homevisits.common.clock import instant, local
from homevisits.messaging.models import Notice
from homevisits.people.models import Pupil, PupilFlag, School
from homevisits.people.tests.factories import PupilFactory
from homevisits.policy.selectors import version_in_force
from visits.models import HomeVisit
from visits.selectors.in_year import in_year_due, slots
from visits.services.in_year import remind_of_in_year

from .factories import NOW, a_school, a_visit

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def joined(school: School, days_ago: int, *, vulnerable: bool = False, **fields: str) -> Pupil:
    """A pupil whose first day was so many days ago."""
    pupil = PupilFactory.create(school=school, started_on=TODAY - timedelta(days=days_ago), **fields)
    if vulnerable:
        PupilFlag.objects.create(pupil=pupil, kind="looked_after")
    return pupil


@pytest.mark.clause("PRI-06")
@pytest.mark.parametrize(("days_ago", "state"), [(22, "Overdue"), (21, "Due soon"), (14, "Due soon"), (13, "Due later"), (-3, "Due later")])
def test_a_visit_is_due_three_weeks_after_the_first_day(days_ago: int, state: str) -> None:
    school = a_school()
    pupil = joined(school, days_ago)
    (row,) = in_year_due(school, NOW)
    assert (row.pupil, row.due_on, row.state[1]) == (pupil, pupil.started_on + timedelta(days=21), state)  # type: ignore[operator]


@pytest.mark.clause("PRI-28")
def test_vulnerable_pupils_come_first_whoever_started_with_the_year_or_was_visited_or_refused_does_not() -> None:
    school = a_school()
    late, looked_after = joined(school, 30), joined(school, 5, vulnerable=True)
    joined(school, 83)  # the second of September
    joined(school, 60, year_group="R")  # a staggered start
    for status in (HomeVisit.Status.DONE, HomeVisit.Status.REFUSED):
        visit = a_visit(school, pupil=joined(school, 9), purpose="in_year")
        HomeVisit.objects.filter(pk=visit.pk).update(status=status)
    assert [row.pupil for row in in_year_due(school, NOW)] == [looked_after, late]


def test_a_policy_without_in_year_visits_lists_none() -> None:
    school = a_school("secondary")
    joined(school, 10)
    assert in_year_due(school, NOW) == []


@pytest.mark.clause("PRI-05")
@pytest.mark.clause("PRI-06")
def test_slots_are_after_school_on_school_days_those_before_the_due_day_first() -> None:
    school = a_school()
    values = version_in_force(school, TODAY).values
    found = slots(school, values, NOW, before=date(2026, 11, 25))
    assert [f"{local(at):%a %H:%M}" for at in found] == ["Tue 15:45", "Wed 15:45", "Thu 15:45", "Fri 15:45"]
    evening = slots(school, values, instant(date(2026, 11, 27), values.school_day_ends), count=1)
    assert [f"{local(at):%a %H:%M}" for at in evening] == ["Mon 15:45"]


@pytest.mark.clause("PRI-06")
def test_due_soon_and_overdue_are_each_reminded_of_once() -> None:
    school = a_school()
    joined(school, 14)
    assert [remind_of_in_year(NOW) for _ in range(2)] == [1, 0]
    later = NOW + timedelta(days=8)
    assert [remind_of_in_year(later) for _ in range(2)] == [1, 0]
    assert list(Notice.objects.filter(about="in_year_due").order_by("pk").values_list("clause", flat=True)) == ["PRI-06", "PRI-06"]
