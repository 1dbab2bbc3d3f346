"""Sign-in through the school's own Microsoft or Google, against a server on this machine that answers as they do."""

from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlencode, urlsplit

import environ
import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import Settings

from homevisits.audit.models import AuditEvent
from homevisits.common import providers
from homevisits.common.environment import faults
from homevisits.people.adapter_providers import vouched_for
from homevisits.people.models import Staff
from homevisits.people.tests import openid_server
from homevisits.people.tests.factories import SchoolFactory, StaffFactory
from homevisits.people.tests.openid_server import CLIENT, SECRET, Store

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def there() -> Iterator[tuple[Store, str]]:
    """The other side, on this machine, with what it is to tell of whoever sits there."""
    with openid_server.running() as (store, address):
        yield store, address


@pytest.fixture
def microsoft(settings: Settings, there: tuple[Store, str]) -> Store:
    """Microsoft, switched on for one tenant."""
    store, address = there
    found = providers.from_environment(
        environment(MICROSOFT_TENANT="oak.example", MICROSOFT_CLIENT_ID=CLIENT, MICROSOFT_CLIENT_SECRET=SECRET)
    )
    found["microsoft"]["APPS"][0]["settings"] |= {"login_url": address, "graph_url": address}
    settings.SOCIALACCOUNT_PROVIDERS = found
    store.me = {"id": "11", "userPrincipalName": "Olive@oak.example", "mail": "head@oak.example", "jobTitle": "Office"}
    return store


@pytest.fixture
def google(settings: Settings, there: tuple[Store, str], monkeypatch: pytest.MonkeyPatch) -> Store:
    """Google, switched on for one domain; only where it answers is another address."""
    store, address = there
    settings.SOCIALACCOUNT_PROVIDERS = providers.from_environment(
        environment(GOOGLE_DOMAIN="oak.example", GOOGLE_CLIENT_ID=CLIENT, GOOGLE_CLIENT_SECRET=SECRET)
    )
    monkeypatch.setattr(GoogleOAuth2Adapter, "authorize_url", f"{address}/authorize")
    monkeypatch.setattr(GoogleOAuth2Adapter, "access_token_url", f"{address}/token")
    store.me = {"sub": "21", "email": "Olive@oak.example", "email_verified": True, "hd": "oak.example", "picture": "x"}
    return store


def environment(**given: str) -> environ.Env:
    """The variables of the providers, and nothing else."""
    env = environ.Env()
    names = [f"{name}_{part}" for name in ("MICROSOFT", "GOOGLE") for part in ("TENANT", "DOMAIN", "CLIENT_ID", "CLIENT_SECRET")]
    env.ENVIRON = {**dict.fromkeys(names, ""), **given}
    return env


@pytest.fixture
def olive() -> Staff:
    return StaffFactory.create(email="olive@oak.example", school=SchoolFactory.create(slug="oak"), roles=["office_admin"])


def let_in(client: Client, provider: str) -> str:
    """Press the button and be let in over there; the address that leads back, with its code."""
    assert f"Sign in with {provider.title()}" in client.get("/accounts/login/").content.decode()
    to = urlsplit(client.post(f"/accounts/{provider}/login/")["Location"])
    there = HTTPConnection(to.netloc)
    there.request("GET", f"{to.path}?{to.query}")
    back = there.getresponse().headers["Location"]
    there.close()
    assert back.startswith(f"http://testserver/accounts/{provider}/login/callback/?code=")
    return str(back).removeprefix("http://testserver")


def come_back(client: Client, provider: str = "microsoft") -> HttpResponseBase:
    """The whole way there and back."""
    return client.get(let_in(client, provider))


def is_in(client: Client) -> bool:
    return client.get("/signed-in/").status_code == 204


def test_staff_of_the_school_come_in_by_the_address_it_answers_for(client: Client, olive: Staff, microsoft: Store) -> None:
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


