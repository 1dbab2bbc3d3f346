"""Live parts: 304 while nothing changed, and a page that never takes away what somebody is typing."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from homevisits.common.live import live_response
from homevisits.people.tests.factories import SchoolFactory, StaffFactory

if TYPE_CHECKING:
    from playwright.sync_api import Page
else:
    pytest.importorskip("playwright")

from playwright.sync_api import expect


class Person:
    """Only who it is."""

    def __init__(self, pk: int) -> None:
        self.pk = pk


def _ask(key: Any, tag: str = "", person: int = 1, made: list[int] | None = None) -> HttpResponse:
    request = RequestFactory().get("/part/", headers={"If-None-Match": tag} if tag else {})
    request.user = Person(person)  # type: ignore[assignment]

    def render() -> str:
        if made is not None:
            made.append(1)
        return "<p>fresh</p>"

    return live_response(request, render, key)


def test_nothing_is_rendered_while_nothing_changed() -> None:
    made: list[int] = []
    first = _ask((1, "9:15"), made=made)
    again = _ask((1, "9:15"), tag=first["ETag"], made=made)
    assert (first.status_code, again.status_code, len(made)) == (200, 304, 1)
    assert again["ETag"] == first["ETag"]
    assert again.content == b""


def test_a_change_or_another_person_gets_the_page() -> None:
    first = _ask((1, "9:15"))
    assert _ask((1, "9:16"), tag=first["ETag"]).status_code == 200
    assert _ask((1, "9:15"), tag=first["ETag"], person=2).status_code == 200


@pytest.fixture
def desk(page: "Page", live_server: Any, signed_in: Callable[..., None], settings: Any) -> "Page":
    settings.DEMO = True
    signed_in(page, StaffFactory.create(school=SchoolFactory.create()))
    page.goto(f"{live_server.url}/styleguide/?page=desk")
    page.wait_for_function("document.body.classList.contains('js-enabled')")
    return page


# The page's own live part: the header has one too, for the count of notices.
PAGE = """document.querySelector('[data-live*="part=1"]')"""
NOW = f"{PAGE}.dispatchEvent(new Event('look:refresh'))"


@pytest.mark.django_db(transaction=True)
def test_a_poll_replaces_parts_but_not_the_one_in_use(desk: "Page") -> None:
    desk.fill("#who", "Ada Ex")
    with desk.expect_response("**/styleguide/?page=desk&part=1") as answer:
        desk.evaluate(NOW)
    assert answer.value.headers["etag"]
    desk.wait_for_selector("#log.live-waiting")
    expect(desk.locator("#who")).to_have_value("Ada Ex")
    desk.evaluate("document.querySelector('#log form').reset(); document.activeElement.blur()")
    desk.wait_for_selector("#log >> text=This part was replaced.")


ROWS = (
    '<section id="calls" data-part><h2>{n} calls</h2><article id="c1" data-part><input id="note" value=""><b>{one}</b></article>'
    '{more}<article id="c3" data-part>{three}</article></section>'
)


@pytest.mark.django_db(transaction=True)
def test_in_a_list_only_the_row_in_use_waits(desk: "Page") -> None:
    before = ROWS.format(n=2, one="old", more='<article id="c2" data-part>gone soon</article>', three="old three")
    alarm = '<div id="alarm" data-part>All is well again</div>'
    after = alarm + ROWS.format(n=3, one="new", more='<article id="c4" data-part>brand new</article>', three="new three")
    desk.evaluate(f"html => {PAGE}.insertAdjacentHTML('beforeend', html)", before)
    desk.route("**/styleguide/?page=desk&part=1", lambda route: route.fulfill(body=after, headers={"ETag": '"1"'}))
    desk.fill("#note", "Gran says")
    desk.evaluate(NOW)
    desk.wait_for_selector("#c3 >> text=new three")
    assert desk.inner_text("#alarm") == "All is well again"
    assert desk.locator("#c2").count() == 0
    assert desk.locator("#calls [data-part]").evaluate_all("rows => rows.map(row => row.id)") == ["c1", "c4", "c3"]
    assert desk.inner_text("#c1 b") == "old"
    assert desk.input_value("#note") == "Gran says"
    assert desk.locator(".live-waiting").evaluate_all("parts => parts.map(part => part.id)") == ["c1"]
    desk.fill("#note", "")
    desk.evaluate("document.activeElement.blur()")
    desk.wait_for_selector("#c1 >> text=new")


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_a_later_one_outran_is_not_shown(desk: "Page") -> None:
    held: list[Any] = []

    def answer(route: Any) -> None:
        if held:
            route.fulfill(body='<div id="alarm" data-part>As it is</div>', headers={"ETag": '"2"'})
        else:
            held.append(route)

    desk.route("**/styleguide/?page=desk&part=1", answer)
    desk.evaluate(NOW)
    desk.evaluate(NOW)
    expect(desk.locator("#alarm")).to_have_text("As it is")
    with desk.expect_event("requestfinished", lambda request: "part=1" in request.url):
        held[0].fulfill(body='<div id="alarm" data-part>As it was</div>', headers={"ETag": '"1"'})
    with desk.expect_request("**/styleguide/?page=desk&part=1") as again:
        desk.evaluate("dispatchEvent(new Event('online'))")
    assert again.value.headers["if-none-match"] == '"2"'
    expect(desk.locator("#alarm")).to_have_text("As it is")


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_is_said_and_unsaid(desk: "Page") -> None:
    desk.route("**/styleguide/?page=desk&part=1", lambda route: route.abort())
    desk.evaluate(NOW)
    desk.wait_for_selector("#stale:not([hidden]) >> text=Connection lost")
    desk.unroute("**/styleguide/?page=desk&part=1")
    desk.evaluate(NOW)
    desk.wait_for_selector("#stale", state="hidden")


@pytest.mark.django_db(transaction=True)
def test_whoever_is_signed_out_is_told(desk: "Page") -> None:
    desk.context.clear_cookies()
    desk.evaluate(NOW)
    desk.wait_for_selector("#stale >> text=signed out")


@pytest.mark.django_db(transaction=True)
def test_shortcuts_reach_a_field(desk: "Page") -> None:
    desk.keyboard.press("Alt+KeyL")
    expect(desk.locator("#who")).to_be_focused()
