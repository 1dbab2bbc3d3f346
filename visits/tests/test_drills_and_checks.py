"""Drills run on the real path and are marked as such; the responsible contact's checks are alarms when they are missed."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from homevisits.common.errors import Blocked
from homevisits.messaging.models import Message, Notice, NoticeTo
from homevisits.people.models import Staff
from homevisits.people.tests.factories import StaffFactory
from visits.models import HomeVisit, WellbeingCheck
from visits.services.alarm import acknowledge
from visits.services.climbing import sweep_alarms
from visits.services.drills import start_drill
from visits.services.out import check_in, delay
from visits.services.outcomes import record_outcome
from visits.services.wellbeing import agree_check, record_well

from .factories import NOW, a_school, a_visit, out_now, ready

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_a_drill_climbs_as_the_alarm_does_is_marked_everywhere_and_kept(client: Client) -> None:
    school = a_school("alternative-provision")
    office = StaffFactory.create(school=school, roles=["office_admin"], mobile="+447700900800")
    tess, ted = ready(school), ready(school)
    token = uuid.uuid4()
    drill = start_drill(school=school, staff=[tess, ted], minutes=5, by=office, now=NOW, token=token)
    assert start_drill(school=school, staff=[tess, ted], minutes=5, by=office, now=NOW, token=token) == drill
    for minute in range(12):
        sweep_alarms(NOW + minute * MINUTE)
    assert list(drill.alarms.order_by("pk").values_list("step", flat=True)) == ["staff", "office"]
    notices = Notice.objects.filter(school=school)
    assert all(notice.about.startswith("drill_") and notice.says.startswith("DRILL.") for notice in notices)
    texts = Message.objects.filter(school=school, channel="text")
    assert texts
    assert all("DRILL" in text.body for text in texts)
    client.force_login(office)
    assert "DRILL: " in client.get(f"/s/{school.slug}/visits/").content.decode(), "the line at the top of every page"
    acknowledge(visit=drill, by=office, now=NOW + 12 * MINUTE, says="Rang both")
    with pytest.raises(Blocked, match="finds nothing"):
        record_outcome(visit=drill, kind="no_answer", by=tess, now=NOW + 12 * MINUTE)
    for one in (tess, ted):
        check_in(visit=drill, point="returned", by=one, now=NOW + 13 * MINUTE)
    drill.refresh_from_db()
    assert drill.status == HomeVisit.Status.CLOSED
    page = client.get(f"/s/{school.slug}/visits/drills/").content.decode()
    for words in (office.name, "Rang both", tess.name, "everybody back"):
        assert words in page
    assert not mail.outbox


def test_only_leaders_and_the_office_start_a_drill_and_not_with_somebody_who_is_out() -> None:
    school = a_school()
    office, tess = StaffFactory.create(school=school, roles=["office_admin"]), ready(school)
    with pytest.raises(Blocked, match="Only leaders"):
        start_drill(school=school, staff=[tess], minutes=5, by=tess, now=NOW)
    out_now(a_visit(school, pair=[tess, ready(school)]))
    with pytest.raises(Blocked, match="is out on a visit"):
        start_drill(school=school, staff=[tess], minutes=5, by=office, now=NOW)
    assert not HomeVisit.objects.filter(drill=True).exists()


@pytest.fixture
def evening() -> tuple[HomeVisit, Staff]:
    school = a_school("alternative-provision")
    StaffFactory.create(school=school, roles=["office_admin"])
    contact = StaffFactory.create(school=school, roles=["line_manager"])
    return out_now(a_visit(school), base_contact=contact, arrive_at=NOW + 50 * MINUTE), contact


@pytest.mark.clause("ALT-13")
def test_the_contact_records_at_the_agreed_time_that_they_are_well(evening: tuple[HomeVisit, Staff], client: Client) -> None:
    visit, contact = evening
    assert list(visit.wellbeing_checks.values_list("due_at", flat=True)) == [NOW + 60 * MINUTE], "at least one, at the time due back"
    agree_check(visit=visit, at=NOW + 20 * MINUTE, by=contact, now=NOW)
    first = visit.wellbeing_checks.earliest("due_at")
    with pytest.raises(Blocked) as why:
        record_well(visit=visit, check_id=first.pk, by=visit.members.all()[0].staff, now=NOW + 20 * MINUTE)
    assert why.value.blocks[0].clause == "ALT-13"
    record_well(visit=visit, check_id=first.pk, by=contact, now=NOW + 21 * MINUTE, says="Rang, all well")
    record_well(visit=visit, check_id=first.pk, by=contact, now=NOW + 22 * MINUTE)
    first.refresh_from_db()
    assert (first.done_at, first.done_by, first.says) == (NOW + 21 * MINUTE, contact, "Rang, all well")
    sweep_alarms(NOW + 30 * MINUTE)
    assert not visit.alarms.exists()
    delay(visit=visit, minutes=10, by=visit.members.all()[0].staff, now=NOW + 31 * MINUTE)
    assert WellbeingCheck.objects.get(done_at=None).due_at == NOW + 70 * MINUTE


@pytest.mark.clause("ALT-13")
def test_a_check_that_is_missed_alarms_the_office_and_the_contact_gets_every_alarm(evening: tuple[HomeVisit, Staff]) -> None:
    visit, contact = evening
    check = agree_check(visit=visit, at=NOW + 20 * MINUTE, by=contact, now=NOW)
    sweep_alarms(NOW + 24 * MINUTE)
    assert not visit.alarms.exists()
    sweep_alarms(NOW + 25 * MINUTE)
    assert visit.alarms.get().step == "wellbeing"
    told = NoticeTo.objects.filter(notice__about="wellbeing_missed")
    assert {row.notice.role for row in told} == {"office_admin", "base_contact"}
    sweep_alarms(NOW + 30 * MINUTE)
    assert visit.alarms.get().repeats == 1
    record_well(visit=visit, check_id=check.pk, by=contact, now=NOW + 31 * MINUTE)
    assert visit.alarms.get().repeat_at is None
    sweep_alarms(NOW + 60 * MINUTE)
    assert NoticeTo.objects.filter(notice__about="overdue", staff=contact).exists()
