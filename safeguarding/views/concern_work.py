"""What the safeguarding team does about a concern, each act on a page of its own: takes it up, decides, amends, links, closes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, Block, Blocked
from homevisits.common.said import day as day_words
from homevisits.people.access import SchoolRequest, holders, school_view
from homevisits.people.models import Role
from homevisits.people.selectors.pupils import search_pupils

from ..forms.concern_work import ActionForm, AmendForm, AwayForm, CloseForm, DecideForm, LinkForm, PupilsForm, WordsForm
from ..models import Concern, LeadAway
from ..rules.concerns import close_blocks, team_blocks, work_blocks
from ..selectors import concerns as selectors
from ..selectors.cover import aways, team
from ..selectors.marks import marks_of
from ..services import concern_decisions, concern_work
from .concern_desk import one


@require_POST
@school_view(act="read_concerns")
def take_up(request: SchoolRequest, concern_id: UUID) -> HttpResponseBase:
    """Take a concern up, or over from somebody else."""
    row = one(request, concern_id)
    try:
        concern_work.take_up(concern=row, over="over" in request.POST, by=request.user, now=request.now)
    except Blocked as why:
        messages.error(request, str(why))
    else:
        messages.success(request, "You have taken it up. Nobody is told of it again.")
    return HttpResponseRedirect(_page(request, row))


@school_view(act="read_concerns")
def decide(request: SchoolRequest, concern_id: UUID) -> HttpResponseBase:
    """Record a decision with its reason."""
    row = one(request, concern_id)
    form = DecideForm(request.POST or None, now=request.now)
    return _act(
        request, row, form, "Record a decision", "The decision is recorded.",
        lambda: concern_decisions.decide(concern=row, by=request.user, now=request.now, **form.cleaned_data),
    )  # fmt: skip


@school_view(act="read_concerns")
def action(request: SchoolRequest, concern_id: UUID) -> HttpResponseBase:
    """Say what is to be done, by whom, by when."""
    row = one(request, concern_id)
    form = ActionForm(request.POST or None, team=list(holders(request.school, Role.DSL, local_day(request.now))))
    return _act(
        request, row, form, "What is to be done", "It is noted, and its owner is reminded when it is overdue.",
        lambda: concern_decisions.add_action(concern=row, by=request.user, now=request.now, **form.given()),
    )  # fmt: skip


@school_view(act="read_concerns")
def action_end(request: SchoolRequest, concern_id: UUID, action_id: UUID) -> HttpResponseBase:
    """Say that it is done."""
    row = one(request, concern_id)
    found = row.actions.filter(public_id=action_id).select_related("concern").first()
    if found is None:
        raise Http404("No such action.")
    form = WordsForm(request.POST or None, label="What was done, or why is it not needed any more?", help_text=found.says)
    return _act(
        request, row, form, "Done", "It is done.",
        lambda: concern_decisions.end_action(action=found, says=form.cleaned_data["text"], by=request.user, now=request.now),
    )  # fmt: skip


@school_view(act="read_concerns")
def amend(request: SchoolRequest, concern_id: UUID) -> HttpResponseBase:
    """Put right what it says; what it said before stays."""
    row = one(request, concern_id)
    amendments = list(row.amendments.prefetch_related("marks_added", "marks_gone"))
    form = AmendForm(request.POST or None, text=selectors.in_force(row, amendments), marks=marks_of(row, amendments))
    return _act(
        request, row, form, "Amend what it says", "It is amended. What it said before stands beside it.",
        lambda: concern_work.amend(concern=row, by=request.user, now=request.now, **form.given()),
    )  # fmt: skip


@school_view(act="read_concerns")
def pupils(request: SchoolRequest, concern_id: UUID) -> HttpResponseBase:
    """Name brothers and sisters or other children, or take out who was named by mistake."""
    row = one(request, concern_id)
    text = request.GET.get("q", "")
    there = list(row.pupils.order_by("last_name", "first_name"))
    offered = {pupil.pk: pupil for pupil in [*selectors.siblings(row), *search_pupils(request.school, text)] if pupil not in there}
    form = PupilsForm(request.POST or None, offered=offered.values(), there=there, unsent=bool(selectors.unsent_referrals(row)))
    return _act(
        request, row, form, "Whom it is about", "It is noted whom it is about.",
        lambda: concern_work.change_pupils(concern=row, by=request.user, now=request.now, **form.given()), more={"q": text, "search": True},
    )  # fmt: skip


@school_view(act="read_concerns")
def link(request: SchoolRequest, concern_id: UUID) -> HttpResponseBase:
    """Link it with another concern: of the same home, or found by name or reference."""
    row, text = one(request, concern_id), request.GET.get("q", "").strip()
    rows = selectors.found(selectors.concerns(request.school), text) if text else selectors.same_home(row)
    known = {other.pk for other, _ in selectors.linked(row)} | {row.pk}
    offered = [(other, _in_words(other, request)) for other in rows.order_by("-at")[:30] if other.pk not in known]
    form = LinkForm(request.POST or None, offered=offered)
    more = {"q": text, "search": True, "none": not offered}
    return _act(
        request, row, form, "Link with another concern", "The two are linked.",
        lambda: concern_work.link(
            concern=row, other=form.offered[form.cleaned_data["other"]], because=form.cleaned_data["because"], by=request.user,
            now=request.now,
        ), more=more,
    )  # fmt: skip


def _in_words(other: Concern, request: SchoolRequest) -> str:
    about = ", ".join(str(pupil) for pupil in other.pupils.all()) or "a child who is not on roll"
    return f"{other.reference or other.short}, {day_words(local_day(other.seen_at), local_day(request.now))}: {about}"


@school_view(act="read_concerns")
def close(request: SchoolRequest, concern_id: UUID) -> HttpResponseBase:
    """Close it with what came of it."""
    row = one(request, concern_id)
    waits = [f"{one.to_whom}: {one.state.label.lower()}." for one in selectors.waiting_referrals(row)]
    form = CloseForm(request.POST or None, waits=waits)
    blocks = close_blocks(row, request.user, request.now)
    return _act(
        request, row, form, "Close the concern", "The concern is closed.",
        lambda: concern_work.close(concern=row, outcome=form.cleaned_data["text"], by=request.user, now=request.now), blocks=blocks,
    )  # fmt: skip


@school_view(act="read_concerns")
def reopen(request: SchoolRequest, concern_id: UUID) -> HttpResponseBase:
    """Open it again."""
    row = one(request, concern_id)
    form = WordsForm(request.POST or None, label="Why is it opened again?")
    return _act(
        request, row, form, "Open the concern again", "The concern is open again.",
        lambda: concern_work.reopen(concern=row, because=form.cleaned_data["text"], by=request.user, now=request.now),
        blocks=team_blocks(row, request.user, request.now),
    )  # fmt: skip


@school_view(act="read_concerns")
def cover(request: SchoolRequest) -> HttpResponseBase:
    """Who of the team is there, who is away until when; saying that one is away."""
    today = local_day(request.now)
    form = AwayForm(
        request.POST or None, team=list(holders(request.school, Role.DSL, today)),
        initial={"staff": str(request.user.pk), "first_day": today, "last_day": today},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            concern_work.be_away(
                school=request.school, staff=form.team[given["staff"]], first_day=given["first_day"], last_day=given["last_day"],
                by=request.user, now=request.now,
            )  # fmt: skip
        except BadInput as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, "It is noted. The others of the team cover.")
            return HttpResponseRedirect(request.path)
    context = {
        "form": form, "team": team(request.school, today), "aways": aways(request.school, today), "submit_words": "Note it",
        "back_url": reverse("concern_inbox", args=[request.school.slug]), "back_words": "Concerns",
    }  # fmt: skip
    return render(request, "safeguarding/concern_cover.html", context, status=422 if form.errors else 200)


@require_POST
@school_view(act="read_concerns")
def cover_end(request: SchoolRequest, away_id: UUID) -> HttpResponseBase:
    """They are back."""
    row: LeadAway | None = aways(request.school, local_day(request.now)).filter(public_id=away_id).first()
    if row is None:
        raise Http404("Nobody is away so.")
    concern_work.be_back(away=row, by=request.user, now=request.now)
    return HttpResponseRedirect(reverse("concern_cover", args=[request.school.slug]))


def _page(request: SchoolRequest, row: Concern) -> str:
    return reverse("concern", args=[request.school.slug, row.public_id])


def _act(
    request: SchoolRequest, row: Concern, form: Form, heading: str, done: str, act: Callable[[], object], *,
    blocks: list[Block] | None = None, more: dict[str, Any] | None = None,
) -> HttpResponseBase:  # fmt: skip
    """Ask what an act needs, do it, and go back to the concern; refused, it says why and keeps what was typed."""
    blocks = work_blocks(row, request.user, request.now) if blocks is None else blocks
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Blocked as why:
            blocks = why.blocks
            form.add_error(None, str(why))
        except BadInput as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, done)
            return HttpResponseRedirect(_page(request, row))
    context = {
        "concern": row,
        "form": form,
        "heading": heading,
        "blocks": blocks,
        "back_url": _page(request, row),
        "back_words": "The concern",
    }
    return render(request, "safeguarding/concern_act.html", {**context, **(more or {})}, status=422 if form.errors else 200)
