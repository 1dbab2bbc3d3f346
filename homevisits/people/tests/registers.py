"""Rows of the staff registers for tests: each makes what it stands on where that is not given."""

from datetime import UTC, date, datetime
from typing import Any

from homevisits.people.models import (
    AlarmDevice,
    HouseholdConflict,
    LoneWorkerAssessment,
    School,
    Staff,
    StaffCheck,
    StaffTraining,
    StaffUnwell,
    Vehicle,
)

from .factories import HouseholdFactory, StaffFactory

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY = date(2026, 11, 24)


def _person(school: School, staff: Staff | None) -> Staff:
    return staff or StaffFactory.create(school=school, roles=["visiting_staff"])


def check_in(school: School, staff: Staff | None = None, level: str = "enhanced_dbs", expires_on: date | None = None) -> StaffCheck:
    """A check from the beginning of the year."""
    return StaffCheck.objects.create(staff=_person(school, staff), level=level, checked_on=date(2026, 1, 5), expires_on=expires_on)


def training_in(school: School, staff: Staff | None = None, name: str = "first_aid", expires_on: date | None = None) -> StaffTraining:
    """A training from the beginning of the year."""
    return StaffTraining.objects.create(staff=_person(school, staff), name=name, done_on=date(2026, 1, 5), expires_on=expires_on)


def vehicle_in(school: School, **given: Any) -> Vehicle:
    """A small blue car of the school's own, not insured unless said."""
    values = {"make": "Ford", "model": "Fiesta", "registration": f"AB12 C{Vehicle.objects.count():02}", "colour": "blue", **given}
    return Vehicle.objects.create(school=school, **values)


def device_in(school: School, label: str = "Alarm 1") -> AlarmDevice:
    """An alarm device in use."""
    return AlarmDevice.objects.create(school=school, label=label)


def assessment_in(school: School, staff: Staff | None = None, **given: Any) -> LoneWorkerAssessment:
    """An assessment that holds until the end of the year."""
    values = {"hazards": "Dark paths", "measures": "Torch", "review_on": date(2026, 12, 31), "at": AT, **given}
    return LoneWorkerAssessment.objects.create(school=school, staff=_person(school, staff), **values)


def unwell_in(school: School, staff: Staff | None = None, **given: Any) -> StaffUnwell:
    """Somebody unwell since the day of the tests."""
    return StaffUnwell.objects.create(school=school, staff=_person(school, staff), **{"symptoms_from": DAY, "at": AT, **given})


def conflict_in(school: School, staff: Staff | None = None, **given: Any) -> HouseholdConflict:
    """Somebody who does not visit a household."""
    home = given.pop("household", None) or HouseholdFactory.create(school=school)
    return HouseholdConflict.objects.create(staff=_person(school, staff), household=home, **{"at": AT, **given})
