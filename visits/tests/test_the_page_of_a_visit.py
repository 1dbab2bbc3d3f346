"""A visit's page and the list: who sees which, what they show, and that they are readable."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from homevisits.people.tests.factories import StaffFactory
from visits.models import HomeVisit, VisitEvent
from visits.snapshot import changes_since, keep_version

from .factories import NOW, TESTS, a_school, a_visit, assessed, ready

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db


@pytest.mark.clause("PRI-20")
@pytest.mark.clause("MAT-14")
def test_a_visit_is_seen_by_those_who_run_visits_and_by_those_who_go_on_it(client: Client) -> None:
    school = a_school()
    pair = [ready(school), ready(school)]
    visit = a_visit(school, pair=pair)
    address = f"/s/{school.slug}/visits/{visit.pk}/"
    office, teacher = (StaffFactory.create(school=school, roles=[role]) for role in ("office_admin", "class_teacher"))
    for person, status in ((office, 200), (pair[0], 200), (teacher, 404)):
        client.force_login(person)
        assert client.get(address).status_code == status
        listed = client.get(f"/s/{school.slug}/visits/").content.decode()
        assert (address in listed) is (status == 200)


def test_a_kept_version_tells_what_changed_since() -> None:
    visit = a_visit()
    keep_version(visit, by=TESTS, now=NOW)
    number = visit.version
    assert changes_since(visit, number) == []
    visit.place = "The library"
    visit.save()
    (change,) = changes_since(visit, number)
    assert (change.words, change.after) == ("Where", "The library")


@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
def test_the_page_and_the_list_are_readable(
    page: "Page", live_server: Any, signed_in: Callable[..., None], accessible: Callable[..., None], pictures: Callable[..., list[Path]]
) -> None:
    school = a_school()
    visit = a_visit(school)
    signed_in(page, StaffFactory.create(school=school, roles=["headteacher"]))
    for name, path in (("visits", ""), ("visits-ended", "?ended=1"), ("visit", f"{visit.pk}/")):
        page.goto(f"{live_server.url}/s/{school.slug}/visits/{path}")
        pictures(page, name)
        accessible(page)


def test_the_papers_of_a_visit_are_together_each_for_those_who_may_open_it(client: Client) -> None:
    school = a_school()
    visit = assessed(a_visit(school))
    asker = StaffFactory.create(school=school, roles=["class_teacher"])
    visit.raised_by = asker
    visit.save()
    goes = visit.members.select_related("staff")[0].staff
    for person, briefing in ((goes, True), (asker, False)):
        client.force_login(person)
        shown = client.get(f"/s/{school.slug}/visits/{visit.pk}/").content.decode()
        assert "Permission form" in shown
        assert "visits/sections/papers.html" in [template.name for template in client.get(f"/s/{school.slug}/visits/{visit.pk}/").templates]
        assert (f"/visits/{visit.pk}/briefing/briefing.pdf" in shown) is briefing


@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
def test_a_word_without_an_end_stays_on_the_page(page: "Page", live_server: Any, signed_in: Callable[..., None]) -> None:
    school = a_school()
    visit = a_visit(school)
    HomeVisit.objects.filter(pk=visit.pk).update(reason="W" * 400, whom_to_see="M" * 300, place="L" * 300)
    VisitEvent.objects.filter(visit=visit).update(note="z" * 300)
    signed_in(page, StaffFactory.create(school=school, roles=["headteacher"]))
    for width in (390, 820, 1366):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{live_server.url}/s/{school.slug}/visits/{visit.pk}/")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
