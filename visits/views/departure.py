"""Before leaving: the briefing, each one's own checklist, what is taken, and “I am unwell”."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, Blocked
from homevisits.documents.render import PdfUnavailable
from homevisits.people.access import SchoolRequest, refused, school_view
from homevisits.people.matrix import roles_for

from ..forms.departure import KitForm
from ..letters.kinds import words_of
from ..models import HomeVisit
from ..rules.leaving import (
    answers_of,
    before_leaving_blocks,
    departure_blocks,
    departure_cautions,
    goes,
    lines_for,
    may_read,
    reads_briefing,
)
from ..selectors.briefing import Briefing, briefing, knows_safe_word
from ..selectors.letters import is_ready, offered
from ..selectors.risk import seen
from ..services import briefing as reading
from ..services import departure
from ..services.papers import kept_paper
from .common import found, page_of, said, tried


@school_view(act="see_visits")
@require_safe
def briefing_page(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """The briefing; opening it is noted."""
    visit = found(request, visit_id)
    if not reads_briefing(visit, request.user, request.school_roles, request.now):
        return _not_theirs(request, visit)
    reading.opened(visit=visit, by=request.user, now=request.now)
    return render(request, "visits/briefing.html", _briefing(request, visit))


def _not_theirs(request: SchoolRequest, visit: HomeVisit) -> HttpResponseBase:
    """Back to the visit, saying who reads the briefing (household warnings are for those who go and who approve)."""
    messages.warning(request, "The briefing is for those who go, those who approve, the safeguarding team and whoever asked for the visit.")
    return HttpResponseRedirect(page_of(visit))


@school_view(act="see_visits")
@require_safe
def briefing_pdf(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """The briefing on paper, without the safe word; printing it is noted, and what was printed is kept."""
    visit = found(request, visit_id)
    if not reads_briefing(visit, request.user, request.school_roles, request.now):
        return _not_theirs(request, visit)
    context = {"school": request.school, "now": request.now, "briefing": _seen(request, visit), "on_paper": True}
    try:
        html = render_to_string("visits/briefing_pdf.html", context)
        pdf = kept_paper(visit=visit, kind="briefing", html=html, by=request.user, now=request.now)
    except PdfUnavailable as why:
        return said(request, str(why), reverse("visit_briefing", args=[request.school.slug, visit.pk]))
    reading.opened(visit=visit, by=request.user, now=request.now, how="pdf")
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="briefing-{visit.pk}.pdf"'
    response["Cache-Control"] = "no-store, private"
    return response


@school_view(act="see_visits")
@require_POST
def briefing_read(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """“I have read it”, for oneself."""
    visit = found(request, visit_id)
    version = request.POST.get("version", "")
    try:
        reading.acknowledge(visit=visit, version=int(version) if version.isdigit() else 0, by=request.user, now=request.now)
    except (Blocked, BadInput) as why:
        if not reads_briefing(visit, request.user, request.school_roles, request.now):
            return _not_theirs(request, visit)
        return render(request, "visits/briefing.html", {**_briefing(request, visit), "trouble": str(why)}, status=409)
    return said(request, "Thank you: you have read the briefing.", reverse("visit_leaving", args=[request.school.slug, visit.pk]))


def _seen(request: SchoolRequest, visit: HomeVisit) -> Briefing:
    return briefing(visit, request.now, seen(visit, request.user, request.now, request.school_roles))


def _briefing(request: SchoolRequest, visit: HomeVisit) -> dict[str, Any]:
    mine = visit.members.filter(staff=request.user).first()
    return {
        "visit": visit, "briefing": _seen(request, visit), "mine": mine,
        "read": bool(mine and mine.briefed_version == visit.version),
        "asks": bool(mine and not before_leaving_blocks(visit)), "back_url": page_of(visit),
        "safe_word": visit.safe_word if knows_safe_word(visit, request.user, request.now) else "",
    }  # fmt: skip


@school_view(act="see_visits")
@require_http_methods(["GET", "HEAD", "POST"])
def leaving_page(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """One person's own checklist on the tablet, with what still stands against leaving."""
    visit = found(request, visit_id)
    if not may_read(visit, request.user, request.school_roles):
        return refused(request, roles_for("approve_visit"))
    trouble = ""
    if request.method == "POST":
        try:
            _take_answers(request, visit)
        except (Blocked, BadInput) as why:
            trouble = str(why)
        else:
            return said(request, "Your answers are kept.", reverse("visit_leaving", args=[request.school.slug, visit.pk]))
    return render(request, "visits/leaving.html", _leaving(request, visit, trouble), status=409 if trouble else 200)


