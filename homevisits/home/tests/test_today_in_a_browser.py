"""Today in a real browser: an absence logged by keys alone, what is typed survives a poll, and nothing that axe calls serious."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from attendance.models import AbsenceMessage, Arrival, CallDue, ContactAttempt, UnexplainedAbsence
from attendance.tests.factories import DAY, TEST, at, missing, pupil_with_contact, reply_in, school_with_policy
from homevisits.common import clock
from homevisits.people.models import PupilFlag, School
from homevisits.people.services.demo_clock import set_demo_clock
from homevisits.people.tests.factories import ContactFactory, PupilFactory, StaffFactory

if TYPE_CHECKING:
    from playwright.sync_api import Page
else:
    pytest.importorskip("playwright")

from playwright.sync_api import expect

pytestmark = [pytest.mark.needs_chromium, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def morning(live_server: Any, page: "Page", signed_in: Callable[["Page", Any], None]) -> School:
    """A demo school at 9:05 with two open cases and siblings, its Today page open."""
    school = school_with_policy(slug="primary", is_demo=True)
    set_demo_clock(school=school, shows=at("9:05"), by=TEST, now=clock.now())
    olu = pupil_with_contact(school, first_name="Oluwaseun", last_name="Featherstone")
    PupilFactory.create(household=olu.household, first_name="Temi", last_name="Featherstone")
    PupilFactory.create(school=school, first_name="Olga", last_name="Zeller")
    PupilFlag.objects.create(pupil=olu, kind="looked_after")
    ContactFactory.create(pupil=olu, name="Dan Never", restricted=True, priority=3)
    missing(school, olu, pupil_with_contact(school, first_name="Ben", last_name="Ash"))
    signed_in(page, StaffFactory.create(school=school, roles=["office_admin"], name="Olive Office"))
    page.goto(f"{live_server.url}/s/primary/today/")
    return school


@pytest.mark.clause("PRI-30")
def test_an_absence_is_logged_by_keys_alone(page: "Page", morning: School) -> None:
    expect(page.locator("#id_q")).to_be_focused()
    page.keyboard.type("ol", delay=30)
    page.wait_for_selector("#found [role=option]")
    expect(page.locator("#found [role=option]")).to_have_count(2)
    page.keyboard.type("u")
    expect(page.locator("#found [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#id_reason")).to_be_focused()
    expect(page.locator("#picked input[name=pupil]")).to_have_count(2)
    page.keyboard.type("dentist")
    expect(page.locator("#suggested")).to_contain_text("M suggested")
    page.keyboard.press("Enter")
    expect(page.locator(".log__just")).to_be_visible()
    expect(page.locator("#id_q")).to_be_focused()
    message = AbsenceMessage.objects.get()
    assert (str(message.pupil), message.code, message.channel) == ("Oluwaseun Featherstone", "M", "voicemail")
    # The lists follow by themselves.
    expect(page.locator("#cases")).not_to_contain_text("Oluwaseun")
    expect(page.locator("#logged")).to_contain_text("dentist")


def test_siblings_are_ticked_with_the_space_bar(page: "Page", morning: School) -> None:
    page.keyboard.type("featherstone olu", delay=10)
    expect(page.locator("#found [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#id_reason")).to_be_focused()
    page.locator("#picked input[name=pupil]").nth(1).focus()
    page.keyboard.press("Space")
    page.locator("#id_reason").focus()
    page.keyboard.type("sick")
    page.keyboard.press("Enter")
    page.wait_for_selector(".log__just")
    assert AbsenceMessage.objects.count() == 2


def test_what_is_typed_survives_a_poll_that_brings_news(page: "Page", morning: School) -> None:
    page.keyboard.type("Ben", delay=10)
    reply_in(morning, body="Poorly today")
    page.locator("[data-live-root]").dispatch_event("look:refresh")
    expect(page.locator("#replies")).to_contain_text("Poorly today")
    expect(page.locator("#id_q")).to_have_value("Ben")
    expect(page.locator("#id_q")).to_be_focused()


def test_arrived_is_one_tap_and_undone_by_another(page: "Page", morning: School) -> None:
    page.locator("#cases tr", has_text="Ben Ash").get_by_role("button", name="Arrived").click()
    expect(page.locator("#cases")).not_to_contain_text("Ben Ash")
    assert Arrival.objects.get().pupil.first_name == "Ben"
    page.locator("#logged").get_by_role("button", name="Undo").click()
    expect(page.locator("#cases")).to_contain_text("Ben Ash")


def test_a_second_tap_of_the_same_finger_does_not_hit_the_next_child(page: "Page", morning: School) -> None:
    """The rest after an act is 1.5 s of the page's own time, which stands still here: a slow machine taps as fast as a finger."""
    page.clock.install(time=1000)
    page.reload()
    page.clock.pause_at(1200)
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    rows = page.locator("#cases tbody tr")
    expect(rows).to_have_count(2)
    first = rows.first.inner_text()
    box = rows.first.get_by_role("button", name="Arrived").bounding_box()
    assert box
    spot = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(*spot)
    expect(rows).to_have_count(1)
    page.mouse.click(*spot)
    expect(page.locator("#logged")).to_contain_text("Arrived")
    assert Arrival.objects.get().pupil.last_name in first
    page.clock.run_for(2000)
    expect(page.locator("body.resting")).to_have_count(0)
    assert len(posted) == 1
    rows.first.get_by_role("button", name="Arrived").click()
    expect(page.locator("#cases")).not_to_contain_text("Arrived")
    assert len(posted) == 2


