"""A visit taken along on a tablet, in a real browser with a profile on the disk: read without network, noise without its key (R24)."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from homevisits.audit.models import AuditEvent
from homevisits.common import clock
from homevisits.people.models import School, Staff, Tablet
from homevisits.people.services.tablets import admit_tablet, revoke_tablet
from homevisits.people.tests.factories import ContactFactory, PupilFactory, StaffFactory
from homevisits.testing.browser import PATIENCE
from safeguarding.models import Concern
from visits.models import CheckIn, HomeVisit, VisitPack
from visits.services.packs import take_from_tablet

from .device import Device
from .factories import a_school, a_visit, out_now, ready

if TYPE_CHECKING:
    pass

pytest.importorskip("playwright")
from playwright.sync_api import expect

pytestmark = [pytest.mark.needs_chromium, pytest.mark.django_db(transaction=True)]
CANARY = "Zanzibarcanary"
CONTROL = "Zanzibarcontrol"
CONTROLLED = """() => new Promise((done) => {
  if (navigator.serviceWorker.controller) done();
  else navigator.serviceWorker.addEventListener("controllerchange", () => done());
})"""


@pytest.fixture
def device(playwright: Any, live_server: Any, tmp_path: Path) -> Iterator[Device]:
    expect.set_options(timeout=PATIENCE)
    made = Device(playwright, tmp_path / "profile", live_server.url.replace("127.0.0.1", "localhost"))
    yield made
    made.context.close()
    shutil.rmtree(tmp_path / "profile", ignore_errors=True)


@pytest.fixture
def visit() -> HomeVisit:
    """A visit that is out now, in whose every record stands a canary."""
    school = a_school("primary-procedures")
    School.objects.filter(pk=school.pk).update(phone="+441632960111")
    pupil = PupilFactory.create(school=school, first_name=f"{CANARY}name", medical=f"{CANARY}medical")
    home = pupil.household
    home.address, home.notes = f"{CANARY}address\n12 High Street", f"{CANARY}notes"
    home.save()
    ContactFactory.create(pupil=pupil, name=f"{CANARY}contact", parental_responsibility=True)
    pair = [ready(school, name="Tess Teach"), ready(school, name="Ted Aide")]
    return out_now(a_visit(school, pupil=pupil, pair=pair), now=clock.now() - timedelta(minutes=5))


def pair_of(visit: HomeVisit) -> list[Staff]:
    return [member.staff for member in visit.members.select_related("staff").order_by("pk")]


def tablet_page(visit: HomeVisit) -> str:
    return reverse("visit_tablet", args=[visit.school.slug, visit.pk])


def taken(device: Device, visit: HomeVisit) -> None:
    """Sign in as the first of the pair, open the visit: it goes along by itself."""
    device.sign_in(pair_of(visit)[0])
    device.page.goto(tablet_page(visit))
    expect(device.page.locator("[data-pack-state]")).to_contain_text("opens without network until")
    device.page.evaluate(CONTROLLED)


def a_concern_about_nobody_at_hand(device: Device) -> None:
    """It is written without network, of no visit, and arrives when there is network again."""
    device.page.get_by_role("link", name="Write a concern").click()
    device.page.fill('[name="says"]', f"{CANARY} at the corner shop, alone.")
    device.page.get_by_text("A child who is not on the list").first.click()
    device.page.fill('[name="others"]', "A boy of about six, blue coat")
    device.page.locator('[name="family"][value="not_told"]').check()
    device.page.fill('[name="family_why"]', "I do not know them")
    device.page.get_by_role("button", name="Send to the safeguarding team").click()
    expect(device.page.locator("[data-offline-note]")).to_contain_text("Saved on this tablet")
    assert not Concern.objects.exists()
    device.run(
        "() => { window.heard = new Promise((done) => document.addEventListener('offline:sent', () => done(true), { once: true })); }"
    )
    device.context.set_offline(False)
    assert device.run("() => window.heard")
    concern = Concern.objects.get()
    assert concern.others == "A boy of about six, blue coat"


@pytest.mark.once
def test_a_visit_opens_without_network(device: Device, visit: HomeVisit) -> None:
    said: list[str] = []
    device.page.on("pageerror", lambda problem: said.append(str(problem)))
    device.page.on("console", lambda one: said.append(one.text) if "Content Security" in one.text else None)
    taken(device, visit)
    device.context.set_offline(True)
    device.page.reload()
    expect(device.page.locator("main")).to_contain_text(f"{CANARY}name")
    expect(device.page.locator("[data-line-word]")).to_have_text("No network")
    expect(device.page.locator("[data-line-more]")).to_contain_text("As it was at")
    device.page.goto(f"/s/{visit.school.slug}/visits/mine/")
    expect(device.page.get_by_role("heading", name="There is no network here")).to_be_visible()
    expect(device.page.get_by_role("link", name="12 High Street")).to_be_visible()
    expect(device.page.get_by_role("link", name="01632 960111")).to_be_visible()
    a_concern_about_nobody_at_hand(device)
    assert said == []
    assert device.holds(CANARY) == []


@pytest.mark.once
def test_lock_closes_without_network_and_the_server_hears_of_it(device: Device, visit: HomeVisit) -> None:
    """R24. No address shows anything any more; with network the sign-in itself is locked, before any page opens."""
    taken(device, visit)
    device.context.set_offline(True)
    expect(device.page.locator("[data-line-word]")).to_have_text("No network")
    device.page.get_by_role("button", name="Lock", exact=True).click()
    locked = device.page.get_by_role("heading", name="This tablet is locked")
    expect(locked).to_be_visible()
    expect(device.page.get_by_text("the sign-in there stands until it does")).to_be_visible()
    expect(device.page.get_by_role("link", name="01632 960111")).to_be_visible()
    assert not device.has_key()
    assert device.kept("packs") == 0
    assert device.holds(CANARY) == []
    device.page.goto("about:blank")
    device.context.set_offline(False)
    device.page.goto(tablet_page(visit))
    expect(device.page.get_by_role("heading", name="Locked", exact=True)).to_be_visible()
    assert AuditEvent.objects.get(act="people.locked").by_id == pair_of(visit)[0].pk


def does_not_open(device: Device, visit: HomeVisit) -> None:
    """Without network the visit is not to be had any more."""
    device.context.set_offline(True)
    device.page.goto(tablet_page(visit))
    expect(device.page.get_by_text("No visit is taken along on this tablet")).to_be_visible()
    expect(device.page.get_by_role("link", name="01632 960111")).to_be_visible()
    device.context.set_offline(False)


@pytest.mark.once
def test_after_sign_out_expiry_and_revocation_it_is_gone(device: Device, visit: HomeVisit, settings: Any) -> None:
    """R24. A control word that is kept in clear shows that the search would find one."""
    taken(device, visit)
    assert device.kept("packs") >= 3
    device.run("() => Promise.all([offline.drafts.put('a', {words: 'Zanzibarcanarydraft'}), localStorage.setItem('x', 'Zanzibarcontrol')])")
    device.page.get_by_role("button", name="Sign out").click()
    expect(device.page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(device.page.get_by_text("Something written on this device has not been sent yet")).to_be_visible()
    assert not device.has_key()
    does_not_open(device, visit)
    assert device.kept("packs") == 0
    assert set(device.run("() => tabletStore.all('keys').then((rows) => rows.map((row) => row.id))")) <= {"office"}, "the school's number"
    assert device.kept("drafts") == 1

    taken(device, visit)
    pack = VisitPack.objects.get()
    take_from_tablet(pack=pack, by=StaffFactory.create(school=visit.school, roles=["dsl"]), now=clock.now())
    expect(device.page.locator("[data-pack-state]")).to_contain_text("The office has taken this visit back")
    assert device.kept("packs") == 0
    does_not_open(device, visit)

    VisitPack.objects.all().delete()
    taken(device, visit)
    office = StaffFactory.create(school=visit.school, roles=["office_admin"])
    revoke_tablet(tablet=Tablet.objects.get(), school=visit.school, by=office, now=clock.now())
    expect(device.page.locator("[data-pack-state]")).to_contain_text("taken this tablet out of use")
    assert not device.has_key()
    does_not_open(device, visit)

    admit_tablet(tablet=Tablet.objects.get(), school=visit.school, by=office, now=clock.now())
    settings.TABLET_KEY_SECONDS = 8
    taken(device, visit)
    device.context.set_offline(True)
    expect(device.page.locator("[data-pack-state]")).to_contain_text("Not on this tablet")
    assert device.kept("packs") == 0
    does_not_open(device, visit)
    device.context.close()
    assert device.holds(CANARY) == []
    assert device.holds(CONTROL) != []


@pytest.mark.once
def test_what_was_written_survives_a_kill_and_waits_for_its_person(device: Device, visit: HomeVisit) -> None:
    taken(device, visit)
    device.context.set_offline(True)
    act = f"{{visit: {visit.pk}, kind: 'check_in', data: {{point: 'arrived'}}}}"
    device.run(f"() => offline.queue.put({act}).then(() => offline.drafts.put('form', {{words: '{CANARY}draft'}}))")
    expect(device.page.locator("[data-line-more]")).to_contain_text("1 thing waiting to be sent")
    expect(device.page.locator("[data-line-stuck]")).to_contain_text("01632 960111")
    device.kill()
    assert device.holds(CANARY) == []

    device.start()
    first, second = pair_of(visit)
    device.sign_in(second)
    device.page.goto(tablet_page(visit))
    expect(device.page.locator("[data-line-more]")).to_contain_text("Something of another person waits here")
    assert device.run("() => Promise.all([offline.drafts.get('form'), offline.queue.list()])") == [None, []]
    assert not CheckIn.objects.exists()

    lost: list[str] = []

    def lose(route: Any) -> None:
        """The server does it, and its answer never arrives."""
        answer = route.fetch()
        lost.append(answer.text())
        route.abort()

    device.page.route("**/sync/", lose, times=1)
    device.sign_in(first)
    device.page.goto(tablet_page(visit))
    expect(device.page.locator("[data-line-more]")).to_contain_text("Everything sent")
    assert device.run("() => offline.drafts.get('form')") == {"words": f"{CANARY}draft"}
    assert device.kept("queue") == 0
    assert len(lost) == 1
    assert [(row.point, row.by) for row in CheckIn.objects.all()] == [("arrived", first)]
