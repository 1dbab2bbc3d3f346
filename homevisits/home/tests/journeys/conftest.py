"""Browsers side by side, closed before the database is emptied."""

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from homevisits.testing.browser import PATIENCE

from .browsers import Browser

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext


@pytest.fixture
def browser_for(
    new_context: Callable[..., "BrowserContext"], live_server: Any, accessible: Callable[..., None]
) -> Iterator[Callable[[dict[str, int]], Browser]]:
    """`browser_for(TABLET)`: one more browser, with nobody signed in."""
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE)
    opened = []

    def start(size: dict[str, int]) -> Browser:
        context = new_context()
        context.set_default_timeout(PATIENCE)
        # A page in the background does not refresh itself: it would only take away, between two acts, what is about to be pressed.
        context.add_init_script("Object.defineProperty(document, 'hidden', {get: () => true})")
        opened.append(context)
        page = context.new_page()
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        return Browser(page, live_server.url, accessible)

    yield start
    for context in opened:
        context.close()
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(PATIENCE / 1000)
