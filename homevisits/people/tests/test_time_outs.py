"""A session ends after 15 minutes without use and after 12 hours in any case; nothing of it stays in the browser."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from homevisits.audit.models import AuditEvent
from homevisits.common import clock
from homevisits.people.models import Staff
from homevisits.people.tests.factories import SchoolFactory, StaffFactory

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 24, 8, tzinfo=UTC)
HTMX = {"HX-Request": "true"}
LIVE = {**HTMX, "X-Live": "1"}
Ask = Callable[..., int]


@pytest.fixture
def olive(client: Client) -> Staff:
    staff = StaffFactory.create(school=SchoolFactory.create(slug="oak"), roles=["office_admin"])
    client.force_login(staff)
    return staff


@pytest.fixture
def ask(client: Client, olive: Staff) -> Ask:
    """Ask a page so many minutes after the start; answers its status."""

    def at(minutes: float, path: str = "/signed-in/", headers: dict[str, str] | None = None) -> int:
        with clock.frozen(START + timedelta(minutes=minutes)):
            return client.get(path, headers=headers or {}).status_code

    return at


def test_an_unused_session_ends_after_fifteen_minutes(ask: Ask) -> None:
    assert [ask(minute) for minute in (0, 14, 28, 42.9)] == [204, 204, 204, 204]
    assert ask(58) == 302
    assert ask(59) == 302


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(ask: Ask) -> None:
    assert ask(0) == 204
    assert [ask(minute, headers=LIVE) for minute in (4, 8, 12, 14.9)] == [204] * 4
    assert ask(15.1, headers=LIVE) == 401
    assert ask(15.2) == 302


def test_a_part_that_a_person_asks_for_keeps_them_signed_in(ask: Ask) -> None:
    assert [ask(minute, headers=HTMX) for minute in (0, 10, 20, 30)] == [204] * 4


def test_the_header_of_a_live_part_does_not_excuse_a_whole_page(ask: Ask) -> None:
    """X-Live alone is what a link or form cannot send; without htmx it counts as use, which only shortens nothing."""
    assert [ask(minute, headers={"X-Live": "1"}) for minute in (0, 10, 20)] == [204] * 3


def test_no_session_is_older_than_twelve_hours(ask: Ask) -> None:
    asked = [ask(minutes) for minutes in range(0, 12 * 60, 10)]
    assert asked == [204] * 72
    assert ask(12 * 60) == 302


@pytest.mark.parametrize("jump", [timedelta(days=365), timedelta(days=-1), timedelta(minutes=-5)])
def test_a_clock_that_jumps_ends_the_session(client: Client, olive: Staff, jump: timedelta) -> None:
    with clock.frozen(START):
        assert client.get("/signed-in/").status_code == 204
    with clock.frozen(START + jump):
        assert client.get("/signed-in/").status_code == 302


def test_a_time_out_is_recorded_and_said(client: Client, olive: Staff, ask: Ask) -> None:
    ask(0)
    with clock.frozen(START + timedelta(minutes=20)):
        answer = client.get("/s/oak/", {"q": "1"})
    assert answer["Location"] == "/accounts/login/?next=/s/oak/%3Fq%3D1"
    assert "nothing happened for 15 minutes" in client.get(answer["Location"]).content.decode()
    row = AuditEvent.objects.get(act="people.timed_out")
    assert (row.by_id, row.detail) == (olive.pk, {"why": "idle"})


@pytest.mark.parametrize(
    ("referer", "back"),
    [("http://testserver/s/oak/?q=1", "/s/oak/%3Fq%3D1"), ("http://evil.example/x", "/"), ("", "/")],
)
def test_a_form_sent_too_late_leads_back_to_its_page(client: Client, ask: Ask, referer: str, back: str) -> None:
    ask(0)
    with clock.frozen(START + timedelta(minutes=20)):
        answer = client.post("/s/oak/", {"said": "x"}, headers={"Referer": referer})
    assert answer["Location"] == f"/accounts/login/?next={back}"


def test_a_part_of_a_page_gets_no_sign_in_page_into_its_middle(client: Client, ask: Ask) -> None:
    ask(0)
    with clock.frozen(START + timedelta(minutes=20)):
        first = client.get("/s/oak/", headers=HTMX)
        then = client.get("/s/oak/", headers=LIVE)
    for answer in (first, then):
        assert (answer.status_code, answer["X-Signed-Out"]) == (401, "1")
        assert b"<" not in answer.content


def test_pages_leave_no_copy(client: Client, olive: Staff) -> None:
    for path in ("/", "/signed-in/", "/accounts/2fa/"):
        assert "no-store" in client.get(path)["Cache-Control"]
    client.post("/accounts/logout/")
    assert "no-store" in client.get("/accounts/login/")["Cache-Control"]
    assert client.get("/s/oak/").status_code == 302


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(client: Client, olive: Staff) -> None:
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"
    assert settings.BASE_URL.startswith("https://") == settings.SESSION_COOKIE_SECURE
    assert 'BASE_URL.startswith("https://")' in Path(settings.BASE_DIR, "homevisits/settings.py").read_text()


def test_a_second_factor_can_be_required(client: Client, olive: Staff, settings: Settings) -> None:
    assert client.get("/signed-in/").status_code == 204
    settings.REQUIRE_SECOND_FACTOR = True
    assert client.get("/signed-in/")["Location"] == "/accounts/2fa/"
    assert client.get("/signed-in/", headers=HTMX).status_code == 401
    assert client.get("/accounts/2fa/").status_code == 200
    Authenticator.objects.create(user=olive, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client.get("/signed-in/").status_code == 204


def test_the_second_factor_guards_the_admin_too(client: Client, settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    client.force_login(StaffFactory.create(is_staff=True, is_superuser=True))
    assert client.get("/admin/")["Location"] == "/accounts/2fa/"
