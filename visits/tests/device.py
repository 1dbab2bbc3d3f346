"""A tablet for browser tests: Chromium on a profile of its own on the disk, which can be killed and started again."""

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.test import Client

from homevisits.people.models import Staff
from homevisits.testing import services
from homevisits.testing.browser import PATIENCE, QUIET, TABLET

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page


class Device:
    """A tablet: a browser with a profile of its own on the disk, which can be killed and started again."""

    def __init__(self, playwright: Any, folder: Path, base: str) -> None:
        self.playwright, self.folder, self.base = playwright, folder, base
        self.context: BrowserContext
        self.start()

    def start(self) -> "Page":
        """Start the browser on its profile."""
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder, executable_path=services.chromium(), args=QUIET, viewport=TABLET, has_touch=True, locale="en-GB",
            timezone_id="Europe/London", base_url=self.base,
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE)
        return self.page

    @property
    def page(self) -> "Page":
        return self.context.pages[0]

    def sign_in(self, staff: Staff) -> None:
        """Give it the session of a member of staff."""
        client = Client()
        client.force_login(staff)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.base}])

    def kill(self) -> None:
        """End every process of this browser as a flat battery does."""
        mark = f"--user-data-dir={self.folder}".encode()
        for process in Path("/proc").iterdir():
            try:
                if process.name.isdigit() and mark in (process / "cmdline").read_bytes():
                    os.kill(int(process.name), signal.SIGKILL)
            except (FileNotFoundError, ProcessLookupError):
                continue

    def run(self, script: str) -> Any:
        """What an expression of a page's script answers."""
        return self.page.evaluate(script)

    def kept(self, store: str) -> int:
        """How many rows a store of the tablet has; of what was taken along only visits and their pages, not the empty concern form."""
        return int(self.run(f"() => tabletStore.all('{store}').then((rows) => rows.filter((row) => row.what !== 'alone').length)"))

    def has_key(self) -> bool:
        """Whether the session key is in the browser."""
        return any(cookie["name"] == "tablet_key" for cookie in self.context.cookies())

    def holds(self, *needles: str) -> list[str]:
        """Which files of the profile hold one of these words, as UTF-8 or UTF-16."""
        wanted = [word.encode(code) for word in needles for code in ("utf-8", "utf-16-le", "utf-16-be")]
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        assert len(files) > 20
        return [str(path.relative_to(self.folder)) for path in files if any(word in path.read_bytes() for word in wanted)]


def draw(page: "Page") -> None:
    """A stroke of a finger on the field for a signature, and wait until it is one."""
    from playwright.sync_api import expect

    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 8):
        page.mouse.move(box["x"] + 30 + step * 25, box["y"] + 60 + (step % 2) * 40)
    page.mouse.up()
    expect(page.locator('[name="drawn"]')).not_to_have_value("")
