"""What is known of a home, kept by the safeguarding team."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from homevisits.common.clock import local_day
from homevisits.people.access import SchoolRequest, school_view
from safeguarding.selectors.warnings import expired, home_of, resting, to_review, warning_of, warnings_before, warnings_for
from safeguarding.services.reading import warning_list_read, warnings_read
from safeguarding.services.warnings import REVIEW_AFTER, end_warning, review_warning, warn

from ..forms.annex import LookForm, WarningForm
from ..risk_questions import ABOUT
from .common import said, tried


@school_view(act="keep_home_warnings")
@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: SchoolRequest, household_id: int) -> HttpResponse:
    """The warnings about a home, those that are over, and a new one."""
    home = home_of(request.school, household_id)
    if home is None:
        raise Http404("No such home.")
    day, here = local_day(request.now), reverse("home_warnings", args=[request.school.slug, household_id])
    form = WarningForm(request.POST or None, about=list(ABOUT.items()))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        tried(form, lambda: warn(household=home, by=request.user, now=request.now, **given))
        if not form.errors:
            return said(request, "Kept. Open visits to this home have their risk gone through again.", here)
    if request.method == "GET":
        warnings_read(household=home, by=request.user, now=request.now)
    context = {
        "home": home, "warnings": warnings_for(home, day), "over": warnings_before(home, day), "about": ABOUT, "form": form,
        "pupils": list(home.pupils.all()),
    }  # fmt: skip
    return render(request, "visits/home_warnings.html", context)


@school_view(act="keep_home_warnings")
@require_safe
def listed(request: SchoolRequest) -> HttpResponse:
    """Every warning about homes: those to look at again, those that hold, those that have expired."""
    day = local_day(request.now)
    warning_list_read(school=request.school, by=request.user, now=request.now)
    context = {
        "due": to_review(request.school, day), "holding": resting(request.school, day), "over": expired(request.school, day)[:100],
        "about": ABOUT, "today": day,
    }  # fmt: skip
    return render(request, "visits/home_warning_list.html", context)


@school_view(act="keep_home_warnings")
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: SchoolRequest, warning_id: UUID) -> HttpResponse:
    """Say that a warning still holds, and when it is looked at again."""
    warning = warning_of(request.school, warning_id)
    if warning is None:
        raise Http404("No such warning.")
    back = reverse("home_warning_list", args=[request.school.slug])
    form = LookForm(request.POST or None, initial={"review_on": local_day(request.now) + REVIEW_AFTER})
    blocks = []
    if request.method == "POST" and form.is_valid():
        blocks = tried(form, lambda: review_warning(warning=warning, by=request.user, now=request.now, **form.cleaned_data))
        if not form.errors:
            return said(request, "Recorded: it still holds.", back)
    context = {"warning": warning, "form": form, "blocks": blocks, "back_url": back, "submit_words": "It still holds"}
    return render(request, "visits/home_warning_look.html", context)


@school_view(act="keep_home_warnings")
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: SchoolRequest, warning_id: UUID) -> HttpResponse:
    """End a warning, after asking."""
    warning = warning_of(request.school, warning_id)
    if warning is None:
        raise Http404("No such warning.")
    back = reverse("home_warnings", args=[request.school.slug, warning.household_id])
    if request.method == "POST":
        if warning.ended_at is None:
            end_warning(warning=warning, by=request.user, now=request.now)
        return said(request, "The warning has ended.", back)
    context = {
        "question": "End this warning?", "consequences": [warning.says, "It stays on record and no longer goes with visits to this home."],
        "act_words": "End it", "back_url": back,
    }  # fmt: skip
    return render(request, "layouts/confirm.html", context)
