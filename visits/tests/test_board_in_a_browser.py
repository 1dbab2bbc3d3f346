"""The board on the wall, on a desk and on a tablet: calm, soon due, in alarm; its sound; live without a reload."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from homevisits.common import clock
from homevisits.people.tests.factories import ContactFactory, PupilFactory, StaffFactory
from visits.services.alarm import call_for_help
from visits.services.climbing import sweep_alarms
from visits.services.out import check_in

from .factories import a_school, a_vehicle, a_visit, out_now, ready

if TYPE_CHECKING:
    from playwright.sync_api import Page

WALL = {"width": 1920, "height": 1080}


def on_the_wall(page: "Page", name: str) -> None:
    page.set_viewport_size({"width": WALL["width"], "height": WALL["height"]})
    folder = Path(settings.VAR_DIR) / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}-1920x1080.png", caret="initial")
    page.set_viewport_size({"width": 1366, "height": 768})


@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("PRI-18", "ATT-11", "ATT-17")
def test_the_board_calm_soon_and_in_alarm(
    page: "Page", live_server: Any, signed_in: Callable[..., None], accessible: Callable[..., None], pictures: Callable[..., list[Path]]
) -> None:
    from playwright.sync_api import expect

    now = clock.now()
    school = a_school("secondary")
    office = StaffFactory.create(school=school, roles=["office_admin"], name="Olive Office")
    long = PupilFactory.create(school=school, first_name="Oluwaseun-Maximilian", last_name="Featherstonehaugh-Okonkwo")
    ContactFactory.create(pupil=long, priority=1, mobile="+447700900555", restricted=False)
    pairs = [
        [ready(school, name="Tess Teach"), ready(school, name="Ted Aide")],
        [ready(school, name="Wilhelmina Featherstonehaugh-Okonkwo"), ready(school, name="Ian Inclusion")],
        [ready(school, name="Ruth Register"), ready(school, name="Mo Mentor")],
    ]
    place = "Flat 12, The Old Maltings, 114 Upper Northumberland Street, Newtown"
    one = out_now(a_visit(school, pair=pairs[0], pupil=long), now=now - timedelta(minutes=20), place=place)
    two = out_now(a_visit(school, pair=pairs[1]), now=now - timedelta(minutes=30), minutes=36,
                  vehicle=a_vehicle(school, minibus=True), place="12 High Street")  # fmt: skip
    out_now(a_visit(school, pair=pairs[2]), now=now - timedelta(minutes=10), place="3 Mill Lane")
    check_in(visit=one, point="arrived", by=pairs[0][0], now=now - timedelta(minutes=4))
    to_leave = a_visit(school, pair=[ready(school), ready(school)])
    type(one).objects.filter(pk=to_leave.pk).update(due_at=now)
    signed_in(page, office)
    page.goto(f"{live_server.url}/s/{school.slug}/visits/board/")
    expect(page.get_by_text("On time").first).to_be_visible()
    expect(page.get_by_text("Due soon")).to_be_visible()
    expect(page.locator("[data-sound-words]")).to_contain_text("Sound is off")
    accessible(page)
    pictures(page, "board-calm")
    on_the_wall(page, "board-calm")
    page.get_by_role("button", name="Turn sound on").click()
    expect(page.locator("[data-sound-words]")).to_contain_text("Sound is on")
    expect(page.locator("html")).to_have_attribute("data-ringing", "false")

    call_for_help(visit=two, by=pairs[1][0], now=clock.now(), kept_from_leaving=True)
    late = clock.now() - timedelta(minutes=11)
    type(one).objects.filter(pk=one.pk).update(due_back=late, alarm_at=late)
    sweep_alarms(clock.now())
    first = page.locator(".call").first
    expect(first).to_contain_text("Kept from leaving")
    expect(first).to_contain_text("Nobody deals with it yet")
    expect(page.locator(".call").nth(1)).to_contain_text("Overdue")
    expect(page.locator("html")).to_have_attribute("data-ringing", "true")
    assert first.locator('a[href^="tel:+4477"]').count() >= 2
    accessible(page)
    pictures(page, "board-alarm")
    on_the_wall(page, "board-alarm")

    first.get_by_label("What you do now").fill("Police on their way")
    first.get_by_role("button", name="I deal with it").click()
    expect(page.get_by_text("You deal with the alarm, Olive Office.")).to_be_visible()
    expect(page.locator(".call").first).to_contain_text("Olive Office deals with it: Police on their way")
    page.locator(".call").first.get_by_role("link", name="More").click()
    expect(page.get_by_label("Note of a call: what did they say?")).to_be_visible()
    accessible(page)
    pictures(page, "board-one-alarm")
    page.goto(f"{live_server.url}/s/{school.slug}/visits/{one.pk}/")
    expect(page.get_by_role("heading", name="Out and back")).to_be_visible()
    accessible(page)
    pictures(page, "visit-out-and-back")
    for name, path in (
        ("drills", "drills/"),
        ("day-schedule", "schedule/"),
        ("visit-help", f"{one.pk}/help/"),
        ("police", f"{one.pk}/police/"),
    ):
        page.goto(f"{live_server.url}/s/{school.slug}/visits/{path}")
        accessible(page)
        pictures(page, name)
