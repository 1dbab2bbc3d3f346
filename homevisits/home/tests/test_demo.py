"""The demo school."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.test import Client, RequestFactory

from attendance.models import AbsenceMessage, Mark, Register, UnexplainedAbsence
from attendance.sweep import sweep
from homevisits.common import clock
from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput
from homevisits.common.phone import e164
from homevisits.home.demo import load, sign_ins
from homevisits.home.demo_morning import EXPLAINED, MISSING, begin_morning, next_morning
from homevisits.people import demo
from homevisits.people.access import roles_of
from homevisits.people.models import Contact, Pupil, Role, School, Staff
from homevisits.people.school_calendar import school_day_status, school_days_between
from homevisits.people.tests.factories import SchoolFactory
from homevisits.people.upn import fault_of
from homevisits.policy.selectors import version_in_force
from visits.models import HomeVisit

NOW = datetime(2027, 1, 9, 22, 15, tzinfo=UTC)


def test_the_same_seed_plans_the_same_school() -> None:
    assert demo.plan() == demo.plan()
    assert sum(len(home.pupils) for home in demo.plan()) == 420
    assert max(len(home.pupils) for home in demo.plan()) > 1


@pytest.mark.django_db
def test_the_demo_school_stands_on_a_school_morning_with_everything_a_morning_needs() -> None:
    school, made = load(now=NOW)
    assert made
    assert school.sending == School.Sending.LIVE
    shows = clock.local(school.at(NOW))
    assert (shows.hour, shows.minute) == (8, 50)
    assert school.at(NOW + timedelta(minutes=10)) - school.at(NOW) == timedelta(minutes=10)
    assert school_day_status(school, shows.date()) == (True, "")
    assert version_in_force(school, shows.date()).preset == "primary-procedures"

    assert 2 * len(school_days_between(school, date(2026, 9, 1), date(2027, 8, 31))) == 380, "the sessions that a year must have"

    pupils = Pupil.objects.filter(school=school)
    assert pupils.count() == 420
    assert pupils.values("class_name").distinct().count() == 14
    assert not [upn for upn in pupils.values_list("upn", flat=True) if fault_of(upn)]
    contacts = Contact.objects.filter(pupil__school=school)
    assert not pupils.exclude(contacts__isnull=False).exists()
    for quirk in ({"restricted": True}, {"mobile": "", "landline": ""}, {"language": "Polish"}):
        assert contacts.filter(**quirk).exists()
    assert contacts.filter(mobile="").exclude(landline="").exists()
    assert all(e164(contact.mobile) == contact.mobile for contact in contacts[:50])
    assert Mark.objects.filter(school=school).count() > 420 * 2 * 35


@pytest.mark.django_db
def test_every_role_of_the_demo_school_can_sign_in() -> None:
    school, _ = load(now=NOW)
    held = {role for staff in Staff.objects.all() for role in roles_of(staff, school, clock.local_day(school.at(NOW)))}
    assert held == set(Role)
    assert len(sign_ins()) == len(Role)
    for role, email, password in sign_ins()[:2] + sign_ins()[-1:]:
        staff = authenticate(RequestFactory().post("/"), username=email, password=password)
        assert isinstance(staff, Staff)
        assert role in {str(Role(held).label) for held in roles_of(staff, school, clock.local_day(school.at(NOW)))}


@pytest.mark.django_db
def test_loading_the_demo_twice_changes_nothing() -> None:
    call_command("load_demo", stdout=StringIO())
    before = (Pupil.objects.count(), Staff.objects.count(), School.objects.get(slug="demo").clock_from)
    said = StringIO()
    call_command("load_demo", stdout=said)
    assert (Pupil.objects.count(), Staff.objects.count(), School.objects.get(slug="demo").clock_from) == before
    assert "there already" in said.getvalue()
    assert "office@demo.example" in said.getvalue()


@pytest.mark.django_db
def test_the_demo_morning_opens_a_dozen_cases_at_nine_with_the_hard_ones_among_them() -> None:
    school, _ = load(now=NOW)
    sweep(NOW + timedelta(minutes=10, seconds=1))
    cases = UnexplainedAbsence.objects.filter(school=school, status="open")
    assert cases.count() == MISSING
    children = Pupil.objects.filter(cases__in=cases)
    assert children.filter(flags__isnull=False).exists()
    assert children.filter(contacts__restricted=True).exists()
    assert children.exclude(contacts__mobile__gt="").exists()
    assert cases.values("household").distinct().count() < MISSING
    assert AbsenceMessage.objects.filter(school=school).count() == len(EXPLAINED)


@pytest.mark.django_db
def test_a_fresh_morning_is_the_next_school_day_with_a_register_of_its_own(client: Client) -> None:
    school, _ = load(now=NOW)
    with clock.frozen(NOW):
        client.force_login(Staff.objects.get(email="office@demo.example"))
        answer = client.post(f"/s/{school.slug}/demo-clock/fresh-morning/")
    assert answer.headers["Location"] == f"/s/{school.slug}/today/"
    school.refresh_from_db()
    shows = clock.local(school.at(NOW))
    assert (shows.date().isoformat(), shows.hour, shows.minute) == ("2026-11-25", 8, 50)
    assert Register.objects.filter(school=school, day=shows.date(), taken_at__isnull=False).count() == 14


@pytest.mark.django_db
def test_a_real_school_has_no_mornings_to_try() -> None:
    school = SchoolFactory.create()
    with pytest.raises(BadInput, match="demo"):
        begin_morning(school=school, day=NOW.date(), by=SystemJob("test"), now=NOW)


@pytest.mark.django_db
def test_the_demo_has_a_visit_at_each_stage_and_a_fresh_morning_brings_back_whoever_was_out() -> None:
    school, _ = load(now=NOW)
    stages = sorted(HomeVisit.objects.filter(school=school).values_list("status", flat=True))
    assert stages == ["approved", "closed", "done", "out", "planned", "planned", "raised"]
    assert HomeVisit.objects.filter(school=school, risks__level="high").count() == 1
    begin_morning(school=school, day=next_morning(school), by=SystemJob("test"), now=NOW)
    assert not HomeVisit.objects.filter(school=school, departed_at__isnull=False, returned_at__isnull=True).exists()
