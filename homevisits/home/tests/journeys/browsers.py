"""The browsers of a visit: several people at once, each on the screen they use, all at one instant of the school's clock."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from homevisits.common import clock
from homevisits.people.models import School, Staff
from homevisits.testing.browser import TABLET

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PHONE = {"width": 390, "height": 844}
# What was looked at already in this run: the same page is neither checked nor drawn for every policy.
_LOOKED: set[str] = set()


def set_clock(school: School, at: datetime) -> None:
    """The school's pages show `at` from now on."""
    School.objects.filter(pk=school.pk).update(is_demo=True, clock_from=clock.now(), clock_shows=at, clock_speed=1)


class Browser:
    """One window: whoever is signed in, the pages they open, the forms they send."""

    def __init__(self, page: "Page", base: str, accessible: Callable[["Page"], None]) -> None:
        self.page, self.base, self.accessible = page, base, accessible
        self._cookies: dict[int, str] = {}

    def sign_in(self, staff: Staff) -> "Browser":
        """Hand the screen to somebody."""
        if staff.pk not in self._cookies:
            client = Client()
            client.force_login(staff)
            self._cookies[staff.pk] = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": self._cookies[staff.pk], "url": self.base}])
        return self

    def open(self, name: str, *parts: Any, query: str = "") -> "Browser":
        """Go to a page by its name and the parts of its address."""
        self.page.goto(self.base + reverse(name, args=parts) + query)
        return self

    def fill(self, **given: str | bool) -> "Browser":
        """Fill in fields by name: text, one of a list, a choice of several, a box to tick."""
        for name, value in given.items():
            field = self.page.locator(f'main [name="{name}"]')
            kind = field.first.evaluate("one => one.type || one.tagName")
            if kind == "radio":
                self.page.locator(f'main [name="{name}"][value="{value}"]').check()
            elif kind == "checkbox":
                field.first.set_checked(bool(value)) if isinstance(value, bool) else self.tick(name, value)
            elif kind == "select-one":
                field.select_option(label=str(value))
            else:
                field.fill(str(value))
        return self

    def tick(self, name: str, value: str) -> None:
        """Tick one of several boxes of one name."""
        self.page.locator(f'main [name="{name}"][value="{value}"]').check()

    def press(self, words: str) -> "Browser":
        """Press a button and wait for the page that answers."""
        return self.send(self.page.get_by_role("button", name=words).first)

    def follow(self, words: str, *, exact: bool = False) -> "Browser":
        """Follow a link and wait for its page."""
        return self.send(self.page.get_by_role("link", name=words, exact=exact).first)

    def send(self, what: "Locator") -> "Browser":
        """Press it and wait for the page that answers."""
        with self.page.expect_navigation():
            what.click()
        return self

    def expect(self, selector: str, words: str) -> "Browser":
        """Wait until a part of the page says this."""
        from playwright.sync_api import expect

        expect(self.page.locator(selector).first).to_contain_text(words)
        return self

    def look(self, name: str) -> "Browser":
        """Once a run: nothing on this page is out of reach for anybody, and its picture is kept at its own size."""
        if name not in _LOOKED:
            _LOOKED.add(name)
            self.accessible(self.page)
            size = self.page.viewport_size or TABLET
            folder = Path(settings.VAR_DIR) / "screenshots"
            folder.mkdir(parents=True, exist_ok=True)
            # The caret stays: hiding it would leave empty style attributes, which the content security policy forbids.
            self.page.screenshot(path=folder / f"journey-{name}-{size['width']}.png", full_page=True, caret="initial")
            assert "{'" not in self.page.inner_text("body"), f"{name} shows what only a program reads"
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"], f"{name} is {wide} px wide on a screen of {size['width']}"
        return self
