"""In a browser: the first sign-in sets up an app, its codes are kept on paper, a passkey is added, signs in and answers the step-up."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from homevisits.people.models import Staff
from homevisits.people.tests.factories import PASSWORD, SchoolFactory, StaffFactory
from homevisits.testing.browser import submit

pytest.importorskip("playwright")
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)
FINGER = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def helen() -> Staff:
    return StaffFactory.create(name="Helen Head", email="head@oak.example", school=SchoolFactory.create(slug="oak"), roles=["headteacher"])


def a_finger(page: Any) -> None:
    """A passkey's device that says yes."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER})


def made_old() -> None:
    """Every session's last proof is an hour old."""
    for row in Session.objects.all():
        store = SessionStore(row.session_key)
        store["proved"] = {**store["proved"], "at": store["proved"]["at"] - 3600}
        store.save()


def by_password(page: Any, staff: Staff) -> None:
    page.fill("#id_login", staff.email)
    page.fill("#id_password", PASSWORD)
    submit(page)


def shown(secret: str) -> str:
    code: str = format_hotp_value(hotp_value(secret, int(datetime.now(UTC).timestamp()) // 30))
    return code


def test_from_the_first_sign_in_to_the_passkey(
    page: Any, live_server: Any, helen: Staff, settings: Settings, accessible: Callable[[Any], None], pictures: Any
) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    a_finger(page)

    def look(name: str) -> None:
        accessible(page)
        pictures(page, f"second-factor-{name}")

    page.goto(live_server.url + "/s/oak/audit/")
    by_password(page, helen)
    expect(page).to_have_url(re.compile("/2fa/$"))
    expect(page.locator("body")).to_contain_text("before you carry on")
    submit(page, "main a[href$='totp/activate/']")
    expect(page.locator("img.qr")).to_have_js_property("complete", True)
    assert page.evaluate("document.querySelector('img.qr').naturalWidth") > 0, "drawn here, and allowed by the policy"
    secret = str(page.locator("#key strong").text_content())
    page.fill("#id_code", "000000")
    submit(page)
    expect(page.locator("main")).to_contain_text("That is not right")
    secret = str(page.locator("#key strong").text_content())
    page.fill("#id_code", shown(secret))
    submit(page)
    expect(page.locator(".codes li")).to_have_count(10)
    look("codes")
    page.reload()
    expect(page.locator("main h1")).to_have_text("Your recovery codes")

    page.goto(live_server.url + "/accounts/2fa/webauthn/add/")
    page.fill("#id_name", "Tablet in the office")
    page.check("#id_passwordless")
    look("passkey")
    submit(page, "#mfa_webauthn_add")
    expect(page).to_have_url(re.compile("/2fa/$"))
    for path in ("", "keys/{}/edit/", "keys/{}/remove/"):
        key = helen.authenticator_set.get(type="webauthn").pk  # type: ignore[attr-defined]  # allauth's
        page.goto(f"{live_server.url}/accounts/2fa/webauthn/{path.format(key)}")
        expect(page.locator("main")).to_contain_text(re.compile("Rename the key|Tablet in the office"))
    look("remove-a-key")

    page.goto(live_server.url + "/s/oak/audit/")
    expect(page).to_have_url(re.compile("/s/oak/audit/"))
    submit(page, ".top__out button")
    page.context.clear_cookies(name="known_browser")  # wrong passwords do not stand in a passkey’s way, not even on a strange one
    for _ in range(6):
        guessed = Client().post("/accounts/login/", {"login": helen.email, "password": "wrong"})
    assert "Too many tries" in guessed.content.decode()
    submit(page, "#passkey_login")
    expect(page).to_have_url(re.compile("/s/oak/"))
    made_old()
    page.goto(live_server.url + "/s/oak/audit/")
    expect(page).to_have_url(re.compile("/accounts/reauthenticate/"))
    look("once-more")
    submit(page, "#ask_passkey")
    expect(page).to_have_url(re.compile("/s/oak/audit/$"))

    submit(page, ".top__out button")
    by_password(page, helen)
    expect(page.locator("main h1")).to_have_text("One more step")
    submit(page, "#mfa_webauthn_authenticate")
    expect(page).to_have_url(re.compile("/s/oak/"))
    assert [line for line in said if "favicon" not in line] == []
