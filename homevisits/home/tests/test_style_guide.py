"""Every layout and component in a real browser: axe finds nothing grave, the policy blocks nothing, errors take the focus."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from homevisits.people.tests.factories import PASSWORD, SchoolFactory, StaffFactory
from homevisits.testing.browser import submit

if TYPE_CHECKING:
    from playwright.sync_api import Page
else:
    pytest.importorskip("playwright")

from playwright.sync_api import expect

PAGES = ("desk", "form", "confirm", "tablet", "card", "public", "empty")


@pytest.mark.django_db(transaction=True)
def test_style_guide(
    page: "Page",
    live_server: Any,
    signed_in: Callable[..., None],
    accessible: Callable[..., None],
    pictures: Callable[..., list[Path]],
    settings: Any,
) -> None:
    settings.DEMO = True
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    signed_in(page, StaffFactory.create(name="Margaret Oyelaran-Whitcombe", school=SchoolFactory.create()))
    for name in PAGES:
        page.goto(f"{live_server.url}/styleguide/?page={name}")
        expect(page).to_have_title(re.compile("Home Visits$"))
        pictures(page, f"styleguide-{name}")
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"
    assert said == []


@pytest.mark.django_db(transaction=True)
def test_errors_take_the_focus_and_lead_to_their_field(
    page: "Page", live_server: Any, signed_in: Callable[..., None], accessible: Callable[..., None], settings: Any
) -> None:
    settings.DEMO = True
    signed_in(page, StaffFactory.create(school=SchoolFactory.create()))
    page.goto(f"{live_server.url}/styleguide/?page=form")
    page.fill("#id_name", "Ada Example")
    submit(page)
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    expect(page.locator("#id_name")).to_have_value("Ada Example")
    page.locator(".govuk-error-summary").get_by_text("Answer the question").click()
    expect(page.locator("#id_channel_1")).to_be_focused()
    accessible(page)


@pytest.mark.django_db(transaction=True)
def test_the_sign_in_pages_wear_the_look(
    page: "Page", live_server: Any, accessible: Callable[..., None], pictures: Callable[..., list[Path]]
) -> None:
    for path in ("login/", "password/reset/", "password/reset/done/", "inactive/", "password/reset/key/1-bad/"):
        page.goto(f"{live_server.url}/accounts/{path}")
        assert page.locator("header.top").count() == 1, path
        assert page.locator("main h1").count() == 1, path
        accessible(page)
    pictures(page, "sign-in")


@pytest.mark.django_db(transaction=True)
def test_the_pages_of_the_second_step_wear_the_look_and_the_policy_blocks_none_of_their_scripts(
    page: "Page", live_server: Any, accessible: Callable[..., None], pictures: Callable[..., list[Path]]
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    staff = StaffFactory.create(school=SchoolFactory.create(), roles=["headteacher"])
    staff.set_password(PASSWORD)
    staff.save()
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("#id_login", staff.email)
    page.fill("#id_password", PASSWORD)
    submit(page)
    expect(page).to_have_url(re.compile("/s/"))
    for path in ("", "totp/activate/", "webauthn/add/", "webauthn/"):
        page.goto(f"{live_server.url}/accounts/2fa/{path}")
        assert page.locator("header.top").count() == page.locator("main h1").count() == 1, path
        accessible(page)
        pictures(page, f"second-step-{path.strip('/').replace('/', '-')}")
    assert said == []
