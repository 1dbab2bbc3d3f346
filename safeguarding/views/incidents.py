"""Incidents: the list, what is known of one, and its review."""

from datetime import time
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from homevisits.common.clock import instant, local, local_day
from homevisits.common.errors import BadInput, Blocked
from homevisits.people.access import SchoolRequest, school_view

from ..forms.incidents import MoreForm, ReviewForm
from ..models import Incident
from ..rules.incidents import review_blocks
from ..selectors.incidents import incidents
from ..services.incidents import add_to_incident, review_incident
from ..services.reading import incident_read

TIMES = ("safe_place_at", "police_called_at")


@school_view(act="see_incidents")
@require_safe
def incident_list(request: SchoolRequest) -> HttpResponse:
    """The school's incidents, those to be reviewed first."""
    rows = list(incidents(request.school)[:200])
    waiting = sum(row.reviewed_at is None for row in rows)
    return render(request, "safeguarding/incidents.html", {"rows": rows, "waiting": waiting})


@school_view(act="see_incidents")
def incident(request: SchoolRequest, incident_id: int) -> HttpResponseBase:
    """What is known of an incident, to add to until it is reviewed."""
    row = _found(request, incident_id)
    form = None if row.reviewed_at else MoreForm(request.POST or None, initial=_initial(row))
    if form and request.method == "POST" and form.is_valid():
        given: dict[str, Any] = dict(form.cleaned_data)
        for name in TIMES:
            given[name] = _on_its_day(row, given[name])
        try:
            add_to_incident(incident=row, by=request.user, now=request.now, **given)
        except BadInput as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, "Saved.")
            return HttpResponseRedirect(reverse("incident", args=[request.school.slug, row.pk]))
    if request.method == "GET":
        incident_read(incident=row, by=request.user, now=request.now)
    context = {"incident": row, "form": form, "owed": [] if row.reviewed_at else review_blocks(row), "back_url": _list(request)}
    return render(request, "safeguarding/incident.html", context)


@school_view(act="see_incidents")
def review(request: SchoolRequest, incident_id: int) -> HttpResponseBase:
    """Close an incident with what follows from it."""
    row = _found(request, incident_id)
    form, blocks = ReviewForm(request.POST or None), review_blocks(row)
    if request.method == "POST" and form.is_valid():
        try:
            review_incident(incident=row, by=request.user, now=request.now, **form.cleaned_data)
        except Blocked as why:
            blocks = why.blocks
            form.add_error(None, str(why))
        except BadInput as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, "The incident is reviewed and closed.")
            return HttpResponseRedirect(_list(request))
    back = reverse("incident", args=[request.school.slug, row.pk])
    return render(request, "safeguarding/review.html", {"incident": row, "form": form, "blocks": blocks, "back_url": back})


def _found(request: SchoolRequest, incident_id: int) -> Incident:
    row = incidents(request.school).filter(pk=incident_id).first()
    if row is None:
        raise Http404("No such incident.")
    return row


def _list(request: SchoolRequest) -> str:
    return reverse("incident_list", args=[request.school.slug])


def _on_its_day(row: Incident, wall: time | None) -> Any:
    return instant(local_day(row.happened_at), wall) if wall else None


def _initial(row: Incident) -> dict[str, Any]:
    said = {True: "yes", False: "no", None: ""}
    times = {name: local(at).time() for name in TIMES if (at := getattr(row, name))}
    kept = {name: getattr(row, name) for name in ("note", "police_reference", "police_not_called_because", "injury_report")}
    return {**kept, "support_offered": said[row.support_offered], **times}
