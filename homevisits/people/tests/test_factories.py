"""The factories that every other test stands on."""

import pytest

from .factories import ContactFactory, HouseholdFactory, PupilFactory, SchoolFactory, StaffFactory

pytestmark = pytest.mark.django_db


def test_a_sibling_follows_the_household_into_its_school() -> None:
    home = HouseholdFactory.create()
    first, second = PupilFactory.create(household=home), PupilFactory.create(household=home)
    assert first.school == second.school == home.school


def test_a_pupil_of_a_school_has_a_household_there() -> None:
    school = SchoolFactory.create()
    assert PupilFactory.create(school=school).household.school == school
    assert ContactFactory.create(pupil__school=school).pupil.school == school


def test_staff_hold_their_roles() -> None:
    school = SchoolFactory.create()
    staff = StaffFactory.create(school=school, roles=["office_admin", "dsl"])
    assert sorted(staff.roles.values_list("role", flat=True)) == ["dsl", "office_admin"]
