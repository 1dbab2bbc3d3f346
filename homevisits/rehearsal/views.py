"""Rehearsals on the screen: choose one, wait for it, look at the day it made, lay it beside another."""

import logging
import uuid
from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from homevisits.common import clock
from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput
from homevisits.people.access import SchoolRequest, school_view
from homevisits.policy.selectors import find_version_in_force
from homevisits.policy.words import preset_words

from . import picture, saying, services, shelf
from .compare import compare
from .models import RehearsalRun
from .selectors import counterpart, run_of, runs_of
from .tasks import play
from .telling import Names, Told, tell

log = logging.getLogger(__name__)
A_PAGE = 10


def _run(request: SchoolRequest, number: int) -> RehearsalRun:
    run = run_of(request.school, number)
    if run is None:
        raise Http404("No such rehearsal.")
    return run


@school_view(act="rehearse")
def rehearsal_list(request: SchoolRequest) -> HttpResponseBase:
    """The scenarios to choose from; a POST plays one. Beside them, what was played."""
    error = ""
    if request.method == "POST":
        try:
            return redirect("rehearsal_run", request.school.slug, _asked(request).pk)
        except BadInput as refused:
            error = str(refused)
    context = {
        "groups": [(group, [(one, uuid.uuid4()) for one in ones]) for group, ones in shelf.by_group()],
        "ours": find_version_in_force(request.school, clock.local_day(request.now)),
        "page_obj": Paginator(runs_of(request.school), A_PAGE).get_page(request.GET.get("page")),
        "real_now": clock.now(),
        "error": error,
        "has_errors": bool(error),
    }
    return render(request, "rehearsal/list.html", context, status=422 if error else 200)


def _asked(request: SchoolRequest) -> RehearsalRun:
    """The rehearsal that the form asks for, its bell rung when it is a new one. Raises BadInput."""
    try:
        token = uuid.UUID(request.POST.get("token", ""))
    except ValueError as error:
        raise BadInput("This page is out of date. Choose the rehearsal again.") from error
    scenario, choice = request.POST.get("scenario", ""), request.POST.get("choice", "")
    run = services.ask(school=request.school, scenario=scenario, choice=choice, token=token, by=request.user, now=clock.now())
    if run.status == RehearsalRun.Status.QUEUED:
        try:
            play.delay(run.pk)
        except (OperationalError, OSError):
            log.warning("The broker did not take the knock for rehearsal %s.", run.pk)
            words = "The rehearsal could not be started: the engine cannot be reached. Try again when it runs."
            services.end(run=run, error=words, by=SystemJob("Rehearsal"), now=clock.now())
    return run


def _waiting(run: RehearsalRun) -> dict[str, Any]:
    return {"run": run, "stuck": run.stuck(clock.now()), "token": uuid.uuid4()}


@school_view(act="rehearse")
@require_safe
def rehearsal_run(request: SchoolRequest, rehearsal_id: int) -> HttpResponse:
    """One rehearsal: how far it is, why it failed, or the day drawn with its log, of one kind when asked."""
    run = _run(request, rehearsal_id)
    if run.status != RehearsalRun.Status.DONE:
        return render(request, "rehearsal/waiting.html", _waiting(run))
    entries = _told(run)
    counts = Counter(entry.kind for entry in entries)
    kind = request.GET.get("show", "")
    shown = [entry for entry in entries if entry.kind == kind] if kind in saying.KINDS else entries
    context = _waiting(run) | {
        "kinds": [(code, name, counts[code]) for code, name in saying.KINDS.items() if counts[code]],
        "kind": kind if kind in saying.KINDS else "",
        "kind_words": saying.KINDS.get(kind, ""),
        "entries": shown,
        "total": len(entries),
        "late": sum(bool(entry.late) for entry in entries),
        "chart": picture.draw(run.title, entries, picture.steps_of(run.result["rungs"])),
        "preset": preset_words(run.result["policy"]),
        "scenario": shelf.find(run.scenario),
        "other": counterpart(run),
        "other_choice": _other(run),
        "other_words": f"Play it {_other(run).label.lower()} too",
    }
    return render(request, "rehearsal/run.html", context)


def _told(run: RehearsalRun) -> list[Told]:
    return tell(run.log, Names(**run.result["names"]))


def _other(run: RehearsalRun) -> RehearsalRun.Choice:
    choice = RehearsalRun.Choice
    return choice.OURS if run.choice == choice.WRITTEN else choice.WRITTEN


@school_view(act="rehearse")
@require_safe
def rehearsal_progress(request: SchoolRequest, rehearsal_id: int) -> HttpResponse:
    """The live part of the page while it plays."""
    return render(request, "rehearsal/progress.html", _waiting(_run(request, rehearsal_id)))


@school_view(act="rehearse")
@require_safe
def rehearsal_compare(request: SchoolRequest, rehearsal_id: int) -> HttpResponseBase:
    """The same scenario as written and with the school's policy, side by side: two pictures, and only what differs."""
    run = _run(request, rehearsal_id)
    other = counterpart(run) if run.status == RehearsalRun.Status.DONE else None
    if other is None:
        return redirect("rehearsal_run", request.school.slug, run.pk)
    pair = sorted((run, other), key=lambda one: one.choice, reverse=True)  # as written first
    days = [_told(one) for one in pair]
    sides = [
        {
            "run": one,
            "preset": preset_words(one.result["policy"]),
            "chart": picture.draw(f"{one.title}, {one.get_choice_display().lower()}", day, picture.steps_of(one.result["rungs"])),
        }
        for one, day in zip(pair, days, strict=True)
    ]
    return render(request, "rehearsal/compare.html", {"run": run, "sides": sides, "found": compare(*days)})
