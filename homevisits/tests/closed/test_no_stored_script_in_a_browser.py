"""The same in Chromium (reliability.md, R20): pages full of what would run, opened with their scripts and their policy; nothing runs."""

from typing import TYPE_CHECKING

import pytest
from django.contrib.staticfiles import finders

from .crawl import Answer, crawl
from .payloads import PAYLOADS
from .texts import write_everywhere
from .world import World, pages

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Route

pytest.importorskip("playwright")
pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.needs_sqlite, pytest.mark.needs_chromium]

HERE = "http://oak.example"
# What a payload would do, and what the policy would stop because the page let it through.
WATCH = """
  window.ran = [];
  window.run = () => window.ran.push("run()");
  document.addEventListener("securitypolicyviolation", (event) => window.ran.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


def _worst(answers: list[Answer], count: int) -> list[Answer]:
    """The pages that show most of it."""
    shown = [answer for answer in answers if answer.kind == "text/html" and answer.status == 200 and "pwned" in answer.text]
    return sorted(shown, key=lambda answer: answer.text.count("pwned"), reverse=True)[:count]


def _opened(context: "BrowserContext", answers: list[Answer]) -> list[str]:
    """Open each answer as the browser would get it, static files with it; what ran, was stopped, or was asked of another place."""
    by_address = {answer.address: answer for answer in answers}
    faults: list[str] = []

    def serve(route: "Route") -> None:
        address = route.request.url.removeprefix(HERE)
        if not route.request.url.startswith(HERE):
            faults.append(f"{page.url} asks {route.request.url}")
            route.abort()
        elif address.startswith("/static/") and (file := finders.find(address.removeprefix("/static/").split("?")[0])):
            route.fulfill(path=str(file))
        elif address in by_address:
            route.fulfill(status=200, headers=by_address[address].headers, body=by_address[address].body)
        else:
            route.fulfill(status=204)

    context.add_init_script(WATCH)
    context.route("**/*", serve)
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.dismiss())
    for answer in answers:
        page.goto(HERE + answer.address, wait_until="load")
        faults += [f"{answer.address}: {what}" for what in page.evaluate("window.ran")]
    return faults


def test_the_worst_pages_run_nothing(answers: list[Answer], context: "BrowserContext") -> None:
    worst = _worst(answers, 10)
    assert len(worst) == 10
    assert _opened(context, worst) == []


@pytest.mark.prove
@pytest.mark.parametrize("turn", range(0, len(PAYLOADS), 8))
def test_no_page_runs_anything(world: World, turn: int, context: "BrowserContext") -> None:
    write_everywhere(lambda number: PAYLOADS[(number + turn) % len(PAYLOADS)])
    worst = _worst(crawl(world, pages()), 1000)
    found = _opened(context, worst)
    print(f"R20 in Chromium, turn {turn}: {len(worst)} pages, {len(found)} run")
    assert found == []
    assert len(worst) > 150


def test_the_watch_sees_what_runs(context: "BrowserContext") -> None:
    """Pages that let it through: one without a policy, where it runs, one with, where it is stopped."""
    policy = {"Content-Type": "text/html", "Content-Security-Policy": "default-src 'self'"}
    let_through = "<p>pwned</p><img src=x onerror=run()>"
    pages = [
        Answer("a", "/a/", 200, {"Content-Type": "text/html"}, let_through.encode()),
        Answer("b", "/b/", 200, policy, let_through.encode()),
    ]
    assert [fault.split(":")[0] for fault in _opened(context, pages)] == ["/a/", "/b/"]
