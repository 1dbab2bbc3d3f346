"""Where a form leads when it is told to go on to another place."""

from dataclasses import dataclass, field

from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme

from .crawl import signed_in
from .filling import taken_back
from .taking import Taking, post

OFF_SITE = (
    "//evil.example", "https://evil.example", "http:evil.example", "https:evil.example", "https:///evil.example", "///evil.example",
    "/\\evil.example", "/\\/evil.example", "\\\\evil.example", "\t//evil.example", "/\t/evil.example", "/\n/evil.example",
    "\x00//evil.example", "\x1f//evil.example", " //evil.example", "javascript:run()", "java\nscript:run()", "data:text/html,x",
    "//evil.example\\@testserver",
    "https://testserver@evil.example", "https://testserver.evil.example/", "/%09/evil.example", "/%2fevil.example", "%2f%2fevil.example",
    "/%5cevil.example", "//evil%E3%80%82example", "//evil\u3002example", "/s/oak/\\..\\..\\\\evil.example",
    "/s/oak/\r\nLocation: //evil.example",
)  # fmt: skip
NAMES = ("next", "back", "url", "return", "return_to", "redirect", "to", "from", "link", "REDIRECT_FIELD_NAME", "continue")
HERE = "/s/oak/notices/?mark=zq7"


def leads_off(response: HttpResponseBase) -> bool:
    """Whether a browser that follows the answer leaves the site."""
    names = ("Location", "HX-Redirect", "HX-Location", "Refresh")
    places = [response.headers.get(name, "/") for name in names]
    return not all(url_has_allowed_host_and_scheme(each, {"testserver"}) for each in places) or "evil" in str(
        response.headers.get("Host", "")
    )


@dataclass
class Astray:
    """Sends each form that took again, and says where to go on to: all ways off the site to those that go where they are told."""

    found: list[str] = field(default_factory=list)
    asked: int = 0
    led: set[str] = field(default_factory=set)  # the routes that go on to where they are told

    def __call__(self, taking: Taking) -> None:
        """Try one."""
        if self._told(taking, HERE).headers.get("Location", "") == HERE:
            self.led.add(taking.to)
        for where in OFF_SITE if taking.to in self.led else OFF_SITE[:1]:
            answer = self._told(taking, where)
            if leads_off(answer):
                self.found.append(f"{taking.to} by {where!r}: {answer.headers.get('Location')}")

    def _told(self, taking: Taking, where: str) -> HttpResponseBase:
        self.asked += 1
        own = taking.own - {"next"}
        with taken_back():
            more = {name: where for name in NAMES if name not in own}
            return post(signed_in(taking.by), taking.to, taking.values, more)
