"""Whoever is out to check on a child is called back when the child is accounted for, also where the visit was planned before its time."""

import pytest

from homevisits.messaging.models import Notice
from visits.models import HomeVisit
from visits.services.planning import plan_visit
from visits.tests.factories import a_plan, ready

from ..services.absences import record_arrival
from .mornings import Morning

pytestmark = [pytest.mark.django_db, pytest.mark.clause("PRI-35")]


def planned_by_hand(morning: Morning, n: int, wall: str) -> HomeVisit:
    """A check on one missing child, planned before the ladder would raise it."""
    pair = [ready(morning.school), ready(morning.school)]
    return plan_visit(
        school=morning.school, pupil=morning.missing[n], visit=None, pair=pair, due_back=morning.at("12:30"), purpose="absent_child_check",
        by=morning.staff["pupil_support_lead"], now=morning.at(wall), plan=a_plan(morning.school, pair, "absent_child_check"),
    )  # fmt: skip


def test_a_check_planned_by_hand_is_stood_down_when_its_child_arrives_and_no_other_is() -> None:
    morning = Morning(missing=2)
    morning.take_register()
    morning.run("09:00", "09:50")
    visit, other = planned_by_hand(morning, 0, "10:30"), planned_by_hand(morning, 1, "10:31")
    record_arrival(school=morning.school, pupil=morning.missing[0], by=morning.staff["office_admin"], now=morning.at("10:50"))
    visit.refresh_from_db()
    other.refresh_from_db()
    assert (visit.status, other.status) == ("stood_down", "planned")
    assert set(Notice.objects.filter(about="stood_down").values_list("role", flat=True)) == {"pair", "office_admin"}
