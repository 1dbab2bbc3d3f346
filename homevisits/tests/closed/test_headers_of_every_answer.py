"""Every kind of answer carries the headers that keep it where it belongs: pages, files, errors, static files, parts of pages."""

import os
import re
import secrets
import subprocess
import sys
from collections import Counter

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from homevisits.tests.test_behind_https import example

from .crawl import Answer, crawl
from .world import World, pages

pytestmark = [pytest.mark.django_db, pytest.mark.once]
WANTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
STRICTER = ("Referrer-Policy", "no-referrer")  # where a secret stands in the address
POLICY = {"default-src": "'self'", "object-src": "'none'", "frame-ancestors": "'none'", "base-uri": "'self'", "form-action": "'self'"}
ELSEWHERE = ("/nowhere/", "/s/nowhere/", "/s/oak/visits/999999/", "/health/", "/static/css/look.css", "/static/none.css", "/media/x.html")


# What is nobody's: files of the product, the frame that stands for a page without network, what a school tells all parents.
PUBLIC = re.compile(r"^/(static/|offline/|sw\.js|manifest\.)")


def kept_rightly(answer: Answer) -> bool:
    """Whether a browser keeps an answer only where it may: what is about people leaves no copy."""
    said = answer.headers.get("Cache-Control", "")
    return bool(said) if PUBLIC.match(answer.address) else "no-store" in said


def faults(answer: Answer) -> list[str]:
    """What is missing in the headers of an answer."""
    policy = answer.headers.get("Content-Security-Policy", "")
    said = [f"{name}: {answer.headers.get(name)}" for name, value in WANTED.items() if answer.headers.get(name) != value]
    said = [each for each in said if each != ": ".join(STRICTER)]
    closed = "default-src 'none'" in policy and "sandbox" in policy  # what people handed in
    if "unsafe" in policy or not (closed or all(f"{name} {value}" in policy for name, value in POLICY.items())):
        said.append(f"Content-Security-Policy: {policy}")
    if "camera=()" not in answer.headers.get("Permissions-Policy", ""):
        said.append("Permissions-Policy")
    if answer.status < 400 and not kept_rightly(answer):
        said.append(f"Cache-Control: {answer.headers.get('Cache-Control')}")
    return [f"{answer.address} ({answer.status}) {each}" for each in said]


def test_every_sampled_answer_has_them(answers: list[Answer]) -> None:
    kinds = Counter(answer.kind for answer in answers)
    assert len(kinds) > 3
    assert [fault for answer in answers for fault in faults(answer)] == []


@pytest.mark.prove
def test_every_answer_has_them(world: World) -> None:
    answers = crawl(world, pages())
    found = [fault for answer in answers for fault in faults(answer)]
    print(f"headers: {len(answers)} answers, {dict(Counter(answer.kind for answer in answers))}, {len(found)} faults")
    assert found == []


@pytest.mark.parametrize("address", ELSEWHERE)
def test_errors_and_static_files_have_them_too(world: World, address: str) -> None:
    assert finders.find("css/look.css")
    response = Client(raise_request_exception=False).get(address)
    answer = Answer("", address, response.status_code, dict(response.items()), b"")
    assert [fault for fault in faults(answer) if "Cache-Control" not in fault] == []


def test_what_has_not_changed_since_carries_them_too() -> None:
    response = Client().get("/static/css/look.css", headers={"If-Modified-Since": "Fri, 01 Jan 2100 10:00:00 GMT"})
    assert response.status_code == 304
    assert faults(Answer("", "/static/css/look.css", 304, dict(response.items()), b"")) == []


def test_what_is_missing_is_seen() -> None:
    assert len(faults(Answer("x", "/x/", 200, {}, b""))) == len(WANTED) + 3  # the policy, the permissions, the copy


def test_what_people_hand_in_is_never_shown_as_a_page(answers: list[Answer]) -> None:
    """A file of somebody's goes out as a file, or as a picture or PDF with a policy of its own; never as HTML or SVG of this site."""
    for answer in answers:
        if "Content-Disposition" in answer.headers:
            assert answer.kind not in ("text/html", "image/svg+xml", "application/xhtml+xml", "text/xml"), answer.address
    assert not any(str(pattern.pattern).startswith(settings.MEDIA_URL.lstrip("/") or "media") for pattern in _patterns())


def _patterns() -> list:  # type: ignore[type-arg]
    from django.urls import get_resolver

    return get_resolver().url_patterns


def test_cookies_cannot_be_read_by_scripts_or_sent_from_elsewhere(world: World) -> None:
    browser = Client()
    page = browser.get("/accounts/login/")
    browser.force_login(next(iter(world.people.values())))
    again = browser.get(world.addresses["school_home"])
    cookies = {**page.cookies, **again.cookies, "sessionid": browser.cookies["sessionid"]}
    assert {"csrftoken", "sessionid"} <= set(cookies)
    for name, cookie in cookies.items():
        assert cookie["samesite"] in ("Lax", "Strict"), name
        assert cookie["httponly"] or name == "csrftoken", name


def test_check_deploy_has_nothing_to_say() -> None:
    given = {**os.environ, **example(), "SECRET_KEY": secrets.token_urlsafe(60), "DJANGO_SETTINGS_MODULE": "homevisits.settings"}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO", "--tag", "security"]
    ended = subprocess.run(command, cwd=settings.BASE_DIR, env=given, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert "no issues" in ended.stdout