def test_a_call_is_recorded_with_one_tap_and_what_was_said(page: "Page", morning: School) -> None:
    case = UnexplainedAbsence.objects.get(pupil__first_name="Ben")
    CallDue.objects.create(school=morning, household=case.household, day=DAY, at=at("9:04"))
    page.reload()
    home = page.locator(f"#home-{case.household_id}")
    home.locator("input[name=said]").fill("Rang out")
    home.get_by_role("button", name="No answer").click()
    page.wait_for_selector("#said .flash--success")
    attempt = ContactAttempt.objects.get()
    assert (attempt.outcome, attempt.said) == ("no_answer", "Rang out")
    expect(page.locator("#calls")).to_contain_text("no answer 9:0")


def test_today_and_the_case_are_accessible_at_both_sizes(
    page: "Page", morning: School, live_server: Any, accessible: Callable[["Page"], None], pictures: Callable[["Page", str], Any]
) -> None:
    case = UnexplainedAbsence.objects.get(pupil__first_name="Oluwaseun")
    CallDue.objects.create(school=morning, household=case.household, day=DAY, at=at("9:04"))
    reply_in(morning)
    for name, address in (("today", "/s/primary/today/"), ("case", f"/s/primary/cases/{case.pk}/")):
        page.goto(live_server.url + address)
        for size in ({"width": 1366, "height": 768}, {"width": 820, "height": 1180}):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        pictures(page, name)


def test_a_call_without_a_reason_is_refused_in_its_card_and_keeps_what_was_typed(page: "Page", morning: School) -> None:
    case = UnexplainedAbsence.objects.get(pupil__first_name="Ben")
    CallDue.objects.create(school=morning, household=case.household, day=DAY, at=at("9:04"))
    page.reload()
    home = page.locator(f"#home-{case.household_id}")
    home.locator("input[name=said]").fill("zzblah")
    home.get_by_role("button", name="Reason given").click()
    expect(home.locator(".home__wrong")).to_contain_text("does not suggest one")
    expect(home.locator("select[name=code]")).to_be_focused()
    expect(home.locator("input[name=said]")).to_have_value("zzblah")
    expect(page.locator("body.resting")).to_have_count(0)
    home.locator("select[name=code]").select_option("C")
    home.get_by_role("button", name="Reason given").click()
    expect(page.locator("#calls")).not_to_contain_text("Ben Ash")
    assert AbsenceMessage.objects.get().code == "C"


def test_log_without_a_pupil_says_so_in_its_field(page: "Page", morning: School) -> None:
    page.keyboard.press("Enter")
    expect(page.locator("#id_q-wrong")).to_contain_text("Choose the pupil")
    expect(page.locator("#id_q")).to_be_focused()


def test_a_parent_who_did_not_know_moves_the_case_to_the_top_at_once(page: "Page", morning: School) -> None:
    case = UnexplainedAbsence.objects.get(pupil__first_name="Ben")
    CallDue.objects.create(school=morning, household=case.household, day=DAY, at=at("9:04"))
    page.reload()
    page.locator(f"#home-{case.household_id}").get_by_role("button", name="Did not know").click()
    first = page.locator("#cases tbody tr").first
    expect(first).to_contain_text("Parent did not know: child may be missing")
