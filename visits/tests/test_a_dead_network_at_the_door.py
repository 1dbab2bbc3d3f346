"""Forty minutes without network from before “arrived”: the board says so, the sign-in ends, and all of it arrives with its real times.

That the browser may be killed meanwhile is tried in test_a_whole_visit_without_network.py.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from homevisits.common import clock
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import ContactFactory, PupilFactory, StaffFactory
from safeguarding.models import Concern
from visits.models import FilledForm, HomeVisit
from visits.selectors.filled import values_of

from .device import Device
from .factories import a_school, a_visit, out_now, ready
from .test_taken_along import device, pair_of, taken

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytest.importorskip("playwright")
from playwright.sync_api import expect

__all__ = ["device"]
pytestmark = [pytest.mark.needs_chromium, pytest.mark.django_db(transaction=True)]
LATER = timedelta(minutes=40)


@pytest.fixture
def visit() -> HomeVisit:
    """An attendance visit that has just left, back in half an hour, with names of full length."""
    school = a_school("primary-procedures")
    School.objects.filter(pk=school.pk).update(phone="+441632960111")
    pupil = PupilFactory.create(school=school, first_name="Maximiliana-Evangeline", last_name="Featherstonehaugh-Cholmondeley")
    ContactFactory.create(pupil=pupil, name="Mo Example", parental_responsibility=True, relationship="Mother")
    pair = [ready(school, name="Wilhelmina Featherstonehaugh"), ready(school, name="Ben Aide")]
    for role in ("office_admin", "dsl"):
        StaffFactory.create(school=school, roles=[role], name=role)
    made = a_visit(school, pupil=pupil, pair=pair, purpose="attendance")
    return out_now(made, minutes=30, now=clock.now(), raised_at=clock.now() - timedelta(hours=1))


def address(visit: HomeVisit, name: str, *more: object) -> str:
    return reverse(name, args=[visit.school.slug, visit.pk, *more])


def board(visit: HomeVisit, at: datetime) -> str:
    """The board as the office reads it then."""
    client = Client()
    with clock.frozen(at):
        client.force_login(Staff.objects.get(name="office_admin"))
        return str(client.get(reverse("visit_board", args=[visit.school.slug])).content.decode())


def tap(page: "Page", step: str) -> None:
    """Say a step of the doorstep with its one button, and wait until the tablet has kept it."""
    page.locator(f"#step-{step}").evaluate("one => { one.open = true; }")
    page.locator(f"#form-{step} button").click()
    expect(page.locator(f"#step-{step} > summary [data-state]")).to_contain_text("will be sent")


def says_what_the_door_brings(page: "Page", visit: HomeVisit) -> None:
    """Without network: arrived, who was met, going inside."""
    page.goto(address(visit, "visit_doorstep"))
    page.wait_for_function("() => document.documentElement.dataset.offlineReady")
    tap(page, "arrived")
    page.locator("#step-spoken > summary").click()
    spoken = page.locator("#step-spoken form")
    spoken.get_by_text("Mo Example", exact=False).first.click()
    spoken.get_by_role("button", name="Record").click()
    expect(page.locator("#step-spoken > summary [data-state]")).to_contain_text("will be sent")
    page.locator("#step-inside").evaluate("one => { one.open = true; }")
    inside = page.locator("#form-inside")
    inside.get_by_text("No", exact=True).first.click()
    expect(inside.locator("[data-says]")).to_contain_text("Nobody goes in unless an adult is present.")
    inside.get_by_text("Yes", exact=True).first.click()
    inside.get_by_label("Who of the adults invited you in?").fill("Mo Example")
    inside.get_by_role("button", name="We go inside").click()
    expect(page.locator("#step-inside > summary [data-state]")).to_contain_text("will be sent")


def types_and_leaves(page: "Page", visit: HomeVisit) -> None:
    """Words that the page was left with before they were queued wait like any other; the next page takes them up."""
    page.goto(address(visit, "visit_form_section", "talk"))
    page.wait_for_function("() => document.documentElement.dataset.offlineReady")
    page.fill('[name="parents_view"]', "Typed and left.")
    page.wait_for_function("() => offline.drafts.unsent().then((all) => all.length === 1)")
    page.goto(address(visit, "visit_form"))
    expect(page.locator("[data-tasks-of]")).to_contain_text("1 answer is kept here, not sent yet")
    page.wait_for_function("() => offline.queue.list().then((all) => all.some((act) => act.data.parents_view === 'Typed and left.'))")
    page.wait_for_function("() => offline.drafts.unsent().then((all) => all.length === 0)")


def fills_the_form(page: "Page", visit: HomeVisit) -> None:
    """Without network: two prompts ticked and described, and the signature of the member of staff."""
    page.goto(address(visit, "visit_form_section", "prompts"))
    page.wait_for_function("() => document.documentElement.dataset.offlineReady")
    for code in ("marks", "neglect"):
        page.locator(f'[name="curiosity"][value="{code}"]').check()
    page.fill('[name="curiosity_what"]', "A bruise on the left arm; no coat in November.")
    page.locator('[name="family_told"][value="told"]').check()
    page.locator("h1").click()
    page.wait_for_function("() => offline.queue.list().then((all) => all.filter((act) => act.kind === 'answers').length > 0)")
    page.goto(address(visit, "visit_form_sign", "staff"))
    page.wait_for_function("() => document.documentElement.dataset.offlineReady")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.locator("[data-offline-note]")).to_contain_text("Tick “I have read the answers above")
    assert page.evaluate("() => offline.queue.list().then((all) => all.every((act) => act.kind !== 'sign'))"), "nothing is signed by nobody"
    page.locator('[name="agreed"]').check()
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_function("() => offline.queue.list().then((all) => all.some((act) => act.kind === 'sign'))")
    types_and_leaves(page, visit)
    expect(page.locator("[data-tasks-of]")).to_contain_text("answers are kept here, not sent yet")
    expect(page.locator("[data-signed-of]")).to_contain_text("signed on this tablet, not sent yet")


@pytest.mark.once
def test_everything_said_without_network_arrives_once_with_its_real_times(
    device: Device, visit: HomeVisit, pictures: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visits.real_time.AT_ONCE", timedelta(0))  # the seconds of a test are minutes at a door
    taken(device, visit)
    device.context.set_offline(True)
    began = clock.now()
    says_what_the_door_brings(device.page, visit)
    pictures(device.page, "doorstep-without-network")
    fills_the_form(device.page, visit)
    waiting = len(device.run("() => offline.queue.list()"))
    assert waiting >= 5

    page = device.context.new_page()
    device.context.pages[0].close()
    page.goto(address(visit, "visit_doorstep"))
    page.wait_for_function("() => document.documentElement.dataset.offlineReady")
    expect(page.locator("#step-arrived > summary [data-state]")).to_contain_text("will be sent")
    assert len(device.run("() => offline.queue.list()")) == waiting
    page.locator("#step-found").evaluate("one => { one.open = true; }")
    page.locator("#found-completed > summary").click()
    page.locator("#found-completed").get_by_label("What do others need to know?").fill("Words that must not be lost.")
    page.locator("#found-completed").get_by_role("button").click()
    expect(page.locator("#step-found > summary [data-state]")).to_contain_text("will be sent")
    over = clock.now()
    assert not visit.check_ins.exists()
    assert visit.departed_at is not None
    assert f"Not heard since {clock.local(visit.departed_at):%-H:%M}" in board(visit, over + LATER)

    Session.objects.all().delete()
    device.context.set_offline(False)
    expect(page.locator("[data-line-word]")).to_have_text("Signed out")
    assert not visit.check_ins.exists(), "the sign-in is over: it waits for its person"
    device.sign_in(pair_of(visit)[0])
    page.goto(address(visit, "visit_doorstep"))
    expect(page.locator("[data-line-more]")).to_contain_text("Everything sent")
    everything_is_there_once(visit, began, over)


def everything_is_there_once(visit: HomeVisit, began: datetime, over: datetime) -> None:
    """The visit, its form and the board after the network has come back."""
    outcome, form = visit.outcomes.get(), FilledForm.objects.get(visit=visit)
    signature, values = form.signatures.get(), values_of(form)
    rows: list[Any] = [*visit.check_ins.order_by("at"), *visit.spoken_to.all(), outcome]
    assert [getattr(row, "point", "") for row in rows] == ["arrived", "inside", "", ""]
    # The last was said a moment before the network came back: only the way of the message itself stands between.
    times = [(row.at, row.received_at) for row in rows if row != outcome]
    assert all(began <= at <= over <= received for at, received in times), (began, over, times)
    assert began <= signature.at <= over
    assert outcome.received_at is not None
    assert max(row.at for row in rows if row != outcome) < outcome.at < outcome.received_at
    assert (outcome.kind, outcome.note) == ("completed", "Words that must not be lost.")
    assert values["parents_view"] == "Typed and left."
    assert (sorted(values["curiosity"]), values["family_told"]) == (["marks", "neglect"], "told")
    assert (signature.role, signature.name) == ("staff", pair_of(visit)[0].name)
    said = list(Concern.objects.filter(school=visit.school).order_by("pk").values_list("says", flat=True))
    assert [one.split()[0] for one in said] == ["Marks,", "Hunger,", "A"], "each tick once, and the facts about both"
    assert not visit.arrived_acts.filter(state="refused").exists()
    inside, shown = visit.check_ins.get(point="inside"), board(visit, over + timedelta(minutes=2))
    assert inside.received_at is not None
    assert f"heard at {clock.local(inside.received_at):%-H:%M}" in shown
    assert "Not heard since" not in shown
