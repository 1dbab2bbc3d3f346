"""The two cookies of a tablet. `tablet` names it, for long, and no script reads it. `tablet_key` is the session key.

What a tablet takes along is locked with the session key, which the server makes and forgets: its session keeps a hash. The page's scripts
and the service worker read it, so that a visit opens again without network; when it is gone, nothing does.
Its value is `<key>.<seconds since 1970 at which it ends>`.
"""

import secrets
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .locks import hash_of
from .models import Staff
from .selectors.tablets import turn_of

TABLET, KEY = "tablet", "tablet_key"
LONGEST = 400 * 24 * 3600  # seconds: browsers keep no cookie longer
_KEPT = "tablet_key"  # in the session: hash, turn, when it ends


def name_tablet(response: HttpResponseBase, secret: str) -> None:
    """Let the browser keep which tablet it is."""
    response.set_cookie(TABLET, secret, max_age=LONGEST, httponly=True, secure=settings.HTTPS, samesite="Strict")


def make_session_key(request: HttpRequest, response: HttpResponseBase, turn: int, now: datetime) -> None:
    """Give the browser a fresh session key, unless the one that it has still holds."""
    if key_holds(request, now):
        return
    ends = now + timedelta(seconds=settings.TABLET_KEY_SECONDS)
    began = request.session.get("began_at")
    if began:
        ends = min(ends, datetime.fromtimestamp(began, UTC) + timedelta(hours=settings.SESSION_MAX_HOURS))
    ends = ends.replace(microsecond=0)
    value = f"{secrets.token_urlsafe(32)}.{int(ends.timestamp())}"
    request.session[_KEPT] = {"hash": hash_of(value), "turn": turn, "ends": ends.timestamp()}
    lasts = max(0, int((ends - now).total_seconds()))
    response.set_cookie(KEY, value, max_age=lasts, secure=settings.HTTPS, samesite="Strict")


def ends_of(request: HttpRequest) -> datetime | None:
    """When the session key of this session ends; None where there is none."""
    kept = request.session.get(_KEPT)
    return datetime.fromtimestamp(kept["ends"], UTC) if isinstance(kept, dict) else None


def key_holds(request: HttpRequest, now: datetime) -> bool:
    """Whether the session key of the request is that of the person signed in, in time, and nothing was taken back since it was made."""
    kept, value = request.session.get(_KEPT), request.COOKIES.get(KEY, "")
    if not value or not isinstance(kept, dict) or not isinstance(request.user, Staff):
        return False
    if not secrets.compare_digest(str(kept["hash"]), hash_of(value)) or now.timestamp() >= kept["ends"]:
        return False
    return bool(turn_of(request.COOKIES.get(TABLET, ""), request.user) == kept["turn"])


def drop_key(request: HttpRequest, response: HttpResponseBase) -> None:
    """Take the session key from the browser, which then deletes what was locked with it."""
    request.session.pop(_KEPT, None)
    response.delete_cookie(KEY, samesite="Strict")
