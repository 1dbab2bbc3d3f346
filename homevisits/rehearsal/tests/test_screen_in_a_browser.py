"""The rehearsals in a browser: a tap plays, the day is drawn, everybody can read it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from homevisits.common.actors import SystemJob
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import SchoolFactory, StaffFactory
from homevisits.policy.services import adopt_preset

from .factories import a_rehearsal, played

if TYPE_CHECKING:
    from playwright.sync_api import Page
else:
    pytest.importorskip("playwright")

from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = datetime(2024, 9, 2, 8, tzinfo=UTC)  # in force on whatever day the test runs
LONG = "St Bartholomew and All Angels Church of England Voluntary Controlled Primary School"


@pytest.fixture
def school() -> School:
    found = SchoolFactory.create(slug="primary", name=LONG)
    adopt_preset(school=found, preset="primary-procedures", changes={"first_text_at": "09:20"}, by=SystemJob("test"), now=LONG_AGO)
    return found


@pytest.fixture
def head(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["headteacher", "dsl"], name="Oluwaseun Abiodun-Featherstonehaugh")


def test_a_head_plays_a_day_and_reads_it(
    page: "Page",
    live_server: Any,
    signed_in: Callable[["Page", Any], None],
    accessible: Callable[["Page"], None],
    pictures: Callable[["Page", str], list[Path]],
    school: School,
    head: Staff,
) -> None:
    signed_in(page, head)
    page.goto(f"{live_server.url}/s/primary/rehearsals/")
    accessible(page)
    pictures(page, "rehearsals")
    page.locator(".shelf__one", has_text="A mother who thought").get_by_role("button", name="Play with our policy").click()
    expect(page.locator(".day-chart")).to_contain_text("9:20")
    accessible(page)
    pictures(page, "rehearsal-played")
    page.get_by_role("link", name="Calls").click()
    expect(page).to_have_url(re.compile(r"\?show=calls$"))
    expect(page.locator("tbody")).not_to_contain_text("First text to")


def test_the_hardest_days_are_readable(
    page: "Page",
    live_server: Any,
    signed_in: Callable[["Page", Any], None],
    accessible: Callable[["Page"], None],
    pictures: Callable[["Page", str], list[Path]],
    school: School,
    head: Staff,
) -> None:
    signed_in(page, head)
    runs = {name: played(school, name, by=head) for name in ("overdue-and-nobody-back", "engine-out", "parent-unaware")}
    played(school, "parent-unaware", "09:25", by=head)
    waiting = a_rehearsal(school, by=head, title="Too many to be true")
    addresses = {**{name: f"{run.pk}/" for name, run in runs.items()}, "waiting": f"{waiting.pk}/"}
    addresses["compare"] = f"{runs['parent-unaware'].pk}/compare/"
    for name, address in addresses.items():
        page.goto(f"{live_server.url}/s/primary/rehearsals/{address}")
        accessible(page)
        pictures(page, f"rehearsal-{name}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is wider than the window"
