"""A case goes on under the version it opened with; the next one opens under the new version (PRI-42)."""

from datetime import date, datetime, time

import pytest

from attendance.models import UnexplainedAbsence
from attendance.services.marks import MarkGiven
from attendance.services.registers import take_register
from attendance.sweep import sweep
from homevisits.common import clock
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import ContactFactory, PupilFactory, SchoolFactory, StaffFactory
from homevisits.policy import selectors, services
from homevisits.policy.models import PolicyVersion

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 24)


def at(wall: str) -> datetime:
    return clock.instant(DAY, time.fromisoformat(wall))


def new_version(school: School, head: Staff, call_at: str, now: datetime) -> PolicyVersion:
    draft = services.draft_version(school=school, by=head, now=now)
    services.change_setting(version=draft, setting="call_at", value=call_at, by=head, now=now)
    return services.sign(version=draft, role="headteacher", by=head, now=now)


@pytest.mark.clause("PRI-42")
def test_a_running_case_keeps_its_version_and_its_times() -> None:
    school = SchoolFactory.create()
    head = StaffFactory.create(school=school, roles=["headteacher"])
    first = services.adopt_preset(school=school, preset="primary-procedures", by=head, now=at("07:00"))
    pupil = ContactFactory.create(pupil=PupilFactory.create(school=school)).pupil
    other = ContactFactory.create(pupil=PupilFactory.create(school=school, class_name="4B")).pupil
    sweep(at("08:00"))
    take_register(
        school=school, day=DAY, session="AM", marks={pupil.pk: MarkGiven("N")}, class_names=None, source="test", by=head, now=at("08:55")
    )
    sweep(at("09:01"))
    case = UnexplainedAbsence.objects.get()
    assert case.policy == first

    second = new_version(school, head, "10:30", at("09:20"))
    assert selectors.version_in_force(school, DAY) == second
    sweep(at("09:21"))
    case.refresh_from_db()
    assert case.policy == first
    assert (case.next_rung, case.next_action_at) == ("call_at", at("09:45"))

    take_register(
        school=school, day=DAY, session="AM", marks={other.pk: MarkGiven("N")}, class_names=None, source="test", by=head, now=at("09:25")
    )
    sweep(at("09:26"))
    assert UnexplainedAbsence.objects.get(pupil=other).policy == second
