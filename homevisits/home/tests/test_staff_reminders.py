"""What ends in the staff registers is told once ahead and once when it has expired, to the business manager and to the person."""

from datetime import date, datetime, time, timedelta

import pytest

from attendance.tests.factories import DAY, TEST, at
from homevisits.common.clock import instant
from homevisits.home.staff_reminders import remind_of_registers
from homevisits.messaging.models import Notice
from homevisits.people.models import School, Staff
from homevisits.people.services.equipment import retire_vehicle
from homevisits.people.tests import registers as rows
from homevisits.people.tests.factories import SchoolFactory, StaffFactory
from homevisits.policy.services import adopt_preset

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    school = SchoolFactory.create(slug="oak")
    adopt_preset(school=school, preset="attendance-officer", by=TEST, now=at("7:00", date(2026, 9, 1)))
    return school


@pytest.fixture
def bursar(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["business_manager"])


@pytest.fixture
def tess(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["visiting_staff"], name="Tess Tanner")


def on(day: date) -> datetime:
    return instant(day, time(8))


def told(staff: Staff) -> list[str]:
    return list(Notice.objects.filter(people__staff=staff).order_by("pk").values_list("says", flat=True))


@pytest.mark.clause("ATT-18")
def test_insurance_is_reminded_of_thirty_days_ahead_and_when_it_has_expired(school: School, bursar: Staff, tess: Staff) -> None:
    car = rows.vehicle_in(school, owner=tess, registration="AB12 CDE", insured_until=DAY)
    assert remind_of_registers(on(DAY - timedelta(days=31))) == 0
    assert remind_of_registers(on(DAY - timedelta(days=30))) == 1
    assert remind_of_registers(on(DAY - timedelta(days=29))) == 0, "told once"
    assert remind_of_registers(on(DAY)) == 0, "the last day still counts"
    assert remind_of_registers(on(DAY + timedelta(days=1))) == 1
    assert remind_of_registers(on(DAY + timedelta(days=2))) == 0
    both = [
        "The insurance of AB12 CDE, Tess Tanner’s, ends on 24 November 2026.",
        "The insurance of AB12 CDE, Tess Tanner’s, expired on 24 November 2026.",
    ]
    assert told(bursar) == told(tess) == both
    assert {(row.clause, row.task) for row in Notice.objects.filter(role="business_manager")} == {("ATT-18", True)}

    car.insured_until = DAY + timedelta(days=20)  # renewed, for a short while
    car.save()
    assert remind_of_registers(on(DAY + timedelta(days=2))) == 1
    retire_vehicle(vehicle=car, by=bursar, now=on(DAY))
    assert remind_of_registers(on(DAY + timedelta(days=40))) == 0


@pytest.mark.clause("ATT-20")
def test_checks_training_and_assessments_are_reminded_of_too(school: School, bursar: Staff, tess: Staff) -> None:
    rows.check_in(school, tess, expires_on=DAY - timedelta(days=1))
    rows.training_in(school, tess, expires_on=DAY + timedelta(days=3))
    rows.training_in(school, tess, name="equipment", expires_on=DAY + timedelta(days=31))
    rows.training_in(school, tess, name="disengagement")
    rows.assessment_in(school, tess, review_on=DAY)
    assert remind_of_registers(on(DAY)) == 3
    assert told(bursar) == [
        "The check “Enhanced DBS” of Tess Tanner expired on 23 November 2026.",
        "The training “First aid” of Tess Tanner ends on 27 November 2026.",
        "The lone-worker assessment of Tess Tanner is due for review on 24 November 2026.",
    ]
    assert told(tess) == told(bursar)
    assert Notice.objects.filter(role="business_manager").values_list("link", flat=True)[1] == "/s/oak/staff/registers/training/"
    assert Notice.objects.exclude(role="business_manager").values_list("link", flat=True)[0] == "/s/oak/staff/registers/own/"


def test_nobody_is_told_of_who_has_left_or_of_what_is_stale(school: School, bursar: Staff, tess: Staff) -> None:
    gone = StaffFactory.create(school=school, roles=["visiting_staff"])
    gone.roles.update(ends_on=DAY - timedelta(days=1))
    rows.check_in(school, gone, expires_on=DAY)
    rows.assessment_in(school, tess, review_on=DAY, stale_at=on(DAY), stale_because="Moved")
    assert remind_of_registers(on(DAY)) == 0


def test_without_a_business_manager_the_headteacher_is_told_and_once_where_both_are_one(school: School) -> None:
    head = StaffFactory.create(school=school, roles=["headteacher"])
    rows.check_in(school, head, expires_on=DAY)
    assert remind_of_registers(on(DAY)) == 1
    assert len(told(head)) == 1
