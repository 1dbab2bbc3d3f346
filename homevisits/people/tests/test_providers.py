"""Sign-in through the school's own Microsoft or Google, against a server on this machine that answers as they do."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import environ
import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import Settings

from homevisits.audit.models import AuditEvent
from homevisits.common import providers
from homevisits.common.environment import faults
from homevisits.people.adapter_providers import vouched_for
from homevisits.people.models import Staff
from homevisits.people.tests.factories import SchoolFactory, StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ME: dict[str, str] = {}
SECRETS = ("MICROSOFT_TENANT", "MICROSOFT_CLIENT_ID", "MICROSOFT_CLIENT_SECRET")


class Answers(BaseHTTPRequestHandler):
    """The token of whoever comes, and who they are: ME."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.say({"access_token": "a", "token_type": "Bearer", "expires_in": 60})

    def do_GET(self) -> None:
        assert self.headers["Authorization"] == "Bearer a"
        self.say(ME)

    def say(self, what: dict[str, Any]) -> None:
        body = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def microsoft(settings: Settings) -> Iterator[None]:
    """Microsoft, switched on for one tenant, on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    at = f"http://127.0.0.1:{server.server_port}"
    env = environ.Env()
    env.ENVIRON = dict.fromkeys(("GOOGLE_DOMAIN", "GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"), "") | dict(
        zip(SECRETS, ("oak.example", "client", "secret"), strict=True)
    )
    found = providers.from_environment(env)
    found["microsoft"]["APPS"][0]["settings"] |= {"login_url": at, "graph_url": at}
    settings.SOCIALACCOUNT_PROVIDERS = found
    ME.clear()
    ME.update({"id": "11", "userPrincipalName": "Olive@oak.example", "mail": "head@oak.example", "jobTitle": "Office"})
    yield
    server.shutdown()
    server.server_close()


@pytest.fixture
def olive() -> Staff:
    return StaffFactory.create(email="olive@oak.example", school=SchoolFactory.create(slug="oak"), roles=["office_admin"])


def come_back(client: Client) -> HttpResponseBase:
    """Press the button, be let in over there, and come back."""
    assert "Sign in with Microsoft" in client.get("/accounts/login/").content.decode()
    to = urlsplit(client.post("/accounts/microsoft/login/")["Location"])
    asked = parse_qs(to.query)
    assert to.path == "/oak.example/oauth2/v2.0/authorize"
    assert asked["code_challenge_method"] == ["S256"]
    return client.get("/accounts/microsoft/login/callback/", {"code": "c", "state": asked["state"][0]})


def is_in(client: Client) -> bool:
    return client.get("/signed-in/").status_code == 204


def test_staff_of_the_school_come_in_by_the_address_it_answers_for(client: Client, olive: Staff, microsoft: None) -> None:
    assert come_back(client)["Location"] == "/"
    assert client.get("/signed-in/")["X-Person"] == str(olive.pk)
    linked = SocialAccount.objects.get()
    assert (linked.user_id, linked.extra_data) == (olive.pk, {}), "nothing else that it tells is kept"
    acts = list(AuditEvent.objects.order_by("id").values_list("act", flat=True))
    assert acts == ["people.provider_linked", "people.signed_in"]
    other = Client()
    come_back(other)
    assert is_in(other)
    assert SocialAccount.objects.count() == 1


def test_the_second_factor_is_still_asked(client: Client, olive: Staff, microsoft: None, settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    come_back(client)
    assert client.get("/s/oak/")["Location"] == "/accounts/2fa/", "whoever has none sets one up"
    TOTP.activate(olive, generate_totp_secret())
    other = Client()
    assert come_back(other)["Location"].startswith("/accounts/2fa/authenticate/")
    assert not is_in(other)


def test_the_schools_word_lets_that_of_the_provider_count(client: Client, olive: Staff, microsoft: None, settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = settings.PROVIDER_SECOND_FACTOR = True
    come_back(client)
    assert client.get("/s/oak/").status_code == 200
    by_password = Client()
    by_password.post("/accounts/login/", {"login": olive.email, "password": "home"})
    assert not is_in(by_password)


@pytest.mark.parametrize(
    "me",
    [
        {"userPrincipalName": "stranger@oak.example"},
        {"userPrincipalName": "stranger@evil.example", "mail": "olive@oak.example"},
        {"userPrincipalName": "olive_oak.example#EXT#@evil.onmicrosoft.example"},
        {"userPrincipalName": "", "mail": "olive@oak.example"},
    ],
)
def test_nobody_else_comes_in_and_nobody_is_made(client: Client, olive: Staff, microsoft: None, me: dict[str, str]) -> None:
    """Not whoever writes another's address under "mail", not a guest of the tenant."""
    ME.update(me)
    answer = come_back(client)
    assert answer["Location"] == "/accounts/login/"
    assert "Nobody here signs in with that account" in client.get("/accounts/login/").content.decode()
    assert not is_in(client)
    assert (Staff.objects.count(), SocialAccount.objects.count()) == (1, 0)
    assert AuditEvent.objects.get().act == "people.sign_in_failed"


def test_an_address_that_was_given_to_somebody_else_is_not_their_predecessors(client: Client, olive: Staff, microsoft: None) -> None:
    come_back(client)
    ME["id"] = "12"
    other = Client()
    come_back(other)
    assert not is_in(other)


def test_whoever_has_left_does_not_come_in(client: Client, olive: Staff, microsoft: None) -> None:
    come_back(client)
    Staff.objects.update(is_active=False)
    other = Client()
    come_back(other)
    assert not is_in(other)


def test_an_answer_that_nobody_asked_for_signs_nobody_in(client: Client, olive: Staff, microsoft: None) -> None:
    answer = client.get("/accounts/microsoft/login/callback/", {"code": "c", "state": "made up"})
    assert "Signing in did not work" in answer.content.decode()
    assert not is_in(client)


def test_without_its_variables_a_provider_is_not_there(client: Client) -> None:
    assert "Microsoft" not in client.get("/accounts/login/").content.decode()
    for path in ("microsoft/login/", "microsoft/login/callback/", "google/login/", "google/login/callback/"):
        assert client.post(f"/accounts/{path}")["Location"] == "/accounts/login/"


def test_a_provider_counts_only_for_one_organisation() -> None:
    assert faults({"MICROSOFT_TENANT": "common"})
    assert faults({"MICROSOFT_TENANT": "organizations"})
    assert not faults({"MICROSOFT_TENANT": "0f0f0f0f-1111-2222-3333-444444444444"})
    assert faults({"GOOGLE_DOMAIN": "anybody"})


def test_google_counts_verified_addresses_of_the_schools_domain(settings: Settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {"google": {"APPS": [{"settings": {"domain": "oak.example"}}]}}
    told = {"email": "Olive@oak.example", "email_verified": True, "hd": "oak.example"}
    assert vouched_for("google", told) == "olive@oak.example"
    for wrong in ({"email_verified": False}, {"hd": "evil.example"}, {"hd": None}, {"email": None}):
        assert vouched_for("google", {**told, **wrong}) == ""
