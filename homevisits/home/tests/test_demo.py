"""The demo school."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.test import RequestFactory

from attendance.models import Mark
from homevisits.common import clock
from homevisits.common.phone import e164
from homevisits.home.demo import load, sign_ins
from homevisits.people import demo
from homevisits.people.access import roles_of
from homevisits.people.models import Contact, Pupil, Role, School, Staff
from homevisits.people.school_calendar import school_day_status, school_days_between
from homevisits.people.upn import fault_of
from homevisits.policy.selectors import version_in_force

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
    assert (shows.hour, shows.minute) == (8, 30)
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
