"""Tutoring visits repeat on a timetable; each is a visit of its own (ALT-30)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from homevisits.common.clock import local
from homevisits.common.errors import BadInput, Blocked
from homevisits.people.models import Closure
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from visits.models import HomeVisit
from visits.rules.leaving import pair_of
from visits.selectors.briefing import briefing
from visits.selectors.risk import EVERYTHING
from visits.services.timetable import repeat_visit

from .factories import NOW, a_school, a_visit

pytestmark = pytest.mark.django_db
UNTIL = NOW.date() + timedelta(weeks=2)


def tutoring() -> HomeVisit:
    school = a_school("alternative-provision")
    pupil = PupilFactory.create(school=school, send_needs="Dyslexia", medical="An inhaler", behaviour="Leaves the room when upset")
    return a_visit(school, pupil=pupil, purpose="tutoring")


@pytest.mark.clause("ALT-30")
def test_tutoring_repeats_on_weekdays_at_its_time_and_leaves_out_closed_days() -> None:
    visit = tutoring()
    planner = StaffFactory.create(school=visit.school, roles=["headteacher"])
    closed = NOW.date() + timedelta(days=7)
    Closure.objects.create(school=visit.school, day=closed, kind="closed", entered_at=NOW)
    weekdays = {NOW.weekday(), (NOW + timedelta(days=2)).weekday()}
    made = repeat_visit(visit=visit, weekdays=weekdays, until=UNTIL, by=planner, now=NOW)
    times = [local(one.arrive_at) for one in made if one.arrive_at]
    days = [2, 9, 14]
    assert [at.date() for at in times] == [NOW.date() + timedelta(days=number) for number in days]
    assert {at.time() for at in times} == {local(visit.arrive_at or visit.due_at).time()}
    assert {(one.status, one.purpose, one.series_id) for one in made} == {("raised", "tutoring", visit.pk)}
    assert repeat_visit(visit=made[0], weekdays=weekdays, until=UNTIL, by=planner, now=NOW) == [], "asked for again nothing is twice"


@pytest.mark.clause("ALT-30")
def test_the_briefing_has_needs_medical_needs_and_behaviour() -> None:
    (child,) = briefing(tutoring(), NOW, EVERYTHING).children
    assert {"Dyslexia", "An inhaler", "Leaves the room when upset"} <= {value for _, value in child.needs}


def test_other_visits_do_not_repeat_and_nobody_else_makes_a_timetable() -> None:
    visit = tutoring()
    planner = StaffFactory.create(school=visit.school, roles=["headteacher"])
    for by, one in ((pair_of(visit)[0], visit), (planner, a_visit(visit.school, purpose="partnership"))):
        with pytest.raises(Blocked):
            repeat_visit(visit=one, weekdays={0}, until=UNTIL, by=by, now=NOW)
    for weekdays, until in ((set(), UNTIL), ({0}, NOW.date()), ({0}, NOW.date() + timedelta(days=365))):
        with pytest.raises(BadInput):
            repeat_visit(visit=visit, weekdays=weekdays, until=until, by=planner, now=NOW)


def test_the_timetable_stands_on_the_page_of_each_visit(client: Client) -> None:
    visit = tutoring()
    client.force_login(StaffFactory.create(school=visit.school, roles=["headteacher"]))
    until = {"until_0": str(UNTIL.day), "until_1": str(UNTIL.month), "until_2": str(UNTIL.year)}
    assert client.post(reverse("visit_repeat", args=[visit.school.slug, visit.pk]), {"weekdays": ["0", "3"], **until}).status_code == 302
    other = visit.repeats.order_by("due_at")[0]
    page = client.get(reverse("visit", args=[visit.school.slug, other.pk])).content.decode()
    assert "Timetable" in page
    assert reverse("visit", args=[visit.school.slug, visit.pk]) in page
