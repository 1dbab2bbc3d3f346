"""The list of visits, and a visit's page: where it stands, what happened, what is possible now, and for what is not: why."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from homevisits.common.live import live_response
from homevisits.people.access import SchoolRequest, school_view

from .. import page
from ..acts import ordered, possible
from ..models import HomeVisit
from ..purposes import words_of
from ..said import standing
from ..selectors import lists
from ..selectors.arrivals import refused_count
from .common import found


@school_view(act="see_visits")
@require_safe
def visit_list(request: SchoolRequest) -> HttpResponse:
    """The school's visits by what is to be done about them; `?ended=1` those that have come to an end."""
    person, roles = request.user, request.school_roles
    ended = lists.ended(request.school, person, roles) if request.GET.get("ended") else None
    groups = [] if ended is not None else lists.groups(request.school, person, roles)
    total = sum(len(group.rows) for group in groups)
    return render(request, "visits/list.html", {"groups": groups, "ended": ended, "total": total})


@school_view(act="see_visits")
@require_safe
def visit_page(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """The page of one visit."""
    return render(request, "visits/visit.html", context(request, found(request, visit_id)))


@school_view(act="see_visits")
@require_safe
def visit_live(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """The parts of the page that change, or 304."""
    visit = found(request, visit_id)
    last = visit.events.order_by("-pk").values_list("pk", flat=True).first()
    alarms = visit.alarms.count(), visit.acknowledgements.count(), visit.check_ins.count(), refused_count(visit)
    key = (visit.status, visit.version, visit.due_back, last, alarms, request.now.replace(second=0, microsecond=0))
    return live_response(request, lambda: render_to_string("visits/_visit.html", context(request, visit), request), key)


def context(request: SchoolRequest, visit: HomeVisit) -> dict[str, Any]:
    """What the page shows of a visit to this person."""
    person, roles, now = request.user, request.school_roles, request.now
    acts = possible(visit, person, roles, now)
    return {
        "visit": visit,
        "state": standing(visit)[0],
        "state_words": standing(visit)[1],
        "purpose": words_of(visit.purpose, visit.purpose_words),
        "pupils": [one.pupil for one in visit.visit_pupils.select_related("pupil")],
        "steps": page.path(visit),
        "can": ordered(visit, person, [one for one in acts if not one.blocks]),
        "cannot": [one for one in acts if one.blocks],
        "sections": page.sections(visit, person, roles, now),
        "entries": page.timeline(visit),
    }
