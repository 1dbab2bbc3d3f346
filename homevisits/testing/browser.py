"""A real browser for tests: `page` is playwright's, with the Chromium that is installed and no traffic of its own.

Fixtures: `signed_in(page, staff)`, `accessible(page)`, `pictures(page, name)`. A click returns before what it starts has happened: send
a form with `submit(page, selector)`, and after any other act wait for what is expected (`expect(...)`, `page.wait_for_...`).
"""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from . import services

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

PATIENCE = 60_000  # ms for what comes within a blink on an idle machine: two cores may have ten processes to serve
TABLET = {"width": 820, "height": 1180}
DESK = {"width": 1366, "height": 768}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the installed Chromium. As root there is no sandbox; the rest keeps it from calling home."""
    return {**browser_type_launch_args, "executable_path": services.bare_chromium(), "args": QUIET}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A desk in an English school."""
    return {**browser_context_args, "viewport": DESK, "locale": "en-GB", "timezone_id": "Europe/London"}


@pytest.fixture
def context(new_context: Callable[[], "BrowserContext"]) -> "Iterator[BrowserContext]":
    """Playwright's, patient, and closed before the database is emptied: what the page still asked for is answered by then."""
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE)
    context = new_context()
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(PATIENCE / 1000)


def submit(page: "Page", selector: str = "main button[type=submit]") -> None:
    """Press the button of a form and wait until the page that answers has been loaded."""
    with page.expect_navigation():
        page.click(selector)


@pytest.fixture
def signed_in(live_server: Any, client: Any) -> Callable[["Page", Any], None]:
    """Give the browser the session of a member of staff, without going through the sign-in pages."""

    def sign_in(page: "Page", staff: Any) -> None:
        client.force_login(staff)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])

    return sign_in


@pytest.fixture
def accessible() -> Callable[["Page"], None]:
    """Assert that axe finds nothing serious or critical on the page as it stands."""

    def check(page: "Page") -> None:
        from axe_playwright_python.sync_playwright import Axe

        page.wait_for_load_state()
        found = Axe().run(page).response["violations"]
        grave = [violation for violation in found if violation["impact"] in ("serious", "critical")]
        said = [f"{v['id']}: {v['help']}: {[node['target'] for node in v['nodes']][:5]}" for v in grave]
        assert not grave, "\n".join([page.url, *said])

    return check


@pytest.fixture
def pictures() -> Callable[["Page", str], list[Path]]:
    """Keep the page as it looks on a tablet and at a desk, in var/screenshots, for people to look at."""

    def take(page: "Page", name: str) -> list[Path]:
        folder = Path(settings.VAR_DIR) / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        before, files = page.viewport_size, []
        for size in (TABLET, DESK):
            page.set_viewport_size({"width": size["width"], "height": size["height"]})
            files.append(folder / f"{name}-{size['width']}x{size['height']}.png")
            # Hiding the caret would leave empty style attributes, which htmx copies and the content security policy forbids.
            page.screenshot(path=files[-1], caret="initial")
        if before:
            page.set_viewport_size(before)
        return files

    return take
