"""Concerns from a visit: the form that goes along on the tablet, and what tablets send of concerns that were written without network.

They do not come in with the other acts of a visit: those the office reads, a concern nobody but the safeguarding team. None is refused
for what is typed once it is late: what is wrong stands in words, and the team asks.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from homevisits.common import clock
from homevisits.common.errors import BadInput
from homevisits.common.uploads import files_of
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.models import Pupil
from safeguarding.forms.concerns import ConcernForm
from safeguarding.services.concerns import raise_concern
from safeguarding.views.concerns import arrived, keep, writing

from ..models import HomeVisit
from ..selectors.access import find
from .common import found
from .door import help_of, tablet_of
from .sync import MOST, stamped, values

KIND = "concern"


@school_view(act="see_visits")
def visit_concern(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Write a concern from a visit: its children are at hand. The page goes along and works without network."""
    visit, post = found(request, visit_id), request.method == "POST"
    pupils = [one.pupil for one in visit.visit_pupils.select_related("pupil").order_by("pk")]
    form = ConcernForm(
        request.POST if post else None, files_of(request) if post else None, school=request.school, now=request.now, at_hand=pupils
    )
    if post and form.is_valid() and (concern := keep(request, form, visit_id=visit.pk)) is not None:
        messages.success(request, arrived(concern))
        return HttpResponseRedirect(_back(visit))
    context = writing(form, request)
    chosen = {pupil.pk for pupil in context["chosen"]}
    context |= {
        "visit": visit, "nearby": [one for one in _home(visit, pupils) if one.pk not in chosen], "back_url": _back(visit),
        "help_url": help_of(visit), "home_url": reverse("visit_today", args=[request.school.slug]),
    }  # fmt: skip
    return render(request, "visits/concern.html", context, status=422 if form.errors else 200)


def _home(visit: HomeVisit, pupils: list[Pupil]) -> list[Pupil]:
    """The children of the visit, then whoever of the school lives with them."""
    others = visit.household.pupils.exclude(pk__in=[one.pk for one in pupils]).exclude(status=Pupil.Status.LEFT)
    return [*pupils, *others.order_by("first_name", "pk")]


def _back(visit: HomeVisit) -> str:
    return reverse("visit_doorstep", args=[visit.school.slug, visit.pk]) if visit.departed_at else tablet_of(visit)


@school_view(act="raise_concern")
@require_POST
def concern_sync(request: SchoolRequest) -> HttpResponse:
    """Concerns as JSON, like the acts of a visit (sync.py); answers each of them. 400 with a sentence for what is no such JSON."""
    try:
        rows = stamped(request.body, clock.now())
        acts = [(UUID(str(row.get("token"))), row, min(request.now, request.school.at(at))) for row, at in rows]
    except (BadInput, ValueError) as why:
        return JsonResponse({"says": str(why) or "Each act has a token."}, status=400)
    answers = {token: _take(request, token, row, at) for token, row, at in sorted(acts[:MOST], key=lambda act: act[2])}
    return JsonResponse({"acts": [answers[token] for token, _, _ in acts[:MOST]], "page": ""})


def _take(request: SchoolRequest, token: UUID, row: dict[str, Any], at: datetime) -> dict[str, str]:
    """Raise one concern at its real time, and say what its writer hears."""
    data = QueryDict(mutable=True)
    given = row.get("data")
    for name, value in (given if isinstance(given, dict) else {}).items():
        data.setlist(str(name), values(value))
    data["token"] = str(token)
    form = ConcernForm(data, school=request.school, now=at)
    right = form.is_valid()
    if row.get("kind") != KIND or (not right and at >= request.now):
        # Said just now, by somebody who reads the answer: the page says what is missing, and what they typed still stands there.
        return {"token": str(token), "state": "refused", "says": "Something is missing.", "clause": "", "next": ""}
    written = (form.written() if right else form.rescued()) | {"token": token}
    concern = raise_concern(
        school=request.school, by=request.user, now=request.now, written_at=at, visit_id=_visit(request, data), **written
    )
    mine = reverse("concern_mine", args=[request.school.slug])
    return {"token": str(token), "state": "done", "says": arrived(concern), "clause": "", "next": data.get("next", "") or mine}


def _visit(request: SchoolRequest, data: QueryDict) -> int | None:
    """The number of the visit that it was written on, where this person may see that visit."""
    number = data.get("visit", "")
    visit = find(request.school, request.user, request.school_roles, int(number)) if number.isdigit() and len(number) < 12 else None
    return visit.pk if visit else None
