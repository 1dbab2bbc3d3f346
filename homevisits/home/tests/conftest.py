"""The office at five past nine, for the tests of the morning's pages."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.test import Client

from attendance.tests.factories import at, school_with_policy
from homevisits.common import clock
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import StaffFactory

Enter = Callable[..., Client]


@pytest.fixture
def school(db: None) -> School:
    """A live school that runs the primary procedures."""
    return school_with_policy(slug="primary")


@pytest.fixture
def nine_oh_five() -> Iterator[datetime]:
    """It is 9:05 on the day of the tests."""
    with clock.frozen(at("9:05")):
        yield at("9:05")


@pytest.fixture
def enter(school: School, nine_oh_five: datetime) -> Enter:
    """`enter("office_admin")`: a browser in which somebody with these roles is signed in."""

    def go(*roles: str) -> Client:
        client = Client()
        staff: Staff = StaffFactory.create(school=school, roles=roles)
        client.force_login(staff)
        return client

    return go


@pytest.fixture
def office(enter: Enter) -> Client:
    """The office admin."""
    return enter("office_admin")
