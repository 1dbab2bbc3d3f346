"""A real installation, as the environment of deploy/homevisits.env.example makes it: behind a proxy that speaks https."""

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

from homevisits.common import environment
from homevisits.common.security import HEADERS
from homevisits.testing.template import put_into

pytestmark = pytest.mark.once

ASK = """
import json, django
django.setup()
from django.test import Client
import homevisits.wsgi
host = {"HTTP_HOST": "visits.school.example"}
https = {"HTTP_X_FORWARDED_PROTO": "https"}
asked = {
    "health": ("/health/", {}),
    "plain": ("/accounts/login/", {}),
    "secure": ("/accounts/login/", https),
    "stranger": ("/accounts/login/", {**https, "HTTP_HOST": "other.example"}),
}
said = {}
for name, (path, more) in asked.items():
    answer = Client(raise_request_exception=False).get(path, **{**host, **more})
    said[name] = {"status": answer.status_code, "headers": dict(answer.items()), "cookies": answer.cookies.output()}
print(json.dumps(said))
"""


def example() -> dict[str, str]:
    """The variables of the example, with a key of its own and no services."""
    lines = (settings.BASE_DIR / "deploy" / "homevisits.env.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    return {**given, "SECRET_KEY": "k" * 50, "DATABASE_URL": "", "REDIS_URL": ""}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("var")
    put_into(folder)
    bare = {key: value for key, value in os.environ.items() if key not in environment.TABLE}
    given = {**bare, **example(), "HOMEVISITS_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "homevisits.settings"}
    for command in (["manage.py", "migrate", "-v0"], ["manage.py", "createcachetable"]):
        subprocess.run([sys.executable, *command], cwd=settings.BASE_DIR, env=given, check=True, capture_output=True)
    ended = subprocess.run([sys.executable, "-c", ASK], cwd=settings.BASE_DIR, env=given, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    answer: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return answer


def test_the_example_names_what_must_be_set() -> None:
    assert environment.faults(example()) == []
    assert environment.unfit_for_children(example()) == []
    assert set(example()) <= set(environment.TABLE)


def test_a_load_balancer_may_ask_without_https(said: dict[str, Any]) -> None:
    assert said["health"]["status"] == 200


def test_people_are_sent_to_https(said: dict[str, Any]) -> None:
    assert said["plain"]["status"] == 301
    assert said["plain"]["headers"]["Location"].startswith("https://visits.school.example/")


def test_https_is_remembered_and_cookies_keep_to_it(said: dict[str, Any]) -> None:
    page = said["secure"]
    assert page["status"] == 200
    assert page["headers"]["Strict-Transport-Security"] == "max-age=31536000"
    assert "csrftoken" in page["cookies"]
    assert page["cookies"].count("Secure") == page["cookies"].count("Set-Cookie")


@pytest.mark.parametrize("name", ["plain", "secure", "stranger", "health"])
def test_whatever_answers_first_carries_the_headers(said: dict[str, Any], name: str) -> None:
    """The redirect to https and the refusal of a strange host come from above every page."""
    headers = said[name]["headers"]
    wanted = {"Content-Security-Policy", *HEADERS}
    assert wanted - set(headers) == set()
    assert "unsafe" not in headers["Content-Security-Policy"]


def test_another_host_s_name_is_refused(said: dict[str, Any]) -> None:
    assert said["stranger"]["status"] == 400
