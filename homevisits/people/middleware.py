"""What stands between a request and any page: signing in, time-outs, the second factor, and no copies left behind."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from homevisits.audit import services as audit
from homevisits.common import clock

from .locking import is_locked
from .models import Staff

Answer = Callable[[HttpRequest], HttpResponseBase]
# A page in use writes when it was last used at most this often: a write a request would be a write too many.
STAMP_EVERY = timedelta(seconds=30)


def is_htmx(request: HttpRequest) -> bool:
    """Whether a part of a page asks, and not the browser for a whole page."""
    return request.headers.get("HX-Request") == "true"


def is_live(request: HttpRequest) -> bool:
    """Whether a page asks by itself, so that nobody need be sitting there: polling sends `X-Live: 1`."""
    return is_htmx(request) and request.headers.get("X-Live") == "1"


def is_json(request: HttpRequest) -> bool:
    """Whether a script of a tablet asks, which reads JSON and keeps what it has to send until somebody has signed in."""
    return request.content_type == "application/json" or request.headers.get("Accept") == "application/json"


def signed_out_json() -> JsonResponse:
    """The answer to a script whose person is signed out: it waits, and nothing that it sent was taken."""
    response = JsonResponse({"says": "You have been signed out. Sign in again: what you wrote is kept here until then."}, status=401)
    response["X-Signed-Out"] = "1"
    response["Cache-Control"] = "no-store"
    return response


def signed_out_part() -> HttpResponse:
    """The answer to a part of a page whose person is signed out: session.js shows the banner, what was typed stays."""
    response = HttpResponse("You have been signed out. Sign in again in another tab, then carry on.", status=401, content_type="text/plain")
    response["X-Signed-Out"] = "1"
    response["Cache-Control"] = "no-store"
    return response


class SignInRequired(LoginRequiredMiddleware):
    """Every page needs a person signed in unless it says otherwise."""

    def handle_no_permission(  # type: ignore[override]  # the stubs know only the redirect
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """A part of a page must not get a sign-in page into its middle, nor a script."""
        if is_json(request):
            return signed_out_json()
        return signed_out_part() if is_htmx(request) else super().handle_no_permission(request, view_func)


class TimeOut:
    """Ends a session that nobody used for SESSION_IDLE_MINUTES, or that is SESSION_MAX_HOURS old, whatever happens in it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            now = clock.now()
            why = self._over(request, now)
            if why:
                return self._end(request, request.user, why, now)
            if not is_locked(request):
                self._stamp(request, now)
        return self.get_response(request)

    @staticmethod
    def _over(request: HttpRequest, now: datetime) -> str:
        """Why the session is over: "idle", "too_old", or "" when it is not. A clock that went back counts as idle."""
        began, used = (_read(request, key) for key in ("began_at", "used_at"))
        if began and not timedelta(minutes=-1) <= now - began < timedelta(hours=settings.SESSION_MAX_HOURS):
            return "too_old"
        if used and not timedelta(minutes=-1) <= now - used < timedelta(minutes=settings.SESSION_IDLE_MINUTES):
            return "idle"
        return ""

    @staticmethod
    def _stamp(request: HttpRequest, now: datetime) -> None:
        if "began_at" not in request.session:
            request.session["began_at"] = request.session["used_at"] = now.timestamp()
        elif not is_live(request):
            used = _read(request, "used_at")
            if used is None or now - used > STAMP_EVERY:
                request.session["used_at"] = now.timestamp()

    @staticmethod
    def _end(request: HttpRequest, staff: Staff, why: str, now: datetime) -> HttpResponseBase:
        with transaction.atomic():
            audit.record("people.timed_out", by=staff, now=now, object_type="staff", object_id=staff.pk, detail={"why": why})
            logout(request)
        if is_json(request):
            return signed_out_json()
        if is_htmx(request):
            return signed_out_part()
        if why == "idle":
            messages.info(request, f"You were signed out because nothing happened for {settings.SESSION_IDLE_MINUTES} minutes.")
        else:
            messages.info(request, f"You were signed out: a sign-in lasts {settings.SESSION_MAX_HOURS} hours at most.")
        return redirect_to_login(back_to(request))


def _read(request: HttpRequest, key: str) -> datetime | None:
    stamp = request.session.get(key)
    return datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, int | float) else None


def back_to(request: HttpRequest) -> str:
    """Where to go after signing in again: the page itself, or for a form that was sent, the page that it stood on."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(came_from)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return "/"


class SecondFactor:
    """Where REQUIRE_SECOND_FACTOR is on, a person without one reaches only the pages on which they set it up."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if (
            settings.REQUIRE_SECOND_FACTOR
            and request.user.is_authenticated
            and not request.path.startswith(settings.SIGN_IN_PREFIX)
            and not _has_second_factor(request)
            and not (settings.PROVIDER_SECOND_FACTOR and request.session.get("signed_in_by") == "provider")
        ):
            if is_json(request):
                return signed_out_json()
            if is_htmx(request):
                return signed_out_part()
            messages.info(request, "Set up a second way to prove that it is you before you carry on.")
            return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)


def _has_second_factor(request: HttpRequest) -> bool:
    """Whether the person has one; asked once a session. A reset ends the sessions, so that the next one asks again."""
    if request.session.get("has_second_factor") == request.user.pk:
        return True
    found: bool = is_mfa_enabled(request.user)
    if found:
        request.session["has_second_factor"] = request.user.pk
    return found


class Locked:
    """A session that its person has locked shows nothing but the page that opens it again, and the way out."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        way_out = (reverse("lock"), reverse("account_logout"))
        if not request.user.is_authenticated or not is_locked(request) or request.path in way_out:
            return self.get_response(request)
        if is_json(request):
            return signed_out_json()
        if is_htmx(request):
            return signed_out_part()
        return HttpResponseRedirect(reverse("lock"))


class NoStore:
    """Pages leave no copy in the browser, unless a page says otherwise itself: the back button after signing out shows nothing."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response
