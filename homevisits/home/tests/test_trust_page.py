"""A trust's page: figures of its schools, for whoever holds a role through the trust, in as many queries for many as for one."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from attendance.models import CallDue, Hold
from attendance.tests.factories import DAY, at, missing, pupil_with_contact
from homevisits.common import clock
from homevisits.common.actors import SystemJob
from homevisits.home import trust as trusts
from homevisits.home.models import WatchFinding
from homevisits.messaging.models import Message
from homevisits.messaging.tests.factories import make_text
from homevisits.people.models import Role, School, Trust
from homevisits.people.tests.factories import SchoolFactory, StaffFactory, TrustFactory
from homevisits.policy.services import adopt_preset
from visits.models import HomeVisit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def half_past_nine() -> Iterator[None]:
    with clock.frozen(at("9:30")):
        yield


@pytest.fixture
def trust() -> Trust:
    found = TrustFactory.create(name="Rowan Trust", slug="rowan")
    adopt_preset(trust=found, preset="primary-procedures", by=SystemJob("test"), now=at("7:00", DAY.replace(year=2024, month=9)))
    return found


@pytest.fixture
def chief(client: Client, trust: Trust) -> Client:
    client.force_login(StaffFactory.create(trust=trust, roles=["trust_admin"]))
    return client


def busy(trust: Trust, **given: Any) -> School:
    """A school with two open cases, one of them texted, called for and visited, and a brake that is on."""
    school = SchoolFactory.create(trust=trust, **given)
    ada, ben = (pupil_with_contact(school, first_name=name, last_name="Lovelace") for name in ("Ada", "Ben"))
    case = missing(school, ada, ben)[0]
    text = make_text(school, ada, now=at("9:15"))
    Message.objects.filter(pk=text.pk).update(status="delivered", template="first_day_absence", day=DAY)
    CallDue.objects.create(school=school, household=case.household, day=DAY, at=at("9:29"))
    HomeVisit.objects.create(
        school=school, household=case.household, policy=case.policy, purpose="absent_child_check", reason="x", due_at=at("9:29"),
        raised_at=at("9:29"),
    )  # fmt: skip
    Hold.objects.create(school=school, day=DAY, session="AM", held_at=at("9:15"), count=7, ends_at=at("12:30"), next_action_at=at("12:30"))
    return school


def figures(trust: Trust) -> dict[str, dict[str, int]]:
    """Each school's figures as the page has them."""
    staff = StaffFactory.create(trust=trust, roles=["trust_admin"])
    return {row.school.name: row.figures for row in trusts.build(trust, staff, clock.now()).rows}


@pytest.mark.clause("MAT-04")
def test_each_school_of_the_trust_has_its_own_figures(trust: Trust) -> None:
    busy(trust, name="Ash")
    SchoolFactory.create(trust=trust, name="Beech")
    other = TrustFactory.create()
    adopt_preset(trust=other, preset="secondary", by=SystemJob("test"), now=at("7:00"))
    busy(other, name="Not ours")
    found = figures(trust)
    assert found == {
        "Ash": {"open": 2, "texted": 1, "calls": 1, "visits": 1, "held": 7, "untaken": 0},
        "Beech": dict.fromkeys(trusts.FIGURES, 0),
    }


def test_yesterdays_calls_and_holds_do_not_count(trust: Trust) -> None:
    busy(trust, name="Ash")
    with clock.frozen(at("9:30", DAY.replace(day=25))):
        found = figures(trust)["Ash"]
    assert (found["open"], found["texted"], found["calls"], found["visits"], found["held"]) == (2, 0, 0, 0, 0)


@pytest.mark.clause("MAT-04")
def test_figures_carry_no_name_of_a_pupil_and_a_way_in_that_the_role_opens(chief: Client, trust: Trust) -> None:
    school = busy(trust, name="Ash")
    said = chief.get("/t/rowan/").content.decode()
    assert "Ash" in said
    assert "Lovelace" not in said
    assert f"/s/{school.slug}/status/" in said
    assert f"/s/{school.slug}/today/" not in said


