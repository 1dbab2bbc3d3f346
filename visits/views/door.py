"""The tablet of those who go: their day, the visit step by step, who was spoken to, what was found."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from homevisits.common.errors import Blocked
from homevisits.common.live import live_response
from homevisits.people.access import SchoolRequest, school_view

from .. import findings
from ..forms.door import DecisionForm, InsideForm, OutcomeForm, ReasonForm, SpokenForm
from ..models import HomeVisit, VisitOutcome
from ..purposes import words_of
from ..rules.annex import annex_of
from ..rules.door import decision_on_outcome_blocks, outcome_blocks, reason_blocks
from ..rules.filled import may_write
from ..rules.packs import take_blocks
from ..rules.people import refusal_blocks
from ..said import standing
from ..selectors import doorstep
from ..selectors.arrivals import refused_count
from ..selectors.arrivals import waiting as not_recorded
from ..selectors.letters import card_along, left_at_door
from ..services import after_outcomes, outcomes, spoken, waiting
from .common import found, onward, page_of, said, tried


def tablet_of(visit: HomeVisit) -> str:
    """The address of the visit's tablet page."""
    return reverse("visit_tablet", args=[visit.school.slug, visit.pk])


def help_of(visit: HomeVisit) -> str:
    """The address of the help page while somebody is out, reachable from every page of the visit at the door (PRI-25)."""
    out = visit.departed_at and not visit.returned_at
    return reverse("visit_help", args=[visit.school.slug, visit.pk]) if out else ""


@school_view(act="see_visits")
@require_safe
def today(request: SchoolRequest) -> HttpResponse:
    """My visits today."""
    visits = list(doorstep.visits_of_today(request.school, request.user, request.now))
    rows = [
        {
            "visit": visit, "state": standing(visit), "family_says": doorstep.family_says(visit),
            "purpose": words_of(visit.purpose, visit.purpose_words),
            "pupils": ", ".join(one.pupil.first_name for one in visit.visit_pupils.all()),
            "may_take": not take_blocks(visit, request.user, request.now),
            "with": " and ".join(one.staff.name for one in visit.members.all() if one.staff_id != request.user.pk),
        }
        for visit in visits
    ]  # fmt: skip
    return render(request, "visits/my_day.html", {"rows": rows})


