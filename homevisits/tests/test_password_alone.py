"""R23 over every address of the product, the admin's too: a password alone opens nothing, an old proof no child protection record."""

import itertools
import re
import uuid
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, resolve, reverse
from pytest_django import Settings

from homevisits.people.models import Role, Staff
from homevisits.people.tests.factories import PASSWORD, SchoolFactory, StaffFactory
from homevisits.testing.second_factor import prove_long_ago
from homevisits.tests.route_matrix import ROUTES, Door
from homevisits.tests.test_routes import Route, _walk

pytestmark = [pytest.mark.django_db, pytest.mark.once]
VALUES = (1, "oak", "2026-11-24", uuid.UUID(int=7), "office", "1-x", "people")
ALL = list(_walk(get_resolver().url_patterns))


@pytest.fixture
def everything() -> Staff:
    """Somebody who may do whatever there is, in the admin too."""
    school = SchoolFactory.create(slug="oak")
    return StaffFactory.create(school=school, roles=list(Role), is_staff=True, is_superuser=True)


def address(route: Route) -> str:
    """Some address of a route; whether its rows exist does not matter before the gate."""
    for values in itertools.product(VALUES, repeat=len(route.parts)):
        kwargs = dict(zip(route.parts, values, strict=True))
        try:
            return reverse(route.name, kwargs={**kwargs, **({"school": "oak"} if "school" in kwargs else {})})
        except NoReverseMatch:
            continue
    raise AssertionError(f"Give VALUES one that fits {route.pattern}")


def guarded() -> Iterator[str]:
    """An address of every route that is for people who signed in."""
    for route in ALL:
        if route.name.startswith("admin:"):
            if "(?P<url>" not in route.pattern and not route.name.startswith("admin:(unnamed)"):
                yield address(Route(route.name, route.pattern, route.parts))
        elif ROUTES[route.name].door in (Door.SCHOOL, Door.SIGNED_IN):
            yield address(route)


def test_the_password_of_somebody_with_a_second_factor_opens_nothing(client: Client, everything: Staff) -> None:
    TOTP.activate(everything, generate_totp_secret())
    client.post("/accounts/login/", {"login": everything.email, "password": PASSWORD})
    opened: list[tuple[str, object]] = []
    for path in (addresses := list(guarded())):
        for answer in (client.get(path), client.post(path)):
            if answer.status_code != 302 or not answer["Location"].startswith(("/accounts/login/", "/admin/login/")):
                opened.append((path, answer.status_code))
            if "no-store" not in answer["Cache-Control"]:
                opened.append((path, "kept by the browser"))
    assert opened == []
    assert len(addresses) > 300
    assert sum(path.startswith("/admin/") for path in addresses) > 5


def test_somebody_without_one_reaches_only_the_pages_that_set_it_up(client: Client, everything: Staff, settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    client.post("/accounts/login/", {"login": everything.email, "password": PASSWORD})
    opened = set()
    for path in guarded():
        answer = client.get(path)
        if answer.status_code != 302 or answer["Location"] != "/accounts/2fa/":
            opened.add(path)
    assert opened
    assert [path for path in opened if not re.match(r"/accounts/(2fa|password/change|reauthenticate|lock)/", path)] == []
    assert not Authenticator.objects.exists()


def test_an_old_proof_opens_no_page_behind_the_step_up(client: Client, everything: Staff) -> None:
    """In the admin no page at all."""
    client.force_login(everything)
    prove_long_ago(client)
    session = client.session
    session["proved"] = {"staff": everything.pk, "at": 0, "how": "totp"}
    session.save()
    behind = [path for path in guarded() if path.startswith("/admin/") or getattr(resolve(path).func, "step_up", False)]
    behind = [path for path in behind if path not in ("/admin/login/", "/admin/logout/", "/admin/jsi18n/", "/admin/password_change/done/")]
    for path in behind:
        answer = client.get(path)
        onward = answer["Location"] if answer.status_code == 302 else ""
        asked = onward.startswith("/accounts/reauthenticate/?next=") or onward == "/accounts/password/change/"
        assert asked or answer.status_code == 405, (path, answer.status_code)
        sent = client.post(path, {"words": "what was typed"})
        assert sent.status_code == 302 or "what was typed" in sent.content.decode(), path
    assert len([path for path in behind if path.startswith("/s/")]) >= 3
