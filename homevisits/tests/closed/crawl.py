"""Asking pages, and reading what came as a browser reads it."""

import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from pypdf import PdfReader

from homevisits.people.models import Staff

from .routes import Route
from .world import World


@dataclass(frozen=True)
class Answer:
    """What a route answered to somebody."""

    route: str
    address: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """The type of the content without its particulars: text/html."""
        return self.headers.get("Content-Type", "").partition(";")[0]

    @property
    def text(self) -> str:
        """The body as text; what is none is left out."""
        return self.body.decode("utf-8", "ignore")


def whole(answer: Answer) -> str:
    """Everything that somebody gets by an answer: its headers, its text, the words and the particulars of a PDF, what is in a ZIP."""
    parts = [answer.text, *(f"{name}: {value}" for name, value in answer.headers.items())]
    if answer.body.startswith(b"%PDF"):
        paper = PdfReader(io.BytesIO(answer.body))
        parts += [str(paper.metadata), *(page.extract_text() for page in paper.pages)]
    if answer.body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.body)) as pack:
            parts += [f"{name}\n{whole(Answer('', name, 200, {}, pack.read(name)))}" for name in pack.namelist()]
    return "\n".join(parts)


def read(response: HttpResponseBase) -> bytes:
    """The body of an answer, streamed or not."""
    if isinstance(response, HttpResponse):
        return response.content
    return b"".join(response)


def sample(routes: Iterable[Route], one_in: int) -> list[Route]:
    """Some of the routes, the same ones each time, spread over all: one in so many."""
    return [route for route in routes if zlib.crc32(route.name.encode()) % one_in == 0]


def signed_in(staff: Staff) -> Client:
    """A browser of somebody's, which gets 500 as a page and not as an exception."""
    client = Client(raise_request_exception=False)
    client.force_login(staff)
    return client


def crawl(world: World, routes: Iterable[Route], staff: Staff | None = None, query: str = "") -> list[Answer]:
    """GET these routes, as `staff` or else as somebody who may."""
    browsers: dict[int, Client] = {}
    answers = []
    for route in routes:
        person = staff or world.who_may(route)
        browser = browsers.setdefault(person.pk, signed_in(person))
        address = world.addresses[route.name] + query
        response = browser.get(address)
        answers.append(Answer(route.name, address, response.status_code, dict(response.items()), read(response)))
        if "sessionid" not in browser.cookies or not browser.cookies["sessionid"].value:
            browsers.pop(person.pk)  # the page signed them out
    return answers


@dataclass
class Form:
    """A form of a page: where it goes to, and what its fields hold when nobody has typed."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)  # names of fields that take free text
    choices: dict[str, list[str]] = field(default_factory=dict)  # what can be chosen
    boxes: set[str] = field(default_factory=set)  # of the choices those that are ticked
    files: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)  # of which a browser sends one
    longest: dict[str, int] = field(default_factory=dict)  # characters that a field takes


class Forms(HTMLParser):
    """The forms of a page that are posted."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._inside = ""  # the select or textarea that is open
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take forms and their fields."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            post = given.get("method", "").lower() == "post"
            self._form = Form(given.get("action", "")) if post else None
            if self._form:
                self.found.append(self._form)
        name = given.get("name", "")
        if self._form is None:
            return
        if tag == "option" and self._inside:
            self._option(self._form, given)
        elif name and (tag == "button" or given.get("type") == "submit"):
            self._form.buttons.append((name, given.get("value", "")))
        elif name and tag == "input":
            self._input(self._form, name, given)
        elif name and tag in ("select", "textarea"):
            self._inside = name
            if tag == "textarea":
                self._form.fields.setdefault(name, [""])
                self._form.texts.add(name)
        if name and given.get("maxlength", "").isdigit():
            self._form.longest[name] = int(given["maxlength"])

    def _option(self, form: Form, given: dict[str, str]) -> None:
        value = given.get("value", "")
        form.choices.setdefault(self._inside, []).append(value)
        if "selected" in given:
            form.fields[self._inside] = [value]

    @staticmethod
    def _input(form: Form, name: str, given: dict[str, str]) -> None:
        kind, value = given.get("type", "text"), given.get("value", "")
        if kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(value or "on")
            if kind == "checkbox":
                form.boxes.add(name)
            if "checked" in given:
                form.fields.setdefault(name, []).append(value or "on")
        elif kind == "file":
            form.files.add(name)
        elif kind in ("text", "search", "tel", "email", "url", "password", "number"):
            form.fields[name] = [value]
            form.texts.add(name)
        else:
            form.fields.setdefault(name, [value])

    def handle_endtag(self, tag: str) -> None:
        """Leave forms and fields."""
        if tag == "form":
            self._form = None
        elif tag in ("select", "textarea"):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        """What a textarea holds."""
        if self._form is not None and self._inside in self._form.texts:
            self._form.fields[self._inside] = [self._form.fields[self._inside][0] + data]
