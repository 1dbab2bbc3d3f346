"""What every template may use on top of people's own: the places of the header, and the school's time."""

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from homevisits.common import clock
from homevisits.home import engine, out, places, trust
from homevisits.people.matrix import allows
from homevisits.people.models import Staff
from safeguarding.selectors.concerns import waiting_count
from visits.selectors.doorstep import still_to_make
from visits.selectors.inbox import approves_today, waiting


def look(request: HttpRequest) -> dict[str, Any]:
    """`places`, `now`, `my_trusts`; `help_url` on a visit's pages for those who are out on it; `alarms` of the banner: of visits
    for those who deal with them, of the engine for those who may see it.

    A view's own value of the same name wins.
    """
    school = getattr(request, "school", None)
    if school is None:
        return {"places": [], "now": clock.now(), "my_trusts": _trusts(request)}
    return {
        # Asked only where the page has no places of its own.
        "places": SimpleLazyObject(lambda: header(request)),
        "my_trusts": _trusts(request),
        "now": request.now,  # type: ignore[attr-defined]
        "help_url": _help(request),
        # For the line at the top of the safeguarding team's pages; asked only there, and once.
        "concerns_waiting": cache(lambda: waiting_count(school)),
        # Asked only where the page has no alarms of its own.
        "alarms": SimpleLazyObject(lambda: _alarms(request)),
        # For the board, which shows the alarms of visits itself.
        "engine_alarms": SimpleLazyObject(lambda: _of_engine(request)),
    }


def header(request: HttpRequest, *, goes: bool = True) -> list[places.Link]:
    """The places of a school's header. `goes`: False where the page knows that the person is on no visit that is still to be made."""
    return places.links(request.school, request.school_roles, request.path, _waiting(request, goes))  # type: ignore[attr-defined]


def _waiting(request: HttpRequest, goes: bool) -> dict[str, int]:
    """How much waits at the counted places: the visits that a person makes today, and those to approve for whoever approves today.

    Whoever works at a desk has the place of their own visits only on a day on which they go.
    """
    school, user, roles, now = request.school, request.user, request.school_roles, request.now  # type: ignore[attr-defined]
    assert isinstance(user, Staff)  # only somebody signed in has a school
    found = {}
    mine = still_to_make(school, user, now) if goes else 0
    if mine or not allows("see_today", roles):
        found["visit_today"] = mine
    if approves_today(school, user, roles, now):
        found["approve_inbox"] = waiting(school, user)
    return found


def _help(request: HttpRequest) -> str:
    """Where help is one tap away, on every page of a visit for those who are out on it (PRI-25); elsewhere nothing is asked."""
    visit_id = request.resolver_match.kwargs.get("visit_id") if request.resolver_match else None
    return out.help_of(request.school, request.user, visit_id) if visit_id else ""  # type: ignore[attr-defined,arg-type]


def _alarms(request: Any) -> list[engine.Alarm]:
    return out.alarms(request.school, request.user, request.school_roles) + _of_engine(request)


def _of_engine(request: Any) -> list[engine.Alarm]:
    return engine.alarms(request.school) if allows("see_status", request.school_roles) else []


def _trusts(request: HttpRequest) -> Any:
    """The trusts whose page the person may see; asked only by the pages that show them."""
    user = getattr(request, "user", None)
    return SimpleLazyObject(lambda: trust.trusts_of(user, clock.local_day(clock.now())) if isinstance(user, Staff) else [])
