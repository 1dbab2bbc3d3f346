"""Every route, every role, own school, other school, nobody: the addresses come from the URL resolver, so none is forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from pytest_django import DjangoDbBlocker

from homevisits.people.models import Role, School
from homevisits.people.tests.factories import SchoolFactory, StaffFactory

from .route_matrix import OTHERS_ROWS, ROUTES, Door
from .route_rows import MAKERS, PLAIN, has_row, in_address


@dataclass(frozen=True)
class Route:
    """One address of the product."""

    name: str
    pattern: str
    parts: tuple[str, ...]


def _walk(patterns: list[URLPattern | URLResolver], prefix: str = "", space: str = "", parts: tuple[str, ...] = ()) -> Iterator[Route]:
    for each in patterns:
        pattern = prefix + str(each.pattern).removeprefix("^")
        names = parts + tuple(name for name in each.pattern.regex.groupindex if name not in parts)
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _walk(each.url_patterns, pattern, inner, names)
        else:
            yield Route(f"{space}{each.name}" if each.name else f"{space}(unnamed) {pattern}", pattern, names)


ALL = [route for route in _walk(get_resolver().url_patterns) if not route.name.startswith("admin:")]
LISTED = [route for route in ALL if route.name in ROUTES]


def _of(*doors: Door) -> list[object]:
    return [pytest.param(route, id=route.name) for route in LISTED if ROUTES[route.name].door in doors]


def test_every_route_is_in_the_matrix() -> None:
    missing = sorted({f"{route.name}  ({route.pattern})" for route in ALL if route.name not in ROUTES})
    assert not missing, "Add these to homevisits/tests/route_matrix.py, saying who may:\n" + "\n".join(missing)
    gone = set(ROUTES) - {route.name for route in ALL} - {"admin:*"}
    assert not gone, f"In the matrix, but no route any more: {sorted(gone)}"


def test_every_part_of_an_address_has_a_maker() -> None:
    missing = sorted({f"{part} of {route.name}" for route in LISTED for part in route.parts if part not in MAKERS and part not in PLAIN})
    assert not missing, "Add these to homevisits/tests/route_rows.py:\n" + "\n".join(missing)


def test_addresses_of_a_school_begin_with_it_and_are_guarded() -> None:
    for route in LISTED:
        assert (ROUTES[route.name].door is Door.SCHOOL) == route.pattern.startswith("s/<slug:school>/"), route


def test_names_are_used_once() -> None:
    names = [route.name for route in ALL if not route.name.startswith("(")]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def _to_sign_in(answer: HttpResponseBase) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith(reverse(settings.LOGIN_URL))


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("route", _of(Door.SCHOOL, Door.SIGNED_IN))
def test_nobody_gets_in_without_signing_in(client: Client, route: Route) -> None:
    address = reverse(route.name, kwargs=in_address(route.name, list(route.parts), SchoolFactory.create()))
    for method in ("get", "post", "put", "delete"):
        assert _to_sign_in(getattr(client, method)(address)), f"{method} {address}"


@pytest.mark.django_db
@pytest.mark.parametrize("route", _of(Door.ANYONE))
def test_open_pages_are_open(client: Client, route: Route) -> None:
    address = reverse(route.name, kwargs=in_address(route.name, list(route.parts), SchoolFactory.create()))
    answer = client.get(address)
    assert answer.status_code not in (401, 403, 404, 500), address
    if route.name != "mfa_authenticate":  # the second step of signing in sends whoever has not done the first to it
        assert not (_to_sign_in(answer) and "next=" in answer["Location"]), address


@pytest.mark.django_db
@pytest.mark.parametrize("route", _of(Door.TOKEN))
def test_machines_need_their_token(client: Client, route: Route) -> None:
    school = SchoolFactory.create()
    address = reverse(route.name, kwargs=in_address(route.name, list(route.parts), school))
    client.force_login(StaffFactory.create(school=school, roles=list(Role)))
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        answer = client.post(address, b"{}", content_type="application/json", headers=headers)
        assert answer.status_code in (401, 403), (address, headers)


@dataclass(frozen=True)
class World:
    """Two schools, and the session of somebody signed in as each role in the first."""

    own: School
    other: School
    sessions: dict[Role, str]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Made once for all routes: what a test does to it is rolled back with the test, and all of it at the end."""
    with django_db_blocker.unblock():
        assert connection.features.supports_transactions  # asked outside a transaction, and remembered
        with transaction.atomic():
            own, other, sessions = SchoolFactory.create(), SchoolFactory.create(), {}
            for role in Role:
                client = Client()
                client.force_login(StaffFactory.create(school=own, roles=[role]))
                sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
            yield World(own, other, sessions)
            transaction.set_rollback(True)


