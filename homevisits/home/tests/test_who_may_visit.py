"""Who may visit: the business manager sees every gap with its clause; each person confirms for themselves; the demo has enough staff."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.tests.factories import DAY, TEST, at
from homevisits.common import clock
from homevisits.home.demo import MORNING, load
from homevisits.home.demo_staff import read_and_confirm
from homevisits.home.staff_gaps import gaps_of, lines_of
from homevisits.people.models import School, Staff, StaffTraining
from homevisits.people.selectors.registers import current_lone_worker, devices_of, insured_vehicles
from homevisits.people.tests import registers as rows
from homevisits.people.tests.factories import SchoolFactory, StaffFactory
from homevisits.people.words import TRAINING
from homevisits.policy.models import PolicyVersion
from homevisits.policy.presets import PRESETS
from homevisits.policy.services import adopt_preset, confirm_read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at() -> Iterator[None]:
    with clock.frozen(at("9:05")):
        yield


@pytest.fixture
def school() -> School:
    return SchoolFactory.create(slug="oak")


def in_force(school: School, preset: str) -> PolicyVersion:
    return adopt_preset(school=school, preset=preset, by=TEST, now=at("7:00", date(2026, 9, 1)))


def ready(school: School, version: PolicyVersion, name: str, mobile: str = "+447700900101") -> Staff:
    """Somebody who has all that the attendance officer's policy asks for."""
    staff = StaffFactory.create(school=school, roles=["visiting_staff"], name=name, mobile=mobile)
    for level in ("enhanced_dbs", "barred_list"):
        rows.check_in(school, staff, level)
    for training in TRAINING:
        rows.training_in(school, staff, training)
    confirm_read(version=version, by=staff, now=at("8:00"))
    return staff


def signed_in(staff: Staff) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def page(client: Client, name: str = "who_may_visit") -> str:
    """What the page says, without its tags."""
    found = client.get(reverse(name, args=["oak"])).content.decode().partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found))


@pytest.mark.clause("ATT-20")
def test_the_business_manager_sees_the_gaps_first_with_their_clauses(school: School) -> None:
    version = in_force(school, "attendance-officer")
    ready(school, version, "Ada Able")
    bea = ready(school, version, "Bea Behind", mobile="")
    bea.training.filter(name="disengagement").update(expires_on=DAY - timedelta(days=1))
    bea.checks.filter(level="barred_list").delete()
    bea.training.filter(name="first_aid").update(expires_on=DAY + timedelta(days=30))
    StaffFactory.create(school=school, roles=["class_teacher"], name="Cas Classroom")

    lines = lines_of(school, version, DAY)
    assert [(line.person.staff.name, held.need.code, held.need.clause) for line, held in gaps_of(lines)] == [
        ("Bea Behind", "barred_list", "ATT-50"),
        ("Bea Behind", "disengagement", "ATT-20"),
        ("Bea Behind", "mobile", "ATT-11"),
    ]
    said = page(signed_in(StaffFactory.create(school=school, roles=["business_manager"], name="Bo Bursar")))
    gaps, ending = said.index("Gaps"), said.index("Ending within 30 days")
    assert gaps < said.index("Expired 23 Nov 2026") < ending < said.index("Ends 24 Dec 2026")
    assert "1 of 2 staff who visit have everything" in said
    assert "Cas Classroom" not in said[:ending], "who does not visit is no gap"
    assert "Cas Classroom" in said[ending:]
    assert signed_in(bea).get(reverse("who_may_visit", args=["oak"])).status_code == 403


def test_whose_visiting_role_has_ended_is_measured_with_the_others(school: School) -> None:
    version = in_force(school, "attendance-officer")
    staff = StaffFactory.create(school=school, roles=["visiting_staff", "class_teacher"], name="Cas Classroom")
    staff.roles.filter(role="visiting_staff").update(ends_on=DAY - timedelta(days=1))
    (line,) = lines_of(school, version, DAY)
    assert (line.visits, [row.role for row in line.person.roles]) == (False, ["class_teacher"])
    assert line.gaps
    assert gaps_of([line]) == []


