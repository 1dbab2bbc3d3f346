"""The approver's inbox on a phone: what a card says, and each decision in two taps."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client

from homevisits.people.models import PupilFlag, School, Staff
from homevisits.people.tests.factories import ContactFactory, HouseholdFactory, PupilFactory, StaffFactory
from homevisits.testing.browser import submit
from visits.models import HomeVisit, VisitRisk
from visits.selectors.inbox import card, inbox
from visits.services.approval import approve
from visits.services.planning import plan_visit
from visits.tests.factories import NOW, a_school, a_visit, assessed, carrier_of, ready

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db
PHONE = {"width": 390, "height": 844}


def staff(school: School, *roles: str, **more: Any) -> Staff:
    return StaffFactory.create(school=school, roles=list(roles), **more)


def demo_clock(school: School) -> School:
    """The school's pages at the tests' instant."""
    from homevisits.common import clock

    school.is_demo, school.clock_from, school.clock_shows = True, clock.now(), NOW
    school.save()
    return school


def test_the_inbox_parts_what_is_ready_what_is_not_and_what_waits_for_others() -> None:
    school = a_school("academy-trust", approvals_needed="all")
    principal = staff(school, "principal")
    to_decide, bare, signed = assessed(a_visit(school)), a_visit(school), assessed(a_visit(school))
    approve(visit=signed, by=principal, now=NOW)
    found = inbox(school, principal, NOW)
    assert [one.visit for one in found.to_decide] == [to_decide]
    assert [(one.visit, [block.clause for block in one.lacks]) for one in found.not_ready] == [(bare, ["MAT-10"])]
    assert [(one.visit, one.missing) for one in found.others] == [(signed, "designated safeguarding lead")]
    assert [one.visit for one in inbox(a_school(), principal, NOW).to_decide] == []


def test_a_card_says_what_changed_since_the_version_last_decided_on() -> None:
    school = a_school()
    manager = staff(school, "senior_manager")
    visit = assessed(a_visit(school))
    assert card(visit, manager, NOW).changes == []
    approve(visit=visit, by=manager, now=NOW)
    pupil, pair = visit.visit_pupils.get().pupil, [carrier_of(visit), ready(school)]
    later = NOW + timedelta(minutes=5)
    plan_visit(school=school, pupil=pupil, visit=visit, pair=pair, due_back=NOW + timedelta(hours=2), by=manager, now=later)
    visit.refresh_from_db()
    assert {change.words for change in card(visit, manager, later).changes} >= {"Due back", "Who goes"}


@pytest.mark.clause("ATT-81")
def test_staff_medical_answers_are_read_by_those_who_approve_and_on_no_other_page(client: Client) -> None:
    school = demo_clock(a_school())
    visit = assessed(a_visit(school))
    VisitRisk.objects.filter(visit=visit).update(medical={"staff_condition": {"answer": True, "action": "Canary tablets carried"}})
    approver, office = staff(school, "senior_manager"), staff(school, "office_admin")
    member = visit.members.order_by("pk")[0].staff
    base = f"/s/{school.slug}/visits/"
    for person, path, seen in (
        (approver, "approve/", True), (approver, f"{visit.pk}/approve/", True), (office, "approve/", False),
        (office, f"{visit.pk}/approve/", False), (member, f"{visit.pk}/", False), (approver, f"{visit.pk}/permission/", False),
    ):  # fmt: skip
        client.force_login(person)
        assert ("Canary" in client.get(base + path).content.decode()) is seen, path


def test_an_approval_of_what_was_read_is_refused_in_a_sentence_when_it_changed(client: Client) -> None:
    school = demo_clock(a_school())
    visit, approver = assessed(a_visit(school)), staff(school, "senior_manager")
    client.force_login(approver)
    address = f"/s/{school.slug}/visits/{visit.pk}/approve/"
    answer = client.post(address, {"version": visit.version - 1, "status": "planned", "says": ""})
    assert "The visit changed while you read it. Nothing was decided" in answer.content.decode()
    visit.refresh_from_db()
    assert visit.status == HomeVisit.Status.PLANNED
    client.post(address, {"version": visit.version, "status": "planned", "says": ""})
    visit.refresh_from_db()
    assert visit.status == HomeVisit.Status.APPROVED


def test_the_header_leads_those_who_approve_today_to_the_inbox_with_a_count(client: Client) -> None:
    school = demo_clock(a_school())
    assessed(a_visit(school))
    for role, leads in (("senior_manager", True), ("office_admin", False)):
        client.force_login(staff(school, role))
        page = client.get(f"/s/{school.slug}/visits/").content.decode().partition("</header>")[0]
        assert (f'href="/s/{school.slug}/visits/approve/"' in page) is leads
        assert ('1<span class="govuk-visually-hidden"> waiting' in page) is leads


def a_full_inbox(school: School) -> HomeVisit:
    """Three requests: one of high risk with long names and flags, one changed since it was approved, one without assessment."""
    home = HouseholdFactory.create(
        school=school, address="Flat 14, The Old Maltings\n221 Upper Example Street\nExampleton", postcode="EX1 1AA"
    )
    long = PupilFactory.create(
        school=school, household=home, first_name="Wilhelmina-Alexandrina", last_name="Featherstonehaugh-Cholmondeley"
    )
    PupilFlag.objects.create(pupil=long, kind="child_protection_plan")
    ContactFactory.create(pupil=long, parental_responsibility=True)
    first = assessed(a_visit(school, pupil=long), "medium")
    VisitRisk.objects.filter(visit=first).update(
        because=["Answered yes: history of violence in the home"], actions={"animals": "The dog stays in the garden, agreed by telephone"},
        medical={"staff_condition": {"answer": "yes", "says": "Epilepsy, controlled", "action": "Never drives"}},
    )  # fmt: skip
    first.members.update(task="Talks to the parents")
    return first


@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
def test_a_request_is_approved_in_two_taps_on_a_phone(
    page: "Page", live_server: Any, signed_in: Callable[..., None], accessible: Callable[..., None], pictures: Callable[..., list[Path]]
) -> None:
    from playwright.sync_api import expect

    school = demo_clock(a_school("alternative-provision", approvers=["headteacher"], approvals_needed="any"))
    head = staff(school, "headteacher", name="Harriet Head")
    visit = a_full_inbox(school)
    a_visit(school, pair=[ready(school), ready(school)])
    signed_in(page, head)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.goto(f"{live_server.url}/s/{school.slug}/visits/approve/")
    expect(page.locator("h1")).to_contain_text("Visits to approve")
    accessible(page)
    folder = Path(settings.VAR_DIR) / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / "inbox-390x844.png", full_page=True, caret="initial")
    pictures(page, "inbox")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    with page.expect_navigation():
        page.click(f"#request-{visit.pk} .acts a:first-child")
    expect(page.locator(".signature__says")).to_contain_text("in the pupil's interest")
    accessible(page)
    page.screenshot(path=folder / "inbox-sign-390x844.png", full_page=True, caret="initial")
    submit(page, "form.decide button[type=submit]")
    expect(page.locator(".flash").first).to_contain_text("Approved and signed")
    visit.refresh_from_db()
    assert visit.status == HomeVisit.Status.APPROVED
    page.goto(f"{live_server.url}/s/{school.slug}/visits/{visit.pk}/")
    expect(page.locator("#visit-approval")).to_contain_text("Harriet Head")
    pictures(page, "visit-approved")
    accessible(page)
    page.goto(f"{live_server.url}/s/{school.slug}/visits/send-now/")
    pictures(page, "send-now")
    accessible(page)
