"""Headers, error pages and the form that was open too long."""

import re
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from homevisits.home import errors
from homevisits.people.tests.factories import SchoolFactory, StaffFactory


@pytest.mark.django_db
def test_the_content_security_policy_is_strict(client: Client) -> None:
    answer = client.get(reverse("account_login"))
    policy = dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["script-src"] == "'self'"  # a nonce is added for a page that uses one, and only then
    assert policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert policy["base-uri"] == policy["form-action"] == "'self'"
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_a_page_that_asks_for_a_nonce_gets_one_of_its_own() -> None:
    from csp.middleware import CSPMiddleware
    from django.http import HttpRequest, HttpResponse

    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(request.csp_nonce))  # type: ignore[attr-defined]

    answers: list[Any] = [CSPMiddleware(page)(RequestFactory().get("/")) for _ in range(2)]
    nonces = [answer.content.decode() for answer in answers]
    assert nonces[0] != nonces[1]
    assert all(f"'nonce-{nonce}'" in answer["Content-Security-Policy"] for nonce, answer in zip(nonces, answers, strict=True))


@pytest.mark.django_db
def test_other_headers(client: Client) -> None:
    client.force_login(StaffFactory.create(school=SchoolFactory.create()))
    answer = client.get(reverse("choose_school"))
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "camera=()" in answer["Permissions-Policy"]


@pytest.mark.django_db
def test_no_page_of_the_frame_writes_script_or_style_in_place(client: Client, settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    client.force_login(StaffFactory.create(school=SchoolFactory.create()))
    for page in ("desk", "form", "confirm", "tablet", "card", "public", "empty"):
        html = client.get(f"/styleguide/?page={page}").content.decode()
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", html), page
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html)), page
        assert "http://" not in html.replace("http://www.w3.org", ""), page


@pytest.mark.django_db
def test_the_style_guide_is_not_there_in_a_real_installation(client: Client) -> None:
    client.force_login(StaffFactory.create(school=SchoolFactory.create()))
    assert client.get("/styleguide/").status_code == 404


@pytest.mark.django_db
def test_a_form_that_was_open_too_long_gives_back_what_was_typed() -> None:
    client = Client(enforce_csrf_checks=True)
    typed = {"what_was_said": "Mum: he is <poorly>", "password": "secret words", "token": "abc", "empty": ""}
    page = client.post(reverse("account_login"), typed, headers={"Sec-Fetch-Site": "same-origin"})
    assert page.status_code == 403
    html = page.content.decode()
    assert "What was said" in html
    assert "Mum: he is &lt;poorly&gt;" in html
    assert "secret words" not in html
    assert "abc" not in html


@pytest.mark.django_db
def test_a_form_of_another_site_is_not_shown_back() -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.post(reverse("account_login"), {"what_was_said": "planted"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 403
    assert b"planted" not in page.content


def test_the_page_for_our_own_failure_needs_nothing() -> None:
    answer = errors.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "was not saved" in answer.content.decode()


@pytest.mark.django_db
def test_error_pages_say_where_to_go(client: Client) -> None:
    request = RequestFactory().get("/x")
    from django.contrib.auth.models import AnonymousUser

    request.user = AnonymousUser()
    for view, status in ((errors.bad_request, 400), (errors.forbidden, 403), (errors.not_found, 404), (errors.too_many, 429)):
        answer = view(request)
        assert answer.status_code == status
        assert reverse("account_login") in answer.content.decode()