def test_reading_counts_for_the_version_in_force_only(school: School) -> None:
    version = in_force(school, "attendance-officer")
    ready(school, version, "Ada Able")
    assert not gaps_of(lines_of(school, version, DAY))
    newer = adopt_preset(school=school, preset="attendance-officer", by=TEST, now=at("8:30"))
    assert [held.need.code for _, held in gaps_of(lines_of(school, newer, DAY))] == ["policy_read"]


@pytest.mark.clause("ALT-27")
def test_the_code_of_conduct_is_confirmed_in_person_and_asked_for_again_by_a_new_version(school: School) -> None:
    version = in_force(school, "alternative-provision")
    tess = StaffFactory.create(school=school, roles=["visiting_staff"], name="Tess Tanner")
    assert ("code_of_conduct", "ALT-27") in [(held.need.code, held.need.clause) for _, held in gaps_of(lines_of(school, version, DAY))]
    me, confirm = signed_in(tess), reverse("own_conduct", args=["oak"])
    assert "Confirm the code of conduct" in page(me, "own_register")
    assert f"version {version.number} of the policy" in me.get(confirm).content.decode()
    assert not StaffTraining.objects.exists(), "looking at it confirms nothing"
    assert me.post(confirm)["Location"] == reverse("own_register", args=["oak"])
    me.post(confirm)
    assert StaffTraining.objects.get().for_version == version.pk
    assert "code_of_conduct" not in [held.need.code for _, held in gaps_of(lines_of(school, version, DAY))]

    newer = adopt_preset(school=school, preset="alternative-provision", by=TEST, now=at("8:30"))
    said = {held.need.code: held.words for _, held in gaps_of(lines_of(school, newer, DAY))}
    assert said["code_of_conduct"] == "Earlier version only"
    bursar = signed_in(StaffFactory.create(school=school, roles=["business_manager"]))
    assert "Earlier version only" in page(bursar, "register_policy")
    me.post(confirm)
    assert "code_of_conduct" not in [held.need.code for _, held in gaps_of(lines_of(school, newer, DAY))]


def test_more_staff_are_no_more_questions_to_the_database(school: School) -> None:
    version = in_force(school, "attendance-officer")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            lines_of(school, version, DAY)
        return len(queries)

    ready(school, version, "Ada Able")
    few = asked()
    for name in ("Bea Behind", "Cas Classroom", "Dan Dunn"):
        ready(school, version, name)
    assert asked() == few


def test_without_a_policy_nothing_is_asked_and_it_says_so(school: School) -> None:
    bursar = signed_in(StaffFactory.create(school=school, roles=["business_manager"]))
    for name in ("who_may_visit", "register_policy", "own_register"):
        assert "has no policy in force" in page(bursar, name)
    assert bursar.post(reverse("own_conduct", args=["oak"])).status_code == 302
    assert not StaffTraining.objects.exists()


def test_the_demo_school_has_enough_staff_for_every_policy_and_two_who_must_wait() -> None:
    school, _ = load(now=at("9:00"))
    assert insured_vehicles(school, MORNING).count() == 5
    assert insured_vehicles(school, MORNING + timedelta(days=8)).count() == 4
    assert devices_of(school).count() == 2
    assert current_lone_worker(school, Staff.objects.get(email="visitor@demo.example"), MORNING)
    for preset in PRESETS:
        version = adopt_preset(school=school, preset=preset, by=TEST, now=at("6:00"))
        read_and_confirm(school=school, version=version, now=at("6:00"))
        lines = lines_of(school, version, MORNING)
        gaps = {(line.person.staff.name, held.need.code) for line, held in gaps_of(lines)}
        assert gaps == {("Vik Varma", "enhanced_dbs")}, preset
        assert sum(line.visits and not line.gaps for line in lines) >= 5, preset
