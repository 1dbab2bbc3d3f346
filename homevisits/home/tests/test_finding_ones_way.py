"""One's way to a visit: the next step first on its page and the tablet; its place in the header, a pupil's record, the morning's case."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from attendance.services.names import plan_link
from attendance.tests.factories import case_in, school_with_policy
from homevisits.common.said import one_line
from homevisits.people.models import Staff
from homevisits.people.tests.factories import ContactFactory, StaffFactory
from visits.acts import ordered, possible
from visits.models import HomeVisit, VisitUntried
from visits.rules.leaving import pair_of
from visits.selectors.doorstep import doorstep
from visits.services import briefing
from visits.tests.factories import NOW, a_school, a_visit, approved, assessed, ready

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db


def likeliest(visit: HomeVisit, person: Staff, *roles: str) -> tuple[str, list[str]]:
    """The code of the first act and those of the last ones, of what a person can do."""
    can = [one for one in possible(visit, person, set(roles), NOW) if not one.blocks]
    found = ordered(visit, person, can)
    return found.first.act.code if found.first else "", [one.act.code for one in found.last]


def test_the_next_step_comes_first_and_what_ends_the_visit_last() -> None:
    school = a_school()
    office = StaffFactory.create(school=school, roles=["office_admin"])
    visit = a_visit(school)
    assert likeliest(visit, office, "office_admin") == ("assess", ["family_refuses", "withdraw"])
    visit = assessed(visit)
    # Planned and assessed, it waits for the approver: nothing is the next step of the office.
    assert likeliest(visit, office, "office_admin")[0] == ""
    assert likeliest(approved(a_visit(school)), office, "office_admin")[0] == "offer_appointment"


def test_the_tablet_leads_from_the_briefing_to_the_checklist() -> None:
    visit = approved(a_visit())
    one = pair_of(visit)[0]
    words = [doorstep(visit, one, NOW).next]
    briefing.acknowledge(visit=visit, version=visit.version, by=one, now=NOW)
    visit.refresh_from_db()
    words.append(doorstep(visit, one, NOW).next)
    assert [step.words for step in words if step] == ["Read the briefing", "Answer the checklist"]


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (("26 Pear Close\nCroydon", "CR2 7EL"), "26 Pear Close, Croydon, CR2 7EL"),
        (("Flat 1,\r\n  2  High Street ,\n\n", ""), "Flat 1, 2 High Street"),
        (("", ""), ""),
    ],
)
def test_an_address_is_one_line_with_commas(parts: tuple[str, str], line: str) -> None:
    assert one_line(*parts) == line


def test_whoever_goes_finds_their_visits_in_the_header_and_others_only_on_their_day(client: Client) -> None:
    school = a_school()
    place = f'<a href="/s/{school.slug}/visits/mine/"'
    visitor, office = ready(school), StaffFactory.create(school=school, roles=["office_admin"])
    client.force_login(visitor)
    assert place in client.get(f"/s/{school.slug}/visits/").content.decode()
    client.force_login(office)
    assert place not in client.get(f"/s/{school.slug}/visits/").content.decode()


def test_one_visit_is_planned_from_its_notice_and_several_from_the_list() -> None:
    school = a_school()
    assert plan_link(school, [7, None]) == f"/s/{school.slug}/visits/7/plan/"
    assert plan_link(school, [7, 8]) == f"/s/{school.slug}/visits/"


def test_a_pupils_record_shows_the_visits_about_them(client: Client) -> None:
    school = a_school()
    visit, other = a_visit(school), a_visit(school)
    client.force_login(StaffFactory.create(school=school, roles=["office_admin"]))
    page = client.get(f"/s/{school.slug}/pupils/{visit.visit_pupils.get().pupil_id}/").content.decode()
    assert f"/visits/{visit.pk}/" in page
    assert f"/visits/{other.pk}/" not in page


def a_case_with_a_visit() -> tuple[Any, HomeVisit]:
    """A case that raised a welfare visit while one contact had not been tried."""
    school = school_with_policy(slug="primary")
    found = case_in(school)
    contact = ContactFactory.create(pupil=found.pupil, name="Nobody Rang", relationship="Aunt")
    visit = a_visit(school, pupil=found.pupil)
    HomeVisit.objects.filter(pk=visit.pk).update(status="raised")
    VisitUntried.objects.create(visit=visit, contact=contact)
    found.visit = visit
    found.save()
    return found, visit


def test_the_case_of_the_morning_shows_its_visit_and_whom_nobody_tried(client: Client) -> None:
    found, visit = a_case_with_a_visit()
    client.force_login(StaffFactory.create(school=found.school, roles=["office_admin"]))
    page = client.get(f"/s/primary/cases/{found.pk}/").content.decode()
    part = page[page.index('id="case-visit"') : page.index('id="case-home"')]
    assert "Nobody Rang" in part
    assert f"/visits/{visit.pk}/plan/" in part


@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
def test_the_ways_are_readable(page: "Page", live_server: Any, signed_in: Callable[..., None], accessible: Callable[..., None]) -> None:
    found, visit = a_case_with_a_visit()
    office = StaffFactory.create(school=found.school, roles=["office_admin"])
    HomeVisit.objects.filter(pk=visit.pk).update(due_at=NOW + timedelta(hours=1))
    signed_in(page, office)
    paths = (f"cases/{found.pk}/", f"pupils/{found.pupil_id}/", "visits/", f"visits/{visit.pk}/plan/", "visits/mine/", "visits/board/", "")
    for size in ({"width": 390, "height": 844}, {"width": 1366, "height": 768}):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for path in paths:
            page.goto(f"{live_server.url}/s/primary/{path}")
            accessible(page)