def _take_answers(request: SchoolRequest, visit: HomeVisit) -> None:
    """Each line that was answered, and what became of each thing to take."""
    post = request.POST
    answers = {line.code: post[line.code] == "yes" for line in lines_for(visit, request.user, request.now) if post.get(line.code)}
    items = {item.pk: post.get(f"item-{item.pk}", "") for item in visit.items.all() if f"item-{item.pk}" in post}
    if goes(visit, request.user):
        departure.answer_checklist(visit=visit, answers=answers, by=request.user, now=request.now)
    if items:
        departure.answer_items(visit=visit, answers=items, by=request.user, now=request.now)


def _leaving(request: SchoolRequest, visit: HomeVisit, trouble: str) -> dict[str, Any]:
    me, now = request.user, request.now
    given = answers_of(visit, me)
    if trouble:
        given = {code: value == "yes" for code, value in request.POST.items() if value in ("yes", "no")}
    mine = goes(visit, me)
    return {
        "visit": visit, "mine": mine, "trouble": trouble, "blocks": departure_blocks(visit, now),
        "cautions": departure_cautions(visit),
        "reads_briefing": reads_briefing(visit, me, request.school_roles, now),
        "lines": [(line, given.get(line.code)) for line in lines_for(visit, me, now)] if mine else [],
        "along": [(kind, words_of(kind), is_ready(visit, kind)) for kind in offered(visit)],
        "items": list(visit.items.order_by("kind", "pk")), "back_url": page_of(visit),
        "open": not before_leaving_blocks(visit), "home_url": page_of(visit),
    }  # fmt: skip


@school_view(act="see_visits")
@require_http_methods(["GET", "HEAD", "POST"])
def kit_page(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Vehicle, device, safe word, from home or to home."""
    visit = found(request, visit_id)
    if not may_read(visit, request.user, request.school_roles):
        return refused(request, roles_for("approve_visit"))
    form = KitForm(request.POST or None, visit=visit, school=request.school, day=local_day(request.now))
    blocks = before_leaving_blocks(visit)
    if request.method == "POST" and form.is_valid():
        blocks = tried(form, lambda: departure.equip(visit=visit, kit=_kit(form), by=request.user, now=request.now))
        if not blocks and not form.errors:
            return said(request, "It is kept.", reverse("visit_leaving", args=[request.school.slug, visit.pk]))
    context = {"visit": visit, "form": form, "blocks": blocks, "heading": "What they take and how they travel",
               "back_url": reverse("visit_leaving", args=[request.school.slug, visit.pk]), "back_words": "Before leaving"}  # fmt: skip
    return render(request, "visits/form.html", context)


def _kit(form: KitForm) -> departure.Kit:
    given = form.cleaned_data
    return departure.Kit(
        vehicle=form.vehicles.get(given["vehicle"]), vehicle_words=given["vehicle_words"], device=form.devices.get(given.get("device", "")),
        device_carrier=form.people.get(given.get("device_carrier", "")), safe_word=given.get("safe_word", ""),
        from_home=given["from_home"], to_home=given["to_home"],
    )  # fmt: skip


@school_view(act="see_visits")
@require_http_methods(["GET", "HEAD", "POST"])
def unwell_page(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """“I am unwell”, after asking."""
    visit = found(request, visit_id)
    back = page_of(visit)
    blocks = []
    if request.method == "POST":
        try:
            departure.say_unwell(visit=visit, by=request.user, now=request.now)
            return said(request, "You are off the visit. Get well soon.", reverse("visit_list", args=[request.school.slug]))
        except Blocked as why:
            blocks = why.blocks
    context = {
        "question": "Are you unwell?", "act_words": "I am unwell, take me off", "danger": True, "back_url": back, "blocks": blocks,
        "consequences": ["You are taken off this and every other visit that waits.", "The office is told and finds somebody else.",
                         "The visit is planned and approved again."],
    }  # fmt: skip
    return render(request, "layouts/confirm.html", context)
