"""Assessing the risk of a visit, its versions and its paper; confirming that the school's assessment was read."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_safe

from homevisits.common.errors import Block
from homevisits.documents.render import PdfUnavailable
from homevisits.people.access import SchoolRequest, school_view

from ..forms.risk import RiskForm
from ..models import HomeVisit, VisitRisk
from ..risk_questions import ABOUT, STAFF_CONDITION, asked, is_yes
from ..rules.risk import ASSESSMENT, carried, current_risk, is_first_visit, staleness, state_blocks
from ..rules.school_assessment import current_assessment
from ..selectors import risk as risks
from ..services import risk as service
from ..services.papers import kept_paper
from ..services.reading import risk_read
from .common import found, page_of, said, tried


@school_view(act="assess_risk")
@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """The assessment: the seven questions or the hazard matrix, by the policy of the visit."""
    visit = found(request, visit_id)
    current, known = current_risk(visit), carried(visit, request.now)
    sees = _seen(request, visit)
    hidden = (known and not sees.warnings) or (current is not None and not sees.assessment)
    blocks = state_blocks(visit) + (_hidden(visit) if hidden else [])
    approves = risks.approves(visit, request.user, request.now)
    form = None if blocks else RiskForm(request.POST or None, visit=visit, risk=current, carried=known, approves=approves)
    if form is not None and request.method == "POST" and form.is_valid():
        given = form.given()
        blocks = tried(form, lambda: service.assess_risk(visit=visit, by=request.user, now=request.now, **given))
        if not form.errors:
            visit.refresh_from_db()
            return said(request, _done(visit), page_of(visit))
        current = current_risk(visit)
        form.base_on(current)
    context = {
        "visit": visit, "form": form, "blocks": blocks, "current": current, "about": ABOUT, "back_url": page_of(visit),
        "first": is_first_visit(visit), "minimum": visit.policy.values.first_visit_minimum_risk, "seen": risks.seen_controls(visit),
        "pupils": [one.pupil for one in visit.visit_pupils.select_related("pupil")],
        "stale": staleness(visit, current, request.now) if current else [],
    }  # fmt: skip
    return render(request, "visits/risk_form.html", context, status=422 if blocks and form is None else 200)


def _seen(request: SchoolRequest, visit: HomeVisit) -> risks.Seen:
    return risks.seen(visit, request.user, request.now, request.school_roles)


def _not_theirs(request: SchoolRequest, visit: HomeVisit) -> HttpResponse:
    """Back to the visit, saying who reads it."""
    messages.warning(
        request, "What the assessment found is read by those who go, those who approve, the safeguarding team, heads, and whoever assessed."
    )
    return HttpResponseRedirect(page_of(visit))


def _hidden(visit: HomeVisit) -> list[Block]:
    # The same words whether there is a warning or not.
    says = "One of those who go, who approve, or of the safeguarding team goes through what is known of this home, and assesses."
    return [Block(says, ASSESSMENT.get(visit.policy.values.preset, "PRI-01"))]


def _done(visit: HomeVisit) -> str:
    if visit.status == HomeVisit.Status.NOT_VISITING:
        return "It is decided not to visit. Record here what came of the other contact."
    risk = current_risk(visit)
    level = risk.get_level_display().lower() if risk else ""
    wait = " The safeguarding team decides about it now." if level == "high" else ""
    return f"The risk is assessed: {level}.{wait}"


@school_view(act="see_visits")
@require_safe
def history(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """Every assessment of the visit, with what changed from one to the next."""
    visit = found(request, visit_id)
    if not _seen(request, visit).assessment:
        return _not_theirs(request, visit)
    risk_read(visit=visit, by=request.user, now=request.now)
    return render(request, "visits/risk_history.html", {"visit": visit, "versions": risks.versions(visit), "back_url": page_of(visit)})


@school_view(act="see_visits")
@require_safe
def pdf(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """The assessment on paper; the staff's medical answers are never on it."""
    visit = found(request, visit_id)
    if not _seen(request, visit).assessment:
        return _not_theirs(request, visit)
    try:
        html = render_to_string("visits/risk_pdf.html", paper(request, visit))
        content = kept_paper(visit=visit, kind="risk_assessment", html=html, by=request.user, now=request.now)
    except PdfUnavailable as why:
        return render(request, "visits/risk_history.html", {"visit": visit, "versions": [], "unavailable": str(why)}, status=503)
    risk_read(visit=visit, by=request.user, now=request.now)
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="risk-visit-{visit.pk}.pdf"'}
    )


def paper(request: SchoolRequest, visit: HomeVisit) -> dict[str, Any]:
    """What the paper shows."""
    risk = current_risk(visit)
    return {
        "visit": visit, "school": request.school, "risk": risk, "now": request.now,
        "pupils": [one.pupil for one in visit.visit_pupils.select_related("pupil")],
        "members": [one.staff for one in visit.members.select_related("staff").order_by("pk")],
        "hazards": risks.hazards_of(visit, risk) if risk else [], "found": risks.risks_found(risk) if risk else [],
        "lines": _paper_lines(visit, risk),
        "known": risks.known_of(visit, request.now) if _seen(request, visit).warnings else [], "about": ABOUT,
        "approvals": list(visit.approvals.filter(voided_at__isnull=True).order_by("pk")),
    }  # fmt: skip


def _paper_lines(visit: HomeVisit, risk: VisitRisk | None) -> list[tuple[str, str]]:
    """The questions as answered, without those that only approvers read."""
    if risk is None:
        return []
    return [
        (question.words, "Yes" if is_yes(risk.answers.get(question.code)) else "No")
        for question in asked(visit.policy.values)
        if question.code != STAFF_CONDITION
    ]


@school_view(act="see_visits")
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """One of those who go reads the school's assessment and confirms it for themselves."""
    visit = found(request, visit_id)
    blocks = service.read_blocks(visit, request.user)
    if request.method == "POST" and not blocks:
        service.confirm_read(visit=visit, by=request.user, now=request.now)
        return said(request, "Recorded: you have read the school’s assessment.", page_of(visit))
    context = {
        "question": "Have you read the school’s home visit risk assessment?", "blocks": blocks, "act_words": "I have read it",
        "assessment": current_assessment(request.school), "back_url": page_of(visit), "back_words": "Not yet",
    }  # fmt: skip
    return render(request, "visits/assessment_read.html", context)
