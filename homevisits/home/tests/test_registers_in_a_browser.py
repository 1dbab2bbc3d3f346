"""The staff registers in a real browser: one's own matters by hand, and nothing that axe calls serious, full and empty."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from attendance.tests.factories import DAY, TEST, at
from homevisits.common import clock
from homevisits.people.models import HouseholdConflict, School, Staff, StaffTraining
from homevisits.people.services.demo_clock import set_demo_clock
from homevisits.people.tests import registers as rows
from homevisits.people.tests.factories import PupilFactory, SchoolFactory, StaffFactory
from homevisits.people.words import TRAINING
from homevisits.policy.services import adopt_preset, confirm_read

if TYPE_CHECKING:
    from playwright.sync_api import Page
else:
    pytest.importorskip("playwright")

from playwright.sync_api import expect

pytestmark = [pytest.mark.needs_chromium, pytest.mark.django_db(transaction=True)]
SIZES = ((1366, 768), (820, 1180), (390, 844))


@pytest.fixture
def school(db: None) -> School:
    """A school of the attendance officer's policy whose clock stands at 9:05."""
    school = SchoolFactory.create(slug="oak", is_demo=True)
    adopt_preset(school=school, preset="attendance-officer", by=TEST, now=at("7:00", date(2026, 9, 1)))
    set_demo_clock(school=school, shows=at("9:05"), by=TEST, now=clock.now())
    return school


def staffed(school: School) -> Staff:
    """People with everything, with gaps, with long names, and things that end soon; answers one of them."""
    version = school.policy_versions.get()
    names = ("Ada Able", "Wilhelmina Featherstonehaugh-Cholmondeley", "Ted Adeleke", "Tess Tanner")
    for place, name in enumerate(names):
        staff = StaffFactory.create(school=school, roles=["visiting_staff"], name=name, mobile="+447700900101" if place else "")
        for level in ("enhanced_dbs", "barred_list"):
            rows.check_in(school, staff, level, DAY + timedelta(days=9 if place == 1 else -5 if place == 2 else 400))
        for training in list(TRAINING)[: 3 if place == 1 else None]:
            rows.training_in(school, staff, training, DAY + timedelta(days=300))
        confirm_read(version=version, by=staff, now=at("8:00"))
    rows.vehicle_in(school, owner=staff, insured_until=DAY + timedelta(days=7))
    rows.vehicle_in(school, minibus=True, make="Ford", model="Transit")
    rows.assessment_in(school, staff, hazards="Stairwells without signal. " * 6)
    rows.assessment_in(school, stale_at=at("8:00"), stale_because="Expects a child")
    rows.unwell_in(school)
    rows.conflict_in(school)
    StaffFactory.create(school=school, roles=["senior_manager"], name="Sam Sorensen")
    return staff


def test_one_confirms_the_code_of_conduct_and_leaves_out_a_household(
    page: "Page", school: School, live_server: Any, signed_in: Callable[["Page", Any], None]
) -> None:
    tess = staffed(school)
    PupilFactory.create(school=school, first_name="Olu", last_name="Featherstone")
    signed_in(page, tess)
    page.goto(f"{live_server.url}/s/oak/staff/registers/own/")
    page.get_by_role("link", name="The code of conduct").click()
    page.get_by_role("button", name="Yes, I confirm it").click()
    expect(page.locator("main, .wrap").filter(has_text="You have confirmed the code of conduct").first).to_be_visible()
    assert StaffTraining.objects.filter(staff=tess, name="code_of_conduct").count() == 1
    page.get_by_role("link", name="There is a household that I do not visit").click()
    page.get_by_label("A pupil of the household").fill("olu")
    page.get_by_role("button", name="Look for the household").click()
    page.get_by_role("link", name="Olu Featherstone").click()
    page.get_by_role("button", name="Do not send me there").click()
    expect(page.locator("[aria-labelledby=homes]")).to_contain_text("Olu Featherstone")
    assert HouseholdConflict.objects.filter(staff=tess, reason="").count() == 1


PAGES = {
    "business_manager": ("who-may-visit", "checks", "training", "policy", "mobiles", "vehicles", "devices", "lone-working", "checks/enter"),
    "headteacher": ("rota", "unwell", "households", "own"),
}


@pytest.mark.parametrize("role", list(PAGES))
@pytest.mark.parametrize("full", [True, False], ids=["full", "empty"])
def test_the_registers_are_accessible_and_fit_full_and_empty(
    page: "Page", school: School, live_server: Any, signed_in: Callable[["Page", Any], None], accessible: Callable[["Page"], None],
    pictures: Callable[["Page", str], Any], role: str, full: bool,
) -> None:  # fmt: skip
    if full:
        staffed(school)
    signed_in(page, StaffFactory.create(school=school, roles=[role], name="Bo Bursar", mobile="+447700900100"))
    for name in PAGES[role]:
        page.goto(f"{live_server.url}/s/oak/staff/registers/{name}/")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        accessible(page)
        pictures(page, f"register-{name.replace('/', '-')}-{'full' if full else 'empty'}")
