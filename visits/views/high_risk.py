"""What waits for the safeguarding team, its decision, and what a visit became that is not made."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from homevisits.people.access import SchoolRequest, school_view

from ..forms.risk import DecideForm, MeetingForm, OtherContactForm
from ..models import HomeVisit
from ..risk_questions import ABOUT
from ..rules.meeting import end_blocks
from ..rules.risk import current_risk, safeguarding_blocks
from ..selectors import risk as risks
from ..selectors.lists import rows
from ..services import high_risk, meeting
from .common import found, page_of, said, tried

Status = HomeVisit.Status
DONE = {
    "visit": "Recorded: they visit. It goes on to approval.",
    "meet_at_school": "Recorded: they meet at school. Offer the family a time now.",
    "do_not_visit": "Recorded: no visit. Record here what came of the other contact.",
}


@school_view(act="decide_high_risk")
@require_safe
def inbox(request: SchoolRequest) -> HttpResponse:
    """The visits of high risk that wait for a decision."""
    waiting = risks.waiting_high(request.school)
    cards = [(row, current_risk(row.visit), risks.known_of(row.visit, request.now)) for row in rows(waiting)]
    return render(request, "visits/high_risk.html", {"cards": cards, "about": ABOUT})


@school_view(act="decide_high_risk")
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """The team's decision on one visit, with its reason."""
    visit = found(request, visit_id)
    form = DecideForm(request.POST or None)
    blocks = safeguarding_blocks(visit, visit.policy.values, request.user, request.now)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        blocks = tried(form, lambda: high_risk.decide_high_risk(visit=visit, by=request.user, now=request.now, **given))
        if not form.errors:
            to = reverse("high_risk_list", args=[request.school.slug]) if given["decision"] == "visit" else page_of(visit)
            return said(request, DONE[given["decision"]], to)
    risk = current_risk(visit)
    context = {
        "visit": visit, "form": form, "blocks": blocks, "risk": risk, "found": risks.risks_found(risk) if risk else [],
        "hazards": risks.hazards_of(visit, risk) if risk else [], "known": risks.known_of(visit, request.now), "about": ABOUT,
        "pupils": [one.pupil for one in visit.visit_pupils.select_related("pupil")], "back_url": page_of(visit),
        "heading": "Decide about a visit of high risk", "submit_words": "Record the decision",
    }  # fmt: skip
    return render(request, "visits/high_risk_decide.html", context)


@school_view(act="see_visits")
@require_http_methods(["GET", "HEAD", "POST"])
def met(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """How the meeting at school went."""
    visit = found(request, visit_id)
    form = MeetingForm(request.POST or None)
    blocks = end_blocks(visit, Status.MEETING, request.now)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        blocks = tried(form, lambda: meeting.record_meeting(visit=visit, by=request.user, now=request.now, **given))
        if not form.errors:
            missed = "Recorded. The safeguarding team is told; offer another time."
            closed = given["came"] or given["other_contact"]
            return said(request, "Recorded: the visit is closed." if closed else missed, page_of(visit))
    context = {"form": form, "blocks": blocks, "heading": "How the meeting at school went", "back_url": page_of(visit)}
    return render(request, "visits/risk_act.html", {**context, "submit_words": "Record it"})


@school_view(act="see_visits")
@require_http_methods(["GET", "HEAD", "POST"])
def other_contact(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """What came of the contact that is used instead of the visit."""
    visit = found(request, visit_id)
    form = OtherContactForm(request.POST or None)
    blocks = end_blocks(visit, Status.NOT_VISITING, request.now)
    if request.method == "POST" and form.is_valid():
        says = form.cleaned_data["says"]
        blocks = tried(form, lambda: meeting.record_other_contact(visit=visit, says=says, by=request.user, now=request.now))
        if not form.errors:
            return said(request, "Recorded: the visit is closed.", page_of(visit))
    context = {"form": form, "blocks": blocks, "heading": "What came of the other contact", "back_url": page_of(visit)}
    return render(request, "visits/risk_act.html", {**context, "submit_words": "Record it and close"})
