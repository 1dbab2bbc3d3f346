"""The school's own home visit risk assessment: read by all staff, kept by whom the policy names."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import SchoolRequest, school_view
from homevisits.policy.selectors import find_version_in_force

from ..forms.risk import AssessmentForm
from ..rules.school_assessment import current_assessment, keeper_blocks
from ..selectors import risk as risks
from ..services.school_assessment import keep_assessment
from .common import said, tried


def _blocks(request: SchoolRequest) -> list[Block]:
    policy = find_version_in_force(request.school, local_day(request.now))
    return keeper_blocks(policy.values, request.school_roles) if policy else [Block("The school runs on no policy yet.")]


@school_view(act="see_visits")
@require_safe
def shown(request: SchoolRequest) -> HttpResponse:
    """The version in force, and the earlier ones."""
    versions = list(risks.school_assessments(request.school))
    policy = find_version_in_force(request.school, local_day(request.now))
    annex = policy is not None and policy.values.infection_annex is not None
    context = {"current": versions[0] if versions else None, "earlier": versions[1:], "blocks": _blocks(request), "annex": annex}
    return render(request, "visits/school_assessment.html", context)


@school_view(act="keep_school_assessment")
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: SchoolRequest) -> HttpResponse:
    """Make it, or amend it: a new version."""
    current, back = current_assessment(request.school), reverse("school_assessment", args=[request.school.slug])
    first = {"text": current.text if current else "", "based_on": current.number if current else 0}
    form, blocks = AssessmentForm(request.POST or None, initial=first), _blocks(request)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        blocks = tried(form, lambda: keep_assessment(school=request.school, by=request.user, now=request.now, **given))
        if not form.errors:
            return said(request, "The school’s assessment has a new version. Whoever goes on a visit reads it again.", back)
    heading = "Amend the school’s assessment" if current else "Make the school’s assessment"
    context = {"form": form, "blocks": blocks, "heading": heading, "back_url": back, "submit_words": "Keep this version"}
    return render(request, "visits/risk_act.html", context)
