"""Forms that take: for every form of every page a body that it accepts, so that what is sent beside it is tried where it would be written.

A form that is refused for another reason proves nothing. Each is filled in the ways of filling.py, as those who may, in the scenes in
which a visit can be; a form that cannot be taken so stands in `NOT_TAKEN` with the reason, and one that is neither fails the proof.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve

from homevisits.documents.tests.hostile import pdf
from homevisits.people.models import Role, Staff

from .bodies import BODIES
from .crawl import Form, Forms, read, signed_in
from .filling import A_FILE, WAYS, filled, own_names
from .routes import Route
from .scenes import SCENES, stands_in
from .world import World, pages

Values = dict[str, list[str]]
WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
# Who read what, whose session it is: written whether a form takes or not.
BESIDE = re.compile(r"audit_|django_session|django_cache|people_session|axes_")
ERROR = re.compile(r'(?:class="[^"]*govuk-error-(?:summary|message)[^>]*>)(.*?)</(?:div|ul|p|span)>', re.DOTALL)
# On every page, tried by its own: they end the session.
LEAVING = frozenset({"account_logout", "lock"})


@dataclass(frozen=True)
class Taking:
    """A body that a form took: where it stood, where it went, from whom, in which scene."""

    route: str
    page: str
    to: str
    by: Staff
    scene: str
    form: Form
    values: Values

    @property
    def own(self) -> set[str]:
        """The names that the form has itself, and those that a body of ours adds."""
        return own_names(self.form) | set(self.values)


@dataclass
class Tried:
    """What was tried of all forms: those that took, and the last answer of those that did not."""

    taken: dict[tuple[str, frozenset[str]], Taking] = field(default_factory=dict)
    refused: dict[tuple[str, frozenset[str]], str] = field(default_factory=dict)

    @property
    def routes_taken(self) -> set[str]:
        """The routes to which a form was sent that took."""
        return {name for name, _ in self.taken}

    @property
    def untaken(self) -> dict[str, str]:
        """The routes of which no form was taken, with what the last one answered."""
        return {name: said for (name, _), said in self.refused.items() if name not in self.routes_taken}


def post(browser: Client, to: str, values: Values, more: dict[str, str] | None = None) -> HttpResponseBase:
    """Send a form as a browser does, with its files."""
    sent: dict[str, Any] = {name: [FILES[each]() if each in FILES else each for each in given] for name, given in values.items()}
    return browser.post(to, sent | {name: [value] for name, value in (more or {}).items()})


def a_file() -> SimpleUploadedFile:
    """A small PDF."""
    return SimpleUploadedFile("a.pdf", pdf(), "application/pdf")


def a_sheet() -> SimpleUploadedFile:
    """A list of one pupil."""
    return SimpleUploadedFile("pupils.csv", b"UPN,Forename,Surname,DOB\n,Ada,Example,03/11/2018\n", "text/csv")


FILES: dict[str, Callable[[], SimpleUploadedFile]] = {A_FILE: a_file, "a sheet": a_sheet}


@contextmanager
def writes() -> Iterator[list[str]]:
    """The tables that are written to meanwhile."""
    found: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        table = WRITES.match(sql)
        if table and not BESIDE.match(table[1]):
            found.append(table[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found


def route_of(to: str) -> str:
    """The name of the route of an address; empty for none of ours."""
    try:
        return resolve(to.partition("?")[0]).view_name or ""
    except Resolver404:
        return ""


def took(browser: Client, to: str, values: Values) -> tuple[bool, str]:
    """Whether a form is taken: it writes, or answers with a file, and has nothing to say against it. What is done is taken back."""
    with transaction.atomic(), writes() as tables:
        answer = post(browser, to, values)
        body = b"" if answer.status_code >= 300 else read(answer)
        transaction.set_rollback(True)
    kind = answer.headers.get("Content-Type", "")
    wrong = what_is_wrong(body.decode("utf-8", "ignore")) if "html" in kind else ""
    fine = answer.status_code < 400 and not wrong and (bool(tables) or "Content-Disposition" in answer.headers)
    return fine, f"{answer.status_code} {wrong or sorted(set(tables))}"


def what_is_wrong(html: str) -> str:
    """What a page says against a form, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", " ".join(ERROR.findall(html))).split())[:200]


