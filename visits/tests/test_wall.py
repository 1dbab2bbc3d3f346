"""The board on a wall: first names and times, on a token of its own that opens nothing else and is revoked at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from homevisits.audit.models import AuditEvent
from homevisits.common import clock
from homevisits.people.models import Display, School
from homevisits.people.services.displays import make_display, revoke_display
from homevisits.people.tests.factories import ContactFactory, PupilFactory, StaffFactory
from visits.selectors.wall import first_name, wall
from visits.services.alarm import call_for_help

from .factories import a_school, a_visit, out_now, ready

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAMES = ("Mrs Tess Teachwell-Quincey", "Ted Aideson")
pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    return a_school("secondary")


def somebody_out(school: School, minutes: int = 60) -> Any:
    pupil = PupilFactory.create(school=school, first_name="Pomona", last_name="Childers")
    ContactFactory.create(pupil=pupil, mobile="+447700900555")
    visit = a_visit(school, pair=[ready(school, name=name) for name in NAMES], pupil=pupil)
    return out_now(visit, now=clock.now() - timedelta(minutes=20), place="12 Secret Street", minutes=minutes)


def a_screen(school: School) -> tuple[Display, str]:
    by = StaffFactory.create(school=school, roles=["office_admin"], name="Olive Office")
    return make_display(school=school, name="Staff room", by=by, now=clock.now())


@pytest.mark.parametrize(
    ("name", "first"), [("Tess Teach", "Tess"), ("Mrs. Anne Hall", "Anne"), ("Mr Hall", "Staff"), ("Cher", "Cher"), ("Dr", "Staff")]
)
def test_a_first_name_is_no_title_and_no_surname(name: str, first: str) -> None:
    assert first_name(name) == first


@pytest.mark.clause("PRI-20")
def test_a_screen_shows_first_names_and_times_and_nothing_else(client: Client, school: School) -> None:
    visit = somebody_out(school)
    call_for_help(visit=visit, by=visit.members.order_by("pk")[0].staff, now=clock.now())
    display, token = a_screen(school)
    opened = client.get(reverse("wall_open", args=[token]))
    assert (opened.status_code, opened["Location"]) == (302, "/wall/")
    page = client.get("/wall/")
    words = page.content.decode()
    assert "Tess and Ted" in words
    for hidden in ("Teachwell", "Aideson", "Pomona", "Childers", "Secret", "900555", "elfare", "elp", token, "<a ", "signed-in"):
        assert hidden not in words, hidden
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]
    display.refresh_from_db()
    assert display.last_seen_at
    assert token not in str(list(Display.objects.values())) + str(list(AuditEvent.objects.values()))


def test_late_is_a_time_and_drills_are_nobodys_business(school: School) -> None:
    visit = somebody_out(school, minutes=5)
    [row] = wall(school, clock.now()).out
    assert row.late == row.due_back
    type(visit).objects.filter(pk=visit.pk).update(drill=True)
    assert wall(school, clock.now()).out == ()


def test_a_revoked_screen_says_so_and_its_token_opens_nothing(client: Client, school: School) -> None:
    display, token = a_screen(school)
    client.get(reverse("wall_open", args=[token]))
    tag = client.get("/wall/live/")["ETag"]
    assert client.get("/wall/live/", headers={"If-None-Match": tag}).status_code == 304
    revoke_display(display=display, by=display.made_by, now=clock.now())
    assert client.get("/wall/live/", headers={"If-None-Match": tag}).status_code == 410
    for address in ("/wall/", reverse("wall_open", args=[token]), "/wall/never-was/"):
        page = Client().get(address) if address != "/wall/" else client.get(address)
        assert page.status_code == 410
        assert "switched off" in page.content.decode()


@pytest.mark.once
def test_the_token_opens_no_other_page(client: Client, school: School) -> None:
    _, token = a_screen(school)
    client.get(reverse("wall_open", args=[token]))
    assert client.cookies["wall"]["path"] == "/wall/"
    client.cookies["wall"]["path"] = "/"  # as if a browser sent it everywhere
    for name in ("visit_board", "visit_board_live", "visit_list", "today", "display_list"):
        answer = client.get(reverse(name, args=[school.slug]), headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 302, name
        assert "/accounts/login/" in answer["Location"]
    assert client.get(f"/calendar/{token}/visits.ics").status_code == 404


@pytest.mark.once
def test_whoever_keeps_screens_makes_one_sees_its_address_once_and_switches_it_off(client: Client, school: School) -> None:
    client.force_login(StaffFactory.create(school=school, roles=["office_admin"]))
    page = reverse("display_list", args=[school.slug])
    made = client.post(page, {"name": "Staff room"}).content.decode()
    row = Display.objects.get()
    assert "/wall/" in made
    assert "/wall/" not in client.get(page).content.decode()
    assert "already" in client.post(page, {"name": "staff room"}).content.decode()
    assert client.post(reverse("display_off", args=[school.slug, row.pk])).status_code == 302
    assert "Switched off" in client.get(page).content.decode()
    acts = AuditEvent.objects.filter(object_type="display").values_list("act", flat=True)
    assert sorted(acts) == ["people.display.made", "people.display.revoked"]


@pytest.mark.once
@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
def test_a_screen_in_a_browser_is_large_and_goes_dark_when_switched_off(
    page: "Page", live_server: Any, accessible: Callable[..., None], pictures: Callable[..., Any]
) -> None:
    from playwright.sync_api import expect

    school = a_school("secondary")
    somebody_out(school, minutes=5)
    display, token = a_screen(school)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{live_server.url}/wall/{token}/")
    expect(page.get_by_role("rowheader", name="Tess and Ted")).to_be_visible()
    expect(page).to_have_url(f"{live_server.url}/wall/")
    size = page.locator("tbody th").first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert size >= 48
    accessible(page)
    pictures(page, "wall")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    revoke_display(display=display, by=display.made_by, now=clock.now())
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_role("heading", name="This screen is switched off")).to_be_visible()
    expect(page.get_by_text("Tess")).to_have_count(0)
