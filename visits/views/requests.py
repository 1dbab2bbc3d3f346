"""Asking for a visit, withdrawing it, a family that refuses, what to take, and the in-year visits that are due."""

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from homevisits.common.clock import local, local_day
from homevisits.common.errors import BadInput, Block
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.models import Pupil
from homevisits.people.selectors.pupils import pupil_of, search_pupils, siblings_of
from homevisits.policy.selectors import version_in_force

from ..forms.requests import RefusalForm, RequestForm, WhyForm
from ..models import HomeVisit
from ..purposes import BY_CODE, IN_YEAR, INDUCTION, purposes_of, words_of
from ..rules.plans import PURPOSE
from ..selectors import in_year as joined
from ..selectors.access import open_for
from ..services import requests as services
from .common import found, page_of, said, tried, with_policy


@school_view(act="request_visit")
@require_http_methods(["GET", "HEAD", "POST"])
@with_policy
def ask(request: SchoolRequest) -> HttpResponseBase:
    """Ask for a visit, in three looks at one address: find the child, choose the purpose, fill in the form."""
    school, values = request.school, version_in_force(request.school, local_day(request.now)).values
    number = request.GET.get("pupil", "")
    pupil = pupil_of(school, int(number)) if number.isdigit() else None
    if pupil is None or pupil.status == Pupil.Status.LEFT:
        text = request.GET.get("q", "").strip()
        return render(
            request, "visits/ask_whom.html", {"q": text, "pupils": search_pupils(school, text) if text else [], "lost": bool(number)}
        )
    purpose = request.GET.get("purpose", "")
    offered = purposes_of(values.preset)
    if purpose not in {one.code for one in offered}:
        lacks = [Block("Choose a purpose: a visit cannot be asked for without one.", PURPOSE.get(values.preset, "ALT-10"))]
        asked = [(one, words_of(one.purpose)) for one in open_for(school, request.user, request.school_roles, pupil)]
        context = {"pupil": pupil, "purposes": offered, "blocks": lacks if request.method == "POST" else [], "asked": asked}
        return render(request, "visits/ask_why.html", context)
    return _form(request, pupil, purpose)


def _form(request: SchoolRequest, pupil: Pupil, purpose: str) -> HttpResponse:
    values = version_in_force(request.school, local_day(request.now)).values
    family, times = [pupil, *siblings_of(pupil)], _times(request, pupil, purpose)
    door = local(times[0] if times else request.now + services.TRAVEL + timedelta(minutes=15))
    first = {
        "pupils": [str(pupil.pk)], "day": door.date(), "time": door.time().replace(second=0, microsecond=0),
        "length": values.standard_length,
        "preparation": "\n".join(BY_CODE[purpose].preparation),
    }  # fmt: skip
    form = RequestForm(request.POST or None, initial=first, values=values, purpose=purpose, family=family)
    blocks, made = [], []
    if request.method == "POST" and form.is_valid():
        blocks = tried(
            form, lambda: made.append(services.request_visit(school=request.school, asked=form.asked(), by=request.user, now=request.now))
        )
        if made:
            return said(request, "The visit is asked for. It is to be planned now.", page_of(made[0]))
    here = reverse("visit_ask", args=[request.school.slug])
    context: dict[str, Any] = {
        "form": form, "blocks": blocks, "pupil": pupil, "purpose": BY_CODE[purpose], "slots": times[1:] and times,
        "heading": f"Ask for a visit to {pupil}", "submit_words": "Ask for the visit", "back_url": f"{here}?pupil={pupil.pk}",
        "back_words": "Another purpose",
    }  # fmt: skip
    return render(request, "visits/ask.html", context, status=422 if form.errors else 200)


def _times(request: SchoolRequest, pupil: Pupil, purpose: str) -> list[datetime]:
    """Times to offer: the one that was tapped; for an in-year visit after school, those within the three weeks first."""
    asked = request.GET.get("at", "")
    values = version_in_force(request.school, local_day(request.now)).values
    found: list[datetime] = []
    if purpose == IN_YEAR:
        before = joined.due_on(pupil, values) if pupil.started_on else None
        found = joined.slots(request.school, values, request.now, before)
    return sorted(found, key=lambda at: at.isoformat() != asked)


@school_view(act="plan_visit")
@require_safe
@with_policy
def in_year(request: SchoolRequest) -> HttpResponseBase:
    """The pupils who joined in the year and are to be visited, vulnerable ones first."""
    rows = joined.in_year_due(request.school, request.now)
    without = sum(1 for row in rows if row.vulnerable and row.visit is None)
    values = version_in_force(request.school, local_day(request.now)).values
    context = {"rows": rows, "without": without, "days": values.in_year_visit_within, "purpose": IN_YEAR, "has": joined.has_in_year(values)}
    return render(request, "visits/in_year.html", context)


@school_view(act="request_visit")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """Withdraw a request, with the reason."""
    visit = found(request, visit_id)
    form = WhyForm(request.POST or None)
    blocks = []
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        blocks = tried(form, lambda: services.withdraw_request(visit=visit, reason=reason, by=request.user, now=request.now))
        if not form.errors:
            return said(request, "The visit is withdrawn.", page_of(visit))
    lines = ["The visit ends here and stays on record.", "Whoever was to go is told, and approvals no longer hold."]
    return _asks(request, visit, form, blocks, "Withdraw the request for this visit?", lines, "Withdraw it", danger=True)


@school_view(act="request_visit")
@require_http_methods(["GET", "HEAD", "POST"])
def refused(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """The family refuses before anybody goes (PRI-15)."""
    visit = found(request, visit_id)
    form = RefusalForm(request.POST or None)
    blocks = []
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        blocks = tried(form, lambda: services.family_refuses(visit=visit, reason=reason, by=request.user, now=request.now))
        if not form.errors:
            return said(request, "Recorded. The safeguarding team has been told.", page_of(visit))
    lines = ["The visit ends as refused.", "The safeguarding team is told at once, and whoever was to go."]
    if visit.purpose == INDUCTION:
        lines.insert(0, "A family may say no to an induction visit. It is their choice, and nothing is held against them.")
    return _asks(request, visit, form, blocks, "Does the family refuse this visit?", lines, "Record that they refuse")


def _asks(
    request: SchoolRequest, visit: HomeVisit, form: Any, blocks: Any, question: str, lines: list[str], words: str, danger: bool = False
) -> HttpResponse:
    context = {
        "form": form, "blocks": blocks, "question": question, "consequences": lines, "act_words": words, "danger": danger,
        "back_url": page_of(visit),
    }  # fmt: skip
    return render(request, "layouts/confirm.html", context, status=422 if form.errors else 200)


@school_view(act="request_visit")
@require_POST
def item(request: SchoolRequest, visit_id: int, item_id: int) -> HttpResponse:
    """One tap: taken, sent already, or not needed."""
    visit = found(request, visit_id)
    row = visit.items.filter(pk=item_id).first()
    if row is None:
        raise Http404("No such thing to take.")
    try:
        services.answer_item(item=row, answer=request.POST.get("answer", ""), by=request.user, now=request.now)
    except BadInput as why:
        return said(request, str(why), page_of(visit))
    return said(request, f"{row.what}: answered.", page_of(visit))
