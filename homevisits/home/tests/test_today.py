"""Today: what it shows, who may, and what its acts do."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client

from attendance.tests.factories import at, missing, pupil_with_contact, school_with_policy
from homevisits.common import clock
from homevisits.people.models import School
from homevisits.people.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    return school_with_policy(slug="primary")


@pytest.fixture(autouse=True)
def five_past_nine() -> Iterator[datetime]:
    with clock.frozen(at("9:05")) as _:
        yield at("9:05")


@pytest.fixture
def office(client: Client, school: School) -> Client:
    client.force_login(StaffFactory.create(school=school, roles=["office_admin"]))
    return client


def test_an_empty_morning_says_what_to_do_next(office: Client) -> None:
    answer = office.get("/s/primary/today/")
    assert answer.status_code == 200, answer.get("Location")
    page = answer.content.decode()
    assert "Log an absence" in page
    assert "No cases yet" in page


def test_an_open_case_is_listed_with_where_it_stands(office: Client, school: School) -> None:
    ada = pupil_with_contact(school, first_name="Ada", last_name="Lovelace")
    missing(school, ada)
    page = office.get("/s/primary/today/").content.decode()
    assert "Ada Lovelace" in page
    assert "Text 9:15" in page
    assert "9:15, in 10 minutes" in page
