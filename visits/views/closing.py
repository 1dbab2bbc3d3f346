"""The end of a visit: its report, how it was for those who went, the letters that it asks for."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from homevisits.people.access import SchoolRequest, school_view

from ..forms.closing import DiscardForm, FeedbackForm, ReportForm
from ..models import HomeVisit, VisitReport
from ..rules.closing import closing_blocks, hand_in_blocks, letter_blocks, write_blocks
from ..selectors.attachments import added_to
from ..selectors.reports import answers_of, report_of, said_at_the_door
from ..services import letters, reports
from .common import found, page_of, said, tried


@school_view(act="see_visits")
def report(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Write the report: save it as a draft, or hand it in and close the visit."""
    visit = found(request, visit_id)
    kept, attached = report_of(visit), added_to(visit)
    if kept and kept.handed_in_at:
        context = {
            "visit": visit,
            "report": kept,
            "answers": answers_of(visit, kept),
            "attached": attached,
            "back_url": page_of(visit),
        }
        return render(request, "visits/report_shown.html", context)
    form = ReportForm(request.POST or None, visit=visit, initial=_initial(visit, kept))
    blocks = write_blocks(visit, request.user, request.now)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        blocks = tried(
            form,
            lambda: reports.save_draft(
                visit=visit, text=given["text"], evaluation=given["evaluation"], entered=given["entered"],
                child_present=given["child_present"], answers=form.answers(), by=request.user, now=request.now,
            ),
        )  # fmt: skip
        if not form.errors and "hand_in" not in request.POST:
            return said(request, "Saved as a draft. It is handed in when you say so.", page_of(visit))
        if not form.errors:
            blocks = tried(form, lambda: reports.hand_in(visit=visit, by=request.user, now=request.now))
        if not form.errors:
            return said(request, "The report is handed in and the visit is closed.", page_of(visit))
    owed = [] if blocks else closing_blocks(visit, request.now) + hand_in_blocks(visit, kept)
    context = {
        "visit": visit,
        "form": form,
        "blocks": blocks,
        "owed": owed,
        "kept": kept,
        "attached": attached,
        "back_url": page_of(visit),
    }
    return render(request, "visits/report.html", context)


def _initial(visit: HomeVisit, kept: VisitReport | None) -> dict[str, Any]:
    """What the report's form shows: the draft, and where that has no answer what was said at the door."""
    drafted = {name: value for name, value in ReportForm.initial_of(kept).items() if value not in ("", [], None)}
    return {**said_at_the_door(visit), **drafted}


@school_view(act="see_visits")
def feedback(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """How the visit was for one of those who went."""
    visit = found(request, visit_id)
    form = FeedbackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        tried(form, lambda: reports.give_feedback(visit=visit, by=request.user, now=request.now, **form.cleaned_data))
        if not form.errors:
            return said(request, "Thank you. It goes into the review of the policy.", page_of(visit))
    context = {"visit": visit, "form": form, "back_url": page_of(visit), "heading": "How was the visit for you?", "submit_words": "Send"}
    return render(request, "visits/closing_form.html", context)


@school_view(act="see_visits")
def letter_discard(request: SchoolRequest, visit_id: int, kind: str) -> HttpResponse:
    """Decide, with a reason, that a drafted letter is not sent."""
    visit = found(request, visit_id)
    if not visit.letters.filter(kind=kind).exists():
        raise Http404("No such letter.")
    form = DiscardForm(request.POST or None)
    blocks = letter_blocks(visit, kind, request.user, request.now)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        blocks = tried(form, lambda: letters.discard_letter(visit=visit, kind=kind, reason=reason, by=request.user, now=request.now))
        if not form.errors:
            return said(request, "The letter is not sent; the reason is on the visit.", page_of(visit))
    context = {
        "visit": visit,
        "form": form,
        "blocks": blocks,
        "back_url": page_of(visit),
        "heading": "Do not send this letter",
        "submit_words": "Do not send",
    }
    return render(request, "visits/closing_form.html", context)
