"""Visits, cancellations, alarms, incidents and feedback of a stretch of time, for the review of the policy (ATT-60, ALT-40)."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from homevisits.common.clock import local_day
from homevisits.people.access import SchoolRequest, school_view

from ..selectors.reports import review

SPANS = {"30": "The last 30 days", "92": "The last three months", "365": "The last year"}


@school_view(act="edit_policy")
@require_safe
def visit_review(request: SchoolRequest) -> HttpResponse:
    """The figures of one of three spans, `?days=`."""
    days = request.GET.get("days", "92")
    days = days if days in SPANS else "92"
    last = local_day(request.now)
    found = review(request.school, last - timedelta(days=int(days)), last)
    return render(request, "visits/review.html", {"review": found, "days": days, "spans": SPANS, "span": SPANS[days]})