@school_view(act="see_visits")
@require_safe
def tablet(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """The visit for those who go: where, whom to see, the next step."""
    return render(request, "visits/tablet.html", _context(request, found(request, visit_id)))


@school_view(act="see_visits")
@require_safe
def tablet_live(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """The parts of the tablet page that change, or 304."""
    visit = found(request, visit_id)
    last = visit.events.order_by("-pk").values_list("pk", flat=True).first()
    key = (
        visit.status,
        visit.version,
        visit.due_back,
        last,
        visit.check_ins.count(),
        refused_count(visit),
        request.now.replace(second=0, microsecond=0),
    )
    return live_response(request, lambda: render_to_string("visits/_tablet.html", _context(request, visit), request), key)


def asks_parent(visit: HomeVisit) -> bool:
    """Whether it matters before going in that a parent is there, and not only another adult (ATT-14, ATT-35)."""
    return visit.policy.values.adult_present_rule == "block_without_parent" or visit.parents_late_word_at is not None


def _context(request: SchoolRequest, visit: HomeVisit) -> dict[str, Any]:
    shown = doorstep.doorstep(visit, request.user, request.now)
    values = visit.policy.values
    return {
        "visit": visit,
        "door": shown,
        "state": standing(visit)[0],
        "state_words": standing(visit)[1],
        "purpose": words_of(visit.purpose, visit.purpose_words),
        "pupils": [one.pupil for one in visit.visit_pupils.select_related("pupil").order_by("pk")],
        "members": visit.members.select_related("staff").order_by("pk"),
        "to_meet": doorstep.to_meet(visit),
        "restricted": doorstep.restricted_names(visit),
        "not_recorded": not_recorded(visit),
        "spoken": [spoken.words_of(row) for row in visit.spoken_to.order_by("at", "pk")],
        "outcomes": visit.outcomes.prefetch_related("for_pupils__pupil").order_by("pk"),
        "inside_form": InsideForm(asks_parent=asks_parent(visit)) if shown.may_enter else None,
        "token": uuid.uuid4(),
        "wait_in_car": values.wait_place == "car",
        "may_take": not take_blocks(visit, request.user, request.now),
        "has_form": may_write(visit, request.user, request.now),
        "may_say": not outcome_blocks(visit, request.user, request.now),
        "may_stop": not visit.returned_at and not refusal_blocks(visit, request.user),
        "here": tablet_of(visit),
        "help_url": help_of(visit),
        "home_url": reverse("visit_today", args=[visit.school.slug]),
    }


@school_view(act="see_visits")
def spoken_to(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Say who was spoken to."""
    visit = found(request, visit_id)
    form = SpokenForm(request.POST or None, contacts=spoken.contacts_of(visit))
    blocks = outcome_blocks(visit, request.user, request.now)
    if request.method == "POST" and form.is_valid():
        kept = form.spoken()
        done: list[Any] = []
        blocks = tried(form, lambda: done.append(spoken.record_spoken(visit=visit, by=request.user, now=request.now, **kept)))
        if not form.errors:
            warning = " RESTRICTED: tell them nothing and leave. The safeguarding team has been told." if done[0].restricted else ""
            return said(request, f"Recorded: {spoken.words_of(done[0])}.{warning}", onward(request, visit, tablet_of(visit)))
    context = {"visit": visit, "form": form, "blocks": blocks, "heading": "Who did you speak to?", "back_url": tablet_of(visit),
               "submit_words": "Record", "clause": "MAT-11", "help_url": help_of(visit), "offline_kind": "spoken",
               "restricted": doorstep.restricted_names(visit)}  # fmt: skip
    return render(request, "visits/door_form.html", context, status=422 if form.errors else 200)


@school_view(act="see_visits")
@require_safe
def outcome_list(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """What was found: choose one."""
    visit = found(request, visit_id)
    offered = findings.offered(
        visit.purpose, departed=bool(visit.departed_at), announced=visit.announced, annex=annex_of(visit, request.now) is not None
    )
    return render(
        request, "visits/outcomes.html", {"visit": visit, "offered": offered, "back_url": tablet_of(visit), "help_url": help_of(visit)}
    )


@school_view(act="see_visits")
def outcome(request: SchoolRequest, visit_id: int, kind: str) -> HttpResponseBase:
    """One outcome: whom it tells, its questions, and the button that records it."""
    visit = found(request, visit_id)
    if kind not in findings.BY_KIND:
        raise Http404("No such outcome.")
    finding, values = findings.BY_KIND[kind], visit.policy.values
    pupils = [one.pupil for one in visit.visit_pupils.select_related("pupil").order_by("pk")]
    annex = annex_of(visit, request.now) is not None
    form = OutcomeForm(
        request.POST or None, asked=findings.asked(kind, visit.purpose, values, annex=annex), kind=kind, pupils=pupils, now=request.now,
        open_ones=doorstep.pupils_without_outcome(visit), by_name=request.user.name, initial={"card_number": card_along(visit)},
    )  # fmt: skip
    blocks = outcomes.blocks_of(visit, kind, request.user, request.now)
    if request.method == "POST" and form.is_valid():
        kept = form.found()
        blocks = tried(form, lambda: outcomes.say_found(visit=visit, kind=kind, by=request.user, now=request.now, **kept))
        if not form.errors:
            return said(request, f"Recorded: {finding.words.lower()}.", onward(request, visit, tablet_of(visit)))
    context = {
        "visit": visit, "form": form, "blocks": blocks, "finding": finding, "does": outcomes.will_do(visit, kind),
        "leaves": left_at_door(visit) if kind == findings.Kind.NO_ANSWER else None,
        "serious": kind in findings.SERIOUS, "help_url": help_of(visit),
        "back_url": reverse("visit_outcomes", args=[visit.school.slug, visit.pk]),
    }  # fmt: skip
    return render(request, "visits/outcome.html", context, status=422 if form.errors else 200)


@school_view(act="see_visits")
@require_POST
def parents_late(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """The parents sent word that they are late; once is enough, a second tap changes nothing."""
    visit = found(request, visit_id)
    to = onward(request, visit, tablet_of(visit) if request.POST.get("from") == "tablet" else page_of(visit))
    try:
        if not visit.parents_late_word_at:
            waiting.parents_sent_word(visit=visit, by=request.user, now=request.now)
    except Blocked as why:
        context = {"visit": visit, "heading": "This cannot be recorded now", "blocks": why.blocks, "back_url": to}
        return render(request, "visits/door_form.html", context, status=422)
    return said(request, "Recorded: the parents sent word that they are late.", to)


@school_view(act="see_visits")
@require_POST
def length_seen(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Staff have seen that the planned length is over."""
    visit = found(request, visit_id)
    waiting.length_reminder_seen(visit=visit, by=request.user, now=request.now)
    return said(request, "You will not be reminded again.", onward(request, visit, tablet_of(visit)))


def _outcome_of(visit: HomeVisit, outcome_id: int) -> VisitOutcome:
    row = visit.outcomes.filter(pk=outcome_id).first()
    if row is None:
        raise Http404("No such outcome.")
    return row


@school_view(act="see_visits")
def reason(request: SchoolRequest, visit_id: int, outcome_id: int) -> HttpResponseBase:
    """Write afterwards why the visit was ended."""
    visit = found(request, visit_id)
    row = _outcome_of(visit, outcome_id)
    form = ReasonForm(request.POST or None)
    blocks = reason_blocks(row, request.user, request.now)
    if request.method == "POST" and form.is_valid():
        blocks = tried(
            form, lambda: after_outcomes.give_reason(outcome=row, text=form.cleaned_data["text"], by=request.user, now=request.now)
        )
        if not form.errors:
            return said(request, "The reason is written and has gone to whom the policy names.", page_of(visit))
    context = {"visit": visit, "form": form, "blocks": blocks, "heading": "Why you ended the visit", "back_url": page_of(visit),
               "submit_words": "Hand it in", "offline_kind": "reason", "offline_fields": {"outcome": row.pk},
               "clause": findings.reason_clause(row.kind, visit.policy.values)}  # fmt: skip
    return render(request, "visits/door_form.html", context, status=422 if form.errors else 200)


@school_view(act="decide_high_risk")
def decide(request: SchoolRequest, visit_id: int, outcome_id: int) -> HttpResponseBase:
    """The safeguarding team decides whether to refer, with its reason."""
    visit = found(request, visit_id)
    row = _outcome_of(visit, outcome_id)
    form = DecisionForm(request.POST or None)
    blocks = decision_on_outcome_blocks(row, request.user, request.now)
    if request.method == "POST" and form.is_valid():
        blocks = tried(form, lambda: after_outcomes.decide_on_outcome(outcome=row, by=request.user, now=request.now, **form.cleaned_data))
        if not form.errors:
            return said(request, "The decision is recorded with its reason.", page_of(visit))
    context = {"visit": visit, "form": form, "blocks": blocks, "heading": f"{row.get_kind_display()}: refer, or not?",
               "back_url": page_of(visit), "submit_words": "Record the decision", "clause": "MAT-12"}  # fmt: skip
    return render(request, "visits/door_form.html", context, status=422 if form.errors else 200)