def people_for(world: World, route: Route, more: Iterable[Staff] = ()) -> list[Staff]:
    """Those who may open a route: whom the crawl asks as, the head, then who goes on the visit, then each other role."""
    roles = [role for role in (Role.HEADTEACHER, *world.people) if role in route.who.roles]
    may = [world.people[role] for role in roles]
    return list(dict.fromkeys([world.who_may(route), *may[:1], *more, *may]))


def forms_on(browser: Client, address: str) -> list[tuple[str, Form]]:
    """The forms of a page and where they go, but for those that end the session; an address that is only sent to is a form of no fields."""
    page = browser.get(address)
    if page.status_code == 405:
        return [(address, Form(address))]
    if not page.headers.get("Content-Type", "").startswith("text/html"):
        return []
    found = [(form.action or address, form) for form in Forms(page.content.decode()).found]
    return [(to, form) for to, form in found if route_of(to) not in LEAVING | {""}]


def _bodies(name: str, form: Form, world: World, by: Staff) -> Iterator[Values]:
    tried = []
    for body in BODIES.get(name, ({},)):
        known = {each: [one if isinstance(one, str) else one(world, by) for one in given] for each, given in body.items()}
        for way in WAYS:
            values = filled(form, way) | known
            if values not in tried:
                tried.append(values)
                yield {"token": [str(uuid4())]} | values


class Sweep:
    """One round through all forms: `see` is called in the scene with each that took."""

    def __init__(self, world: World, see: Callable[[Taking], object]) -> None:
        self.world, self.see, self.tried = world, see, Tried()
        self._keys: dict[int, str] = {}  # the sessions of the scene

    def run(self, routes: Iterable[Route] | None = None, scenes: Iterable[str] = tuple(SCENES)) -> Tried:
        """Every form of the routes, until it takes; those of a visit in every scene, or in these."""
        asked = list(pages() if routes is None else routes)
        for scene in scenes:
            with transaction.atomic():
                goers = SCENES[scene](self.world)
                self._keys.clear()
                for route in [route for route in asked if stands_in(scene, route)]:
                    for by in people_for(self.world, route, goers)[: 6 if scene == "as it is" else 4]:
                        if self._page(route, scene, by):
                            break
                transaction.set_rollback(True)
        return self.tried

    def _browser(self, by: Staff) -> Client:
        """A browser of somebody's, each time a fresh one of the same session."""
        name = settings.SESSION_COOKIE_NAME
        if by.pk not in self._keys:
            self._keys[by.pk] = signed_in(by).cookies[name].value
        browser = Client(raise_request_exception=False)
        browser.cookies[name] = self._keys[by.pk]
        return browser

    def _page(self, route: Route, scene: str, by: Staff) -> bool:
        """Whether all forms that this person sees there have taken."""
        address, browser = self.world.addresses[route.name], self._browser(by)
        with transaction.atomic():
            stood = forms_on(browser, address)
            transaction.set_rollback(True)
        took_all = [self._form(route, scene, by, to, form) for to, form in stood]
        return all(took_all)

    def _form(self, route: Route, scene: str, by: Staff, to: str, form: Form) -> bool:
        name = route_of(to)
        key = (name, frozenset(own_names(form)))
        if key in self.tried.taken or (not key[1] and name in self.tried.routes_taken):
            return True
        heard: list[str] = []
        for values in _bodies(name, form, self.world, by):
            fine, said = took(self._browser(by), to, values)
            if fine:
                self.tried.taken[key] = taking = Taking(route.name, self.world.addresses[route.name], to, by, scene, form, values)
                self.tried.refused.pop(key, None)
                self.see(taking)
                return True
            if not said.startswith(("403", "404")) or key not in self.tried.refused:
                self.tried.refused[key] = f"{said} as {by.name}, {scene}, with {values}"
            heard.append(said)
            if said.startswith(("403", "404")) or heard.count(said) > 2:
                break  # whatever is in it
        return False
