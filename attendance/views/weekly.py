"""The weekly list of visits: to read, to sign, on paper (ATT-31, ATT-32)."""

from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from homevisits.common.clock import local_day
from homevisits.common.errors import Block, Blocked
from homevisits.documents.render import PdfUnavailable
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.matrix import allows
from homevisits.policy.selectors import find_version_in_force
from visits.rules.weekly import monday
from visits.services.weekly import sign_list

from ..services.weekly_paper import kept_week
from ..weekly import Week, build_week


class SeenForm(forms.Form):
    """What stood on the list that is signed: `visit-version` of each visit."""

    seen = forms.RegexField(r"^(\d{1,9}-\d{1,9}( \d{1,9}-\d{1,9})*)?$", required=False, max_length=20000)

    def versions(self) -> dict[int, int]:
        """{visit: version} as it was read."""
        return {int(visit): int(version) for visit, version in (each.split("-") for each in self.cleaned_data["seen"].split())}


def _monday(request: SchoolRequest, week: str | None) -> date:
    """The week of the address, this one where it names none; 404 for what is not a Monday."""
    if week is None:
        return monday(local_day(request.now))
    try:
        day = date.fromisoformat(week)
    except ValueError as error:
        raise Http404("No such week.") from error
    if day != monday(day) or not date(2000, 1, 1) < day < date(2200, 1, 1):
        raise Http404("No such week.")
    return day


@school_view(act="see_weekly_list")
@require_safe
def weekly_list(request: SchoolRequest, week: str | None = None) -> HttpResponse:
    """The list of a week, this one by default."""
    return _page(request, build_week(request.school, _monday(request, week), request.now), [])


@school_view(act="sign_weekly_list")
@require_POST
def sign_weekly_list(request: SchoolRequest, week: str) -> HttpResponseBase:
    """Sign the list as it was read; a list that changed meanwhile comes back unsigned."""
    day, form = _monday(request, week), SeenForm(request.POST)
    if not form.is_valid():
        raise Http404("No such list.")
    try:
        sign_list(school=request.school, week=day, by=request.user, now=request.now, seen=form.versions())
    except Blocked as why:
        return _page(request, build_week(request.school, day, request.now), why.blocks)
    messages.success(request, "The list is signed.")
    return redirect("weekly_list_of", request.school.slug, day.isoformat())


@school_view(act="see_weekly_list")
@require_safe
def weekly_list_pdf(request: SchoolRequest, week: str) -> HttpResponse:
    """The list on paper; 503 with a sentence where PDFs cannot be made."""
    found = build_week(request.school, _monday(request, week), request.now)
    try:
        content = kept_week(week=found, by=request.user, now=request.now)
    except PdfUnavailable as why:
        return HttpResponse(str(why), status=503, content_type="text/plain; charset=utf-8")
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="visits-{found.monday.isoformat()}.pdf"'
    return answer


def _page(request: SchoolRequest, week: Week, blocks: list[Block]) -> HttpResponse:
    version = find_version_in_force(request.school, local_day(request.now))
    signs = allows("sign_weekly_list", request.school_roles) and (week.signed is None or bool(week.unsigned))
    context = {
        "week": week, "blocks": blocks, "signs": signs, "wanted": bool(version and version.values.weekly_list_signed),
        "seen": " ".join(f"{entry.line.visit.pk}-{entry.line.visit.version}" for entry in week.unsigned),
        "before": _near(week, -7), "after": _near(week, 7),
    }  # fmt: skip
    return render(request, "attendance/weekly.html", context)


def _near(week: Week, days: int) -> str:
    return (week.monday + timedelta(days=days)).isoformat()
