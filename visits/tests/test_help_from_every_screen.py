"""Help is one tap away on every screen of a visit for those who are out on it, and on none for those who are not."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from homevisits.people.tests.factories import StaffFactory
from visits.models import HomeVisit
from visits.urls import urlpatterns

from .factories import NOW, a_school, a_visit, assessed, out_now

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db
# What is shown of a visit on paper, in parts that are put into a page, or answers no page of its own.
NO_SCREEN = {"visit_live", "visit_tablet_live", "visit_permission_pdf", "visit_risk_pdf", "visit_briefing_pdf"}


def screens() -> list[str]:
    """The names of the addresses that take a visit and nothing else."""
    names = []

    def walk(patterns: list[Any]) -> None:
        for one in patterns:
            if not isinstance(one, URLPattern):
                walk(one.url_patterns)
            elif set(re.findall(r"<\w+:(\w+)>", str(one.pattern))) == {"visit_id"} and one.name:
                names.append(one.name)

    walk(urlpatterns)
    return sorted(set(names) - NO_SCREEN)


def pages(client: Client, visit: HomeVisit) -> dict[str, str]:
    """Each screen of the visit that this person can open, as it reads."""
    found = {}
    for name in screens():
        answer = client.get(reverse(name, args=[visit.school.slug, visit.pk]))
        if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
            found[name] = answer.content.decode()
    return found


@pytest.mark.clause("PRI-25")
def test_those_who_are_out_reach_help_from_every_screen_of_the_visit(client: Client) -> None:
    visit = out_now(assessed(a_visit(a_school())), arrive_at=NOW)
    client.force_login(visit.members.all()[0].staff)
    help_at = reverse("visit_help", args=[visit.school.slug, visit.pk])
    seen = pages(client, visit)
    assert {"visit", "visit_tablet", "visit_help", "visit_outcomes", "visit_report", "visit_briefing", "visit_delay"} <= set(seen)
    without = [name for name, page in seen.items() if help_at not in page and name != "visit_help"]
    assert without == [], without
    assert "Send for help now" in seen["visit_help"]


def test_somebody_at_their_desk_is_offered_no_help_button_of_a_visit_that_has_not_left(client: Client) -> None:
    visit = a_visit(a_school())
    client.force_login(StaffFactory.create(school=visit.school, roles=["governor"]))
    help_at = reverse("visit_help", args=[visit.school.slug, visit.pk])
    assert not any(help_at in page for page in pages(client, visit).values())


@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
def test_the_help_button_stays_in_sight_on_a_page_of_the_desk(
    page: "Page", live_server: Any, signed_in: Callable[..., None], accessible: Callable[..., None], pictures: Callable[..., list[Path]]
) -> None:
    from playwright.sync_api import expect

    visit = out_now(assessed(a_visit(a_school())), arrive_at=NOW)
    signed_in(page, visit.members.all()[0].staff)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/s/{visit.school.slug}/visits/{visit.pk}/risk/versions/")
    help_button = page.get_by_role("link", name="Help", exact=True)
    page.locator(".foot").scroll_into_view_if_needed()
    expect(help_button).to_be_in_viewport()
    accessible(page)
    pictures(page, "help-bar")
