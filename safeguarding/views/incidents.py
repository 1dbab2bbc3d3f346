"""Incidents: the list, what is known of one, its review, and its copy on paper."""

from datetime import time
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from homevisits.common.clock import instant, local, local_day
from homevisits.documents.handing import hand_out
from homevisits.documents.render import PdfUnavailable, render_pdf
from homevisits.people.access import SchoolRequest, school_view

from ..forms.copies import CopyForm
from ..forms.incidents import MoreForm, ReviewForm
from ..models import Incident
from ..rules.incidents import review_blocks
from ..selectors.incidents import account, changes, incidents, lines
from ..services.incidents import add_to_incident, review_incident
from ..services.reading import incident_copied, incident_read
from .common import said, tried

TIMES = ("safe_place_at", "police_called_at", "ambulance_called_at")


@school_view(act="see_incidents")
@require_safe
def incident_list(request: SchoolRequest) -> HttpResponse:
    """The school's incidents, those to be reviewed first."""
    rows = list(incidents(request.school)[:200])
    waiting = sum(row.reviewed_at is None for row in rows)
    return render(request, "safeguarding/incidents.html", {"rows": rows, "waiting": waiting})


@school_view(act="see_incidents")
def incident(request: SchoolRequest, incident_id: UUID) -> HttpResponseBase:
    """What is known of an incident, to add to until it is reviewed."""
    row = _found(request, incident_id)
    form = None if row.reviewed_at else MoreForm(request.POST or None, kind=row.kind, details=row.details, initial=_initial(row))
    if form and request.method == "POST" and form.is_valid():
        given = form.known()
        for name in TIMES:
            given[name] = _on_its_day(row, given[name])
        tried(form, lambda: add_to_incident(incident=row, by=request.user, now=request.now, **given))
        if not form.errors:
            return said(request, "Saved.", reverse("incident", args=[request.school.slug, row.public_id]))
    if request.method == "GET":
        incident_read(incident=row, by=request.user, now=request.now)
    context = {
        "incident": row, "form": form, "owed": [] if row.reviewed_at else review_blocks(row), "back_url": _list(request),
        "account": account(row), "lines": lines(row), "changes": changes(row),
    }  # fmt: skip
    return render(request, "safeguarding/incident.html", context)


@school_view(act="see_incidents")
def review(request: SchoolRequest, incident_id: UUID) -> HttpResponseBase:
    """Close an incident with what follows from it."""
    row = _found(request, incident_id)
    form, blocks = ReviewForm(request.POST or None), review_blocks(row)
    if request.method == "POST" and form.is_valid():
        blocks = tried(form, lambda: review_incident(incident=row, by=request.user, now=request.now, **form.cleaned_data))
        if not form.errors:
            return said(request, "The incident is reviewed and closed.", _list(request))
    back = reverse("incident", args=[request.school.slug, row.public_id])
    return render(request, "safeguarding/review.html", {"incident": row, "form": form, "blocks": blocks, "back_url": back})


@school_view(act="see_incidents")
def copy(request: SchoolRequest, incident_id: UUID) -> HttpResponseBase:
    """A copy of an incident on paper, for somebody who says what it is for."""
    row = _found(request, incident_id)
    form = CopyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            content = render_pdf(render_to_string("safeguarding/incident_pdf.html", _paper(request, row, form.cleaned_data["reason"])))
        except PdfUnavailable as why:
            form.add_error(None, str(why))
        else:
            incident_copied(incident=row, reason=form.cleaned_data["reason"], by=request.user, now=request.now)
            return hand_out(content, "pdf", f"incident-{row.short}.pdf")
    context = {
        "form": form, "heading": "A copy of the incident", "submit_words": "Make the copy",
        "back_url": reverse("incident", args=[request.school.slug, row.public_id]),
        "intro": "It names the child, and who was there. Keep it as you keep a child protection file.",
    }  # fmt: skip
    return render(request, "safeguarding/act.html", context, status=422 if form.errors else 200)


def _paper(request: SchoolRequest, row: Incident, reason: str) -> dict[str, Any]:
    """What the copy shows."""
    return {
        "incident": row, "school": request.school, "now": request.now, "reader": request.user, "pupils": row.pupils.all(),
        "account": account(row), "lines": lines(row), "changes": changes(row), "reason": reason,
    }  # fmt: skip


def _found(request: SchoolRequest, incident_id: UUID) -> Incident:
    row = incidents(request.school).filter(public_id=incident_id).first()
    if row is None:
        raise Http404("No such incident.")
    return row


def _list(request: SchoolRequest) -> str:
    return reverse("incident_list", args=[request.school.slug])


def _on_its_day(row: Incident, wall: time | None) -> Any:
    return instant(local_day(row.happened_at), wall) if wall else None


def _initial(row: Incident) -> dict[str, Any]:
    answers = {True: "yes", False: "no", None: ""}
    times = {name: local(at).time() for name in TIMES if (at := getattr(row, name))}
    names = ("police_reference", "police_not_called_because", "ambulance_reference", "injury_report")
    return {name: getattr(row, name) for name in names} | {"support_offered": answers[row.support_offered], **times}
