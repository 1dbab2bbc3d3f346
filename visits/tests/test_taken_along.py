"""A visit taken along on a tablet, in a real browser with a profile on the disk: read without network, noise without its key (R24)."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client

from homevisits.common import clock
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import ContactFactory, PupilFactory
from homevisits.testing import services
from homevisits.testing.browser import PATIENCE, QUIET, TABLET
from visits.models import HomeVisit

from .factories import a_school, a_visit, out_now, ready

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytest.importorskip("playwright")
from playwright.sync_api import expect

pytestmark = [pytest.mark.needs_chromium, pytest.mark.django_db(transaction=True)]
CANARY = "Zanzibarcanary"


class Device:
    """A tablet: a browser with a profile of its own on the disk, which can be killed and started again."""

    def __init__(self, playwright: Any, folder: Path, base: str) -> None:
        self.playwright, self.folder, self.base = playwright, folder, base
        self.context: BrowserContext
        self.start()

    def start(self) -> "Page":
        """Start the browser on its profile."""
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder, executable_path=services.chromium(), args=QUIET, viewport=TABLET, has_touch=True, locale="en-GB",
            timezone_id="Europe/London", base_url=self.base,
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE)
        return self.page

    @property
    def page(self) -> "Page":
        return self.context.pages[0]

    def sign_in(self, staff: Staff) -> None:
        """Give it the session of a member of staff."""
        client = Client()
        client.force_login(staff)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.base}])

    def holds(self, *needles: str) -> list[str]:
        """Which files of the profile hold one of these words, as UTF-8 or UTF-16."""
        wanted = [word.encode(code) for word in needles for code in ("utf-8", "utf-16-le", "utf-16-be")]
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        assert len(files) > 20
        return [str(path.relative_to(self.folder)) for path in files if any(word in path.read_bytes() for word in wanted)]


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


def taken(device: Device, visit: HomeVisit) -> None:
    """Sign in as the first of the pair, open the visit: it goes along by itself."""
    device.sign_in(pair_of(visit)[0])
    device.page.goto(f"/s/{visit.school.slug}/visits/{visit.pk}/tablet/")
    expect(device.page.locator("[data-pack-state]")).to_contain_text("opens without network until")
    device.page.wait_for_function("navigator.serviceWorker.controller !== null")


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
    expect(device.page.get_by_text("There is no network here")).to_be_visible()
    expect(device.page.get_by_role("link", name="12 High Street")).to_be_visible()
    expect(device.page.get_by_role("link", name="01632 960111")).to_be_visible()
    assert said == []
    assert device.holds(CANARY) == []
