"""A visit without network from before the door to after it, the browser killed and the sign-in over in between: all of it arrives once."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from homevisits.common import clock
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import ContactFactory, PupilFactory
from homevisits.testing.browser import PATIENCE
from safeguarding.models import Concern
from visits.models import ArrivedAct, CheckIn, FilledForm, FormSignature, HomeVisit
from visits.rules.leaving import pair_of
from visits.selectors.filled import values_of

from .device import Device, draw
from .factories import a_school, a_visit, out_now, ready

pytest.importorskip("playwright")
from playwright.sync_api import expect

pytestmark = [pytest.mark.needs_chromium, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def device(playwright: Any, live_server: Any, tmp_path: Path) -> Iterator[Device]:
    expect.set_options(timeout=PATIENCE)
    made = Device(playwright, tmp_path / "profile", live_server.url.replace("127.0.0.1", "localhost"))
    yield made
    made.context.close()
    shutil.rmtree(tmp_path / "profile", ignore_errors=True)


@pytest.fixture
def visit() -> HomeVisit:
    """A visit whose pair is on the way, with a mother on file."""
    school = a_school("primary-procedures")
    School.objects.filter(pk=school.pk).update(phone="+441632960111")
    pupil = PupilFactory.create(school=school)
    ContactFactory.create(pupil=pupil, name="Mo Example", parental_responsibility=True, relationship="Mother")
    pair = [ready(school, name="Tess Teach"), ready(school, name="Ted Aide")]
    made = a_visit(school, pupil=pupil, pair=pair, purpose="attendance")
    return out_now(made, now=clock.now() - timedelta(minutes=5), raised_at=clock.now() - timedelta(hours=1))


def at(visit: HomeVisit, name: str, *more: object) -> str:
    return reverse(name, args=[visit.school.slug, visit.pk, *more])


def start(device: Device, visit: HomeVisit, staff: Staff) -> None:
    """Sign in, let the visit go along, and wait until the browser has written its cookies to the disk, which it does by itself."""
    device.sign_in(staff)
    device.page.goto(at(visit, "visit_tablet"))
    expect(device.page.locator("[data-pack-state]")).to_contain_text("opens without network until")
    cookies = next(device.folder.rglob("Cookies"))
    for _ in range(int(PATIENCE / 500)):
        if b"tablet_key" in cookies.read_bytes():
            return
        device.page.wait_for_timeout(500)
    raise AssertionError("The browser has not written the key to the disk.")


def opens_from_the_tablet(device: Device, address: str) -> None:
    device.page.goto(address)
    expect(device.page.locator("[data-line-word]")).to_have_text("No network")


def say_at_the_door(device: Device, visit: HomeVisit) -> None:
    """Arrived, inside by the mother's invitation, whom they spoke to."""
    opens_from_the_tablet(device, at(visit, "visit_doorstep"))
    device.page.locator("#door-next").get_by_role("button", name="I have arrived").click()
    expect(device.page.locator("[data-line-more]")).to_contain_text("1 thing waiting")
    device.page.locator("#step-inside > summary").click()
    inside = device.page.locator("#form-inside")
    inside.locator('[name="adult_present"][value="true"]').check()
    inside.locator('[name="invited_by"]').fill("Mo Example")
    inside.get_by_role("button", name="We go inside").click()
    expect(device.page.locator("[data-line-more]")).to_contain_text("2 things waiting")


def write(device: Device, visit: HomeVisit) -> None:
    """A section, and two ticks in the prompts."""
    opens_from_the_tablet(device, at(visit, "visit_form_section", "talk"))
    device.page.fill('[name="parents_view"]', "He is afraid of the bus.")
    device.page.get_by_role("button", name="Save and continue").click()
    device.page.wait_for_url("**/form/section/behind/")
    opens_from_the_tablet(device, at(visit, "visit_form_section", "prompts"))
    for code in ("home", "marks"):
        device.page.locator(f'[name="curiosity"][value="{code}"]').check()
    device.page.fill('[name="curiosity_what"]', "No heating, a bruise on the arm.")
    device.page.locator("h1").click()
    device.page.wait_for_function("() => offline.queue.list().then((all) => all.filter((act) => act.kind === 'answers').length === 4)")
    expect(device.page.locator("[data-line-more]")).to_contain_text("4 things waiting")


def sign(device: Device, visit: HomeVisit) -> None:
    """The mother signs with a finger what stands on the tablet."""
    opens_from_the_tablet(device, at(visit, "visit_form_sign", "parent"))
    expect(device.page.locator("main")).to_contain_text("He is afraid of the bus.")
    device.page.fill('[name="name"]', "Mo Example")
    device.page.locator('[name="agreed"]').check()
    draw(device.page)
    device.page.get_by_role("button", name="Sign", exact=True).click()
    expect(device.page.locator("[data-line-more]")).to_contain_text("5 things waiting")


@pytest.mark.prove
@pytest.mark.clause("PRI-21", "PRI-22", "ATT-15")
def test_everything_said_without_network_arrives_once(device: Device, visit: HomeVisit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visits.real_time.AT_ONCE", timedelta(0))  # the seconds of a test are hours of a day
    tess = pair_of(visit)[0]
    start(device, visit, tess)
    device.context.set_offline(True)
    began = clock.now()
    say_at_the_door(device, visit)
    write(device, visit)
    sign(device, visit)
    device.kill()
    assert device.holds("afraid of the bus", "bruise on the arm", "Mo Example", "Tess Teach", visit.where) == []

    device.start()
    device.context.set_offline(True)
    opens_from_the_tablet(device, at(visit, "visit_form_section", "talk"))
    expect(device.page.locator('[name="parents_view"]')).to_have_value("He is afraid of the bus.")
    opens_from_the_tablet(device, at(visit, "visit_doorstep"))
    expect(device.page.locator("#step-arrived")).to_contain_text("will be sent")
    over = clock.now()
    assert not CheckIn.objects.exists()

    Session.objects.all().delete()
    device.context.set_offline(False)
    expect(device.page.locator("[data-line-word]")).to_have_text("Signed out")
    device.sign_in(tess)
    device.page.goto(at(visit, "visit_tablet"))
    expect(device.page.locator("[data-line-more]")).to_contain_text("Everything sent")

    points = list(CheckIn.objects.order_by("pk").values_list("point", flat=True))
    assert points == ["arrived", "inside"]
    times = list(CheckIn.objects.order_by("pk").values_list("at", flat=True))
    assert began <= times[0] < times[1] <= over
    found = values_of(FilledForm.objects.get())
    assert found["parents_view"] == "He is afraid of the bus."
    assert sorted(found["curiosity"]) == ["home", "marks"]
    assert Concern.objects.count() >= 2
    assert not ArrivedAct.objects.exclude(state="done").exists()
    assert device.kept("queue") == 0
    signed = FormSignature.objects.get()
    assert (signed.name, signed.role, signed.drawn) == ("Mo Example", "parent", True)
    assert began <= signed.at <= over < signed.received_at
    assert signed.signed == {"parents_view": "He is afraid of the bus."}
    device.context.close()
    assert device.holds("afraid of the bus", "bruise on the arm", "Mo Example", "Tess Teach", visit.where) == []
