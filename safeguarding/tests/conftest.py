"""A school with its safeguarding lead, a deputy and a teacher."""

import pytest

from homevisits.people.models import Pupil, School, Staff
from homevisits.people.tests.factories import PupilFactory, SchoolFactory, StaffFactory


@pytest.fixture
def school() -> School:
    return SchoolFactory.create()


@pytest.fixture
def dot(school: School) -> Staff:
    """The safeguarding lead."""
    return StaffFactory.create(school=school, roles=["dsl"], name="Dot Safe", mobile="+447700900001")


@pytest.fixture
def dan(school: School) -> Staff:
    """A deputy."""
    return StaffFactory.create(school=school, roles=["deputy_dsl"], name="Dan Deputy")


@pytest.fixture
def head(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["headteacher"], name="Hetty Head")


@pytest.fixture
def tess(school: School) -> Staff:
    """A class teacher: writes and never reads."""
    return StaffFactory.create(school=school, roles=["class_teacher"], name="Tess Teach")


@pytest.fixture
def ada(school: School) -> Pupil:
    return PupilFactory.create(school=school, first_name="Ada", last_name="Example")
