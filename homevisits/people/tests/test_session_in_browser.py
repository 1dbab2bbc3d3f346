"""In a browser: a time-out loses nothing that was typed, and the back button shows nothing after signing out."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.urls import reverse

from homevisits.people.models import Staff
from homevisits.people.tests.factories import PASSWORD, SchoolFactory, StaffFactory
from homevisits.testing.browser import submit

pytest.importorskip("playwright")
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[Any, Staff], None]


@pytest.fixture
def head() -> Staff:
    school = SchoolFactory.create(slug="oak")
    return StaffFactory.create(email="head@oak.example", school=school, roles=["headteacher"])


def time_out() -> None:
    """Make every session one that nobody used for an hour."""
    for row in Session.objects.all():
        store = SessionStore(row.session_key)
        store["used_at"] -= 3600
        store.save()


def sign_in_elsewhere(page: Any, live_server: Any, staff: Staff) -> None:
    other = page.context.new_page()
    other.goto(live_server.url + reverse("account_login"))
    other.fill("#id_login", staff.email)
    other.fill("#id_password", PASSWORD)
    submit(other)
    expect(other).to_have_url(re.compile("/s/oak/"))
    other.close()


def type_a_person(page: Any, live_server: Any) -> None:
    page.clock.install()
    page.goto(live_server.url + "/s/oak/staff/add/")
    page.fill("#id_name", "Tess Teach")
    page.fill("#id_email", "tess@oak.example")
    page.select_option("#id_role", "class_teacher")


def twenty_minutes(page: Any) -> None:
    """They pass for somebody who is still at the page."""
    page.clock.fast_forward("10:00")
    page.locator("#id_name").press("End")
    page.clock.fast_forward("10:00")


def test_what_was_typed_outlives_a_time_out(page: Any, live_server: Any, head: Staff, signed_in: SignIn) -> None:
    signed_in(page, head)
    type_a_person(page, live_server)
    time_out()
    twenty_minutes(page)
    page.click("main button[type=submit]")
    expect(page.locator("#stale")).to_contain_text("You have been signed out. What you typed is still here")
    expect(page.locator("#id_name")).to_have_value("Tess Teach")
    sign_in_elsewhere(page, live_server, head)
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile(r"/staff/\d+/$"))
    assert Staff.objects.filter(email="tess@oak.example").exists()


def test_nothing_is_sent_under_another_persons_name(page: Any, live_server: Any, head: Staff, signed_in: SignIn) -> None:
    other = StaffFactory.create(email="principal@oak.example", school=head.roles.get().school, roles=["principal"])
    signed_in(page, head)
    type_a_person(page, live_server)
    time_out()
    twenty_minutes(page)
    sign_in_elsewhere(page, live_server, other)
    page.locator("main form").evaluate("form => form.requestSubmit()")
    expect(page.locator("#stale")).to_contain_text("You have been signed out")
    assert not Staff.objects.filter(email="tess@oak.example").exists()


def test_a_page_that_nobody_attends_or_that_was_left_in_another_tab_is_covered(
    page: Any, live_server: Any, head: Staff, signed_in: SignIn
) -> None:
    signed_in(page, head)
    type_a_person(page, live_server)
    page.clock.fast_forward("16:00")
    expect(page.locator("main")).to_be_visible()  # the sign-in is not over
    time_out()
    page.clock.fast_forward("00:31")
    expect(page.locator("#stale")).to_contain_text("You have been signed out")
    expect(page.locator("#id_name")).to_be_hidden()
    expect(page).to_have_title("Signed out")
    sign_in_elsewhere(page, live_server, head)
    page.clock.fast_forward("00:31")
    expect(page.locator("#id_name")).to_have_value("Tess Teach")
    expect(page.locator("#id_name")).to_be_visible()
    other = page.context.new_page()
    other.goto(live_server.url + "/s/oak/")
    submit(other, ".top__out button")
    expect(page.locator("#id_name")).to_be_hidden()


def test_the_back_button_shows_nothing_after_signing_out(page: Any, live_server: Any, head: Staff, signed_in: SignIn) -> None:
    signed_in(page, head)
    page.goto(live_server.url + "/s/oak/staff/")
    assert "head@oak.example" in page.content()
    submit(page, ".top__out button")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=/s/oak/staff/"))
    expect(page.locator("main")).to_contain_text("Sign in")
    assert "head@oak.example" not in page.content()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("staff", "/s/oak/staff/"), ("staff-add", "/s/oak/staff/add/"), ("duty", "/s/oak/staff/duty/"), ("audit", "/s/oak/audit/"),
        ("account", "/account/"), ("second-factor", "/accounts/2fa/"), ("start", "/s/oak/"),
    ],
)  # fmt: skip
def test_pages_can_be_used_by_everybody(
    page: Any, live_server: Any, head: Staff, signed_in: SignIn, accessible: Callable[[Any], None], pictures: Any, name: str, path: str
) -> None:
    school = head.roles.get().school
    StaffFactory.create(school=school, roles=["senior_manager", "dsl"])
    StaffFactory.create(school=school, roles=["class_teacher"], class_name="3A")
    signed_in(page, head)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(live_server.url + path)
    accessible(page)
    pictures(page, name)
    assert said == []
