"""The watcher's own look at visits: each way in which a late pair could be missed is found; a healthy alarm is not (R8, R10)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from homevisits.home.watch import CHECKS as watch_checks
from homevisits.home.watch import looks
from homevisits.home.watching import returns
from homevisits.messaging.models import Notice
from homevisits.people.tests.factories import StaffFactory
from visits.models import HomeVisit, VisitAlarm, VisitApproval, WellbeingCheck
from visits.services.alarm import acknowledge
from visits.services.climbing import sweep_alarms
from visits.tests.factories import NOW, a_school, a_visit, approved, out_now

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
BACK = NOW + 60 * MINUTE
CHECKS = (
    returns.steps_not_raised, returns.alarms_fallen_silent, returns.alarms_nobody_heard, returns.checks_nobody_missed,
    returns.alarms_switched_off, returns.ended_with_somebody_out, returns.out_without_approval,
)  # fmt: skip


def found(at_minute: float) -> set[str]:
    """The kinds that the watcher finds so many minutes after the time due back."""
    at = BACK + at_minute * MINUTE
    return {one.kind for look in looks(at) for check in CHECKS for one in check(look)}


@pytest.fixture
def visit() -> HomeVisit:
    school = a_school("secondary")
    StaffFactory.create(school=school, roles=["office_admin"])
    contact = StaffFactory.create(school=school, roles=["line_manager"])
    return out_now(approved(a_visit(school)), base_contact=contact)


def test_nothing_is_found_while_the_alarm_does_its_work(visit: HomeVisit) -> None:
    office = StaffFactory.create(school=visit.school, roles=["headteacher"])
    for minute in range(-5, 45):
        sweep_alarms(BACK + minute * MINUTE)
        assert found(minute + 0.9) == set(), minute
        if minute in (7, 25):
            acknowledge(visit=visit, by=office, now=BACK + minute * MINUTE)


CORRUPTIONS: dict[str, Callable[[HomeVisit], object]] = {
    "alarm_late": lambda visit: visit.alarms.filter(step="office").delete(),
    "alarm_silent": lambda visit: VisitAlarm.objects.filter(step="office").update(repeat_at=BACK - MINUTE),
    "alarm_forgotten": lambda visit: VisitAlarm.objects.update(repeat_at=None),
    "alarm_untold": lambda visit: Notice.objects.all().delete(),
    "alarm_off": lambda visit: HomeVisit.objects.update(alarm_at=None),
    "not_all_back": lambda visit: HomeVisit.objects.update(returned_at=BACK, alarm_at=None),
    "approved_own_visit": lambda visit: VisitApproval.objects.update(staff=visit.members.order_by("pk")[0].staff),
    "out_unapproved": lambda visit: VisitApproval.objects.all().delete(),
    "check_late": lambda visit: WellbeingCheck.objects.update(due_at=BACK - 30 * MINUTE),
}


# More ways to the same findings.
OTHERWISE: dict[str, tuple[str, Callable[[HomeVisit], object]]] = {
    "an approval of the plan before": ("out_unapproved", lambda visit: HomeVisit.objects.update(version=visit.version + 1)),
    "an approval that was void when they left": ("out_unapproved", lambda visit: VisitApproval.objects.update(voided_at=NOW - MINUTE)),
    "an approval by a role that does not approve": ("out_unapproved", lambda visit: VisitApproval.objects.update(role="visiting_staff")),
}  # fmt: skip


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_each_way_to_miss_a_pair_is_found(visit: HomeVisit, kind: str) -> None:
    for minute in range(8):
        sweep_alarms(BACK + minute * MINUTE)
    VisitAlarm.objects.filter(step="wellbeing").delete()
    CORRUPTIONS[kind](visit)
    assert kind in found(8)


def test_an_engine_that_stands_still_is_found_within_the_tolerance(visit: HomeVisit) -> None:
    assert found(1.9) == set()
    assert found(2.1) == {"alarm_late"}


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_visit_that_should_not_have_left_is_found(visit: HomeVisit, name: str) -> None:
    kind, corrupt = OTHERWISE[name]
    assert found(-5) == set()
    corrupt(visit)
    assert found(-5) == {kind}


def test_every_look_at_visits_is_among_the_watchers_own() -> None:
    assert set(CHECKS) <= set(watch_checks)


def test_a_change_after_they_left_calls_nobody_back(visit: HomeVisit) -> None:
    VisitApproval.objects.update(voided_at=NOW + MINUTE)
    HomeVisit.objects.update(version=visit.version + 1)
    assert found(-5) == set()