def test_the_second_factor_is_still_asked(client: Client, olive: Staff, microsoft: Store, settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    come_back(client)
    assert client.get("/s/oak/")["Location"] == "/accounts/2fa/", "whoever has none sets one up"
    TOTP.activate(olive, generate_totp_secret())
    other = Client()
    assert come_back(other)["Location"].startswith("/accounts/2fa/authenticate/")
    assert not is_in(other)


def test_the_schools_word_lets_that_of_the_provider_count(client: Client, olive: Staff, microsoft: Store, settings: Settings) -> None:
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
def test_nobody_else_comes_in_and_nobody_is_made(client: Client, olive: Staff, microsoft: Store, me: dict[str, str]) -> None:
    """Not whoever writes another's address under "mail", not a guest of the tenant."""
    microsoft.me |= me
    answer = come_back(client)
    assert answer["Location"] == "/accounts/login/"
    assert "Nobody here signs in with that account" in client.get("/accounts/login/").content.decode()
    assert not is_in(client)
    assert (Staff.objects.count(), SocialAccount.objects.count()) == (1, 0)
    assert AuditEvent.objects.get().act == "people.sign_in_failed"


def test_an_address_that_was_given_to_somebody_else_is_not_their_predecessors(client: Client, olive: Staff, microsoft: Store) -> None:
    come_back(client)
    microsoft.me["id"] = "12"
    other = Client()
    come_back(other)
    assert not is_in(other)


def test_whoever_has_left_does_not_come_in(client: Client, olive: Staff, microsoft: Store) -> None:
    come_back(client)
    Staff.objects.update(is_active=False)
    other = Client()
    come_back(other)
    assert not is_in(other)


@pytest.mark.parametrize("provider", ["microsoft", "google"])
def test_an_answer_that_this_session_did_not_ask_for_signs_nobody_in(
    client: Client, olive: Staff, provider: str, request: pytest.FixtureRequest
) -> None:
    """A state made up; a state and code of another session; another's code under one's own state; a code used twice."""
    store: Store = request.getfixturevalue(provider)
    callback = f"/accounts/{provider}/login/callback/"
    theirs, mine = (let_in(each, provider) for each in (Client(), client))
    caught, own = (dict(parse_qs(urlsplit(way).query)) for way in (theirs, mine))
    for forged in (
        {"code": own["code"][0], "state": "made up"},
        {"code": own["code"][0]},
        {"code": caught["code"][0], "state": caught["state"][0]},
        {"code": caught["code"][0], "state": own["state"][0]},
    ):
        answer = client.get(f"{callback}?{urlencode(forged)}")
        assert answer.status_code == 302 or "Signing in did not work" in answer.content.decode()
        assert not is_in(client), forged
    assert all(asked["code_challenge_method"] == "S256" and len(asked["state"]) >= 16 for asked in store.asked)
    again = let_in(client, provider)
    client.get(again)
    assert is_in(client)
    client.post("/accounts/logout/")
    client.get(again)
    assert not is_in(client)


def test_staff_of_the_schools_google_come_in_and_show_their_second_factor(
    client: Client, olive: Staff, google: Store, settings: Settings
) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    come_back(client, "google")
    assert google.asked[0]["hd"] == "oak.example"
    assert client.get("/s/oak/")["Location"] == "/accounts/2fa/"
    linked = SocialAccount.objects.get()
    assert (linked.user_id, linked.extra_data) == (olive.pk, {})
    TOTP.activate(olive, generate_totp_secret())
    other = Client()
    assert come_back(other, "google")["Location"].startswith("/accounts/2fa/authenticate/")
    assert not is_in(other)


@pytest.mark.parametrize(
    "told",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"hd": "evil.example", "email": "olive@evil.example"},
        {"hd": "evil.example"},
        {"hd": None},
        {"email": "stranger@oak.example"},
    ],
)
def test_google_vouches_for_nobody_else(client: Client, olive: Staff, google: Store, told: dict[str, object]) -> None:
    """Not an address that nobody verified, not another domain, nobody who was not invited; and nobody is made."""
    google.me |= told
    assert come_back(client, "google")["Location"] == "/accounts/login/"
    assert "Nobody here signs in with that account" in client.get("/accounts/login/").content.decode()
    assert not is_in(client)
    assert (Staff.objects.count(), SocialAccount.objects.count()) == (1, 0)


@pytest.mark.parametrize("claims", [{"aud": "somebody else"}, {"iss": "https://evil.example"}, {"exp": 1}])
def test_a_token_for_another_of_another_or_of_long_ago_counts_for_nothing(
    client: Client, olive: Staff, google: Store, claims: dict[str, object]
) -> None:
    google.claims = claims
    assert "Signing in did not work" in come_back(client, "google").content.decode()  # type: ignore[attr-defined]
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