def _ask_as_every_role(client: Client, world: World, route: Route, methods: list[str], pages: int, across: int = len(Role)) -> str:
    """Ask a route as each role by each method; as the allowed ones, `pages` of them get the whole page. The address in their school.

    Another school and its rows are tried as so many of the allowed roles, and of the others, as `across` says: each route draws its own.
    """
    parts = list(route.parts)
    mine, theirs = (in_address(route.name, parts, school) for school in (world.own, world.other))
    here, there, astray = (reverse(route.name, kwargs=kwargs) for kwargs in (mine, theirs, {**theirs, "school": world.own.slug}))
    allowed = ROUTES[route.name].roles
    crossing = {role for some in (allowed, set(Role) - allowed) for role in Random(route.name).sample(sorted(some), min(across, len(some)))}
    for role, session in world.sessions.items():
        for method in methods:
            client.cookies[settings.SESSION_COOKIE_NAME] = session
            ask = getattr(client, method)
            if role in crossing:
                assert ask(there).status_code == 404, f"{role} reaches another school by {method} {there}"
            if role not in allowed:
                assert ask(here).status_code == 403, f"{role} must not {method} {here}"
            elif role in crossing and has_row(route.name, parts):
                assert ask(astray).status_code in (404, 405), f"{role} reaches a row of another school by {method} {astray}"
        if role in allowed & OTHERS_ROWS.get(route.name, allowed) and pages > 0:
            pages -= 1
            assert client.get(here).status_code not in (403, 404), f"{role} may, and cannot get {here}"
    return here


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("route", _of(Door.SCHOOL))
def test_a_route_of_a_school_opens_to_its_roles_there_and_to_nobody_else(world: World, client: Client, route: Route) -> None:
    view = resolve(_ask_as_every_role(client, world, route, ["post"], pages=1, across=2)).func
    assert getattr(view, "allowed_roles", None) == ROUTES[route.name].roles, "The matrix and the view's school_view differ."


@pytest.mark.prove
@pytest.mark.django_db
@pytest.mark.parametrize("route", _of(Door.SCHOOL))
def test_every_role_by_every_method(world: World, client: Client, route: Route) -> None:
    _ask_as_every_role(client, world, route, ["get", "post", "put", "patch", "delete", "head"], pages=len(Role))


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("route", _of(Door.SCHOOL))
def test_an_empty_form_breaks_nothing(client: Client, route: Route) -> None:
    """A right person who posts nothing hears so; nothing is a 500, and the right role is not refused."""
    school = SchoolFactory.create()
    address = reverse(route.name, kwargs=in_address(route.name, list(route.parts), school))
    client.force_login(StaffFactory.create(school=school, roles=sorted(ROUTES[route.name].roles)))
    assert client.post(address).status_code not in (403, 404), address


@pytest.mark.django_db
def test_the_demo_school_is_no_way_into_another(client: Client) -> None:
    demo: School = SchoolFactory.create(is_demo=True)
    real = SchoolFactory.create()
    client.force_login(StaffFactory.create(school=demo, roles=list(Role)))
    assert client.get(reverse("school_home", args=[demo.slug])).status_code == 200
    assert client.get(reverse("school_home", args=[real.slug])).status_code == 404
    assert client.get(reverse("school_home", args=["nowhere"])).status_code == 404