def test_who_works_on_cases_through_the_trust_goes_to_today(client: Client, trust: Trust) -> None:
    school = SchoolFactory.create(trust=trust)
    client.force_login(StaffFactory.create(trust=trust, roles=["attendance_officer"]))
    assert f"/s/{school.slug}/today/" in client.get("/t/rowan/").content.decode()


@pytest.mark.clause("MAT-04")
@pytest.mark.parametrize("role", [*Role])
def test_a_role_in_one_school_does_not_open_the_trusts_page(client: Client, trust: Trust, role: str) -> None:
    client.force_login(StaffFactory.create(school=SchoolFactory.create(trust=trust), roles=[role]))
    assert client.get("/t/rowan/").status_code == 404


@pytest.mark.clause("MAT-04")
def test_another_trust_and_no_trust_do_not_exist(chief: Client) -> None:
    TrustFactory.create(slug="elm")
    assert chief.get("/t/elm/").status_code == 404
    assert chief.get("/t/nowhere/").status_code == 404


def test_a_role_that_has_ended_and_a_governor_do_not_enter(client: Client, trust: Trust) -> None:
    gone = StaffFactory.create(trust=trust, roles=["trust_admin"])
    gone.roles.update(ends_on=DAY.replace(day=1))
    for person in (gone, StaffFactory.create(trust=trust, roles=["governor"])):
        client.force_login(person)
        assert client.get("/t/rowan/").status_code == 404


def test_what_stills_a_school_is_said(chief: Client, trust: Trust) -> None:
    SchoolFactory.create(trust=trust, name="Ash", sending=School.Sending.SHADOW)
    oak = SchoolFactory.create(trust=trust, name="Oak")
    WatchFinding.objects.create(school=oak, kind="x", key="1", says="x", found_at=at("9:00"))
    said = chief.get("/t/rowan/").content.decode()
    assert "Shadow mode" in said
    assert "Needs a look" in said


def test_a_school_without_a_policy_says_so(client: Client) -> None:
    elm = TrustFactory.create(slug="elm")
    SchoolFactory.create(trust=elm)
    client.force_login(StaffFactory.create(trust=elm, roles=["trust_admin"]))
    assert "No policy in force" in client.get("/t/elm/").content.decode()


def test_a_hundred_schools_cost_as_many_queries_as_one(chief: Client, trust: Trust) -> None:
    busy(trust, name="Ash")
    chief.get("/t/rowan/")
    with CaptureQueriesContext(connection) as one:
        assert chief.get("/t/rowan/").status_code == 200
    for _ in range(99):
        SchoolFactory.create(trust=trust)
    busy(trust, name="Zelkova")
    with CaptureQueriesContext(connection) as many:
        said = chief.get("/t/rowan/").content.decode()
    assert said.count('<th scope="row">') == 102
    assert len(many) == len(one) <= 20


def test_the_trust_is_offered_where_one_chooses_a_school(chief: Client, trust: Trust) -> None:
    school = SchoolFactory.create(trust=trust)
    for page in ("/schools/", f"/s/{school.slug}/"):
        assert "/t/rowan/" in chief.get(page).content.decode()


@pytest.mark.django_db(transaction=True)
def test_it_is_readable_with_many_schools(
    page: Any, live_server: Any, signed_in: Any, accessible: Any, pictures: Any, trust: Trust
) -> None:
    busy(trust, name="St Bartholomew and All Angels Church of England Voluntary Controlled Primary School")
    for name in ("Ash", "Beech", "Cedar"):
        SchoolFactory.create(trust=trust, name=f"{name} Primary School", sending=School.Sending.SHADOW if name == "Ash" else "live")
    signed_in(page, StaffFactory.create(trust=trust, roles=["trust_admin"], name="Oluwaseun Abiodun-Featherstonehaugh"))
    page.goto(f"{live_server.url}/t/rowan/")
    accessible(page)
    pictures(page, "trust")


def test_a_trust_without_schools_has_a_page_too(chief: Client) -> None:
    page = chief.get("/t/rowan/")
    assert page.status_code == 200
    assert "trust-table" not in page.content.decode()
