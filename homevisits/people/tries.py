"""Whose wrong tries count against whom: guessing is slowed, and yet nobody keeps a colleague out by it.

A browser on which a person has signed in keeps a signed cookie, and has five tries in five minutes for that person to itself. All
other browsers share five for each account, and thirty a minute for each network address. So a stranger uses up the strangers' tries, and
the person comes in where they came in before, or by a passkey, for which no try counts. The limits themselves are allauth's, and stand
in ACCOUNT_RATE_LIMITS.
"""

import secrets

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .models import Staff

COOKIE = "known_browser"
LASTS = 180 * 24 * 3600  # seconds since somebody last signed in there
MOST = 20  # people whom one browser knows: those who came last
_APP, _SALT = "allauth.account", "known browser"


def take(request: HttpRequest, address: str, key: str) -> ratelimit.RateLimitUsage | None:
    """Take one try at the account of this email address, to be given back if it was right; None when there is none left."""
    staff = Staff.objects.filter(email__iexact=address).first()
    browser = known_browser(request, staff) if staff else ""
    if browser:
        return ratelimit.consume(request, app=_APP, action="login_failed", key=f"{key} {browser}")
    here = from_here(request, staff)
    there = ratelimit.consume(request, app=_APP, action="login_failed", key=key) if here else None
    return ratelimit.RateLimitUsage([*here.usage, *there.usage]) if here and there else None


def from_here(request: HttpRequest, staff: Staff | None) -> ratelimit.RateLimitUsage | None:
    """Take one of the tries of the network address that the request comes from, none for a browser of the person's; None: none is left."""
    if staff and known_browser(request, staff):
        return ratelimit.RateLimitUsage([])
    return ratelimit.consume(request, app=_APP, action="login_failed_here")


def known_browser(request: HttpRequest, staff: Staff) -> str:
    """The name of the browser, if this person has signed in on it; else empty."""
    browser, people = _read(request)
    return browser if str(staff.pk) in people else ""


def remember(request: HttpRequest, response: HttpResponseBase, staff: Staff) -> None:
    """Let the browser keep that this person has signed in on it. What it keeps opens nothing."""
    browser, people = _read(request)
    kept = [*(each for each in people if each != str(staff.pk)), str(staff.pk)][-MOST:]
    value = ".".join([browser or secrets.token_urlsafe(12), *kept])
    response.set_signed_cookie(COOKIE, value, salt=_SALT, max_age=LASTS, httponly=True, secure=settings.HTTPS, samesite="Strict")


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    """The browser's name and the numbers of the people it knows; a cookie that was made up or is too old counts as none."""
    browser, *people = (request.get_signed_cookie(COOKIE, "", salt=_SALT, max_age=LASTS) or "").split(".")
    return browser, people
