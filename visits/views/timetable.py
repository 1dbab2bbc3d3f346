"""Tutoring visits on a timetable."""

from django.http.response import HttpResponseBase
from django.shortcuts import render

from homevisits.common.clock import local
from homevisits.common.said import count
from homevisits.people.access import SchoolRequest, school_view

from ..forms.timetable import RepeatForm
from ..models import HomeVisit
from ..rules.timetable import repeat_blocks
from ..services import timetable
from .common import found, page_of, said, tried


@school_view(act="plan_visit")
def repeat(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Repeat a tutoring visit on a timetable."""
    visit = found(request, visit_id)
    start = local(visit.arrive_at or visit.due_at)
    form = RepeatForm(request.POST or None, initial={"weekdays": [start.weekday()]})
    blocks = repeat_blocks(visit, request.user, request.now)
    made: list[HomeVisit] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        blocks = tried(form, lambda: made.extend(timetable.repeat_visit(visit=visit, by=request.user, now=request.now, **given)))
        if not form.errors:
            says = f"{count(len(made), 'visit')} added to the timetable. Each is planned and approved by itself."
            return said(request, says, page_of(visit))
    context = {"visit": visit, "form": form, "blocks": blocks, "heading": "Repeat this visit on a timetable", "back_url": page_of(visit),
               "submit_words": "Add the visits"}  # fmt: skip
    return render(request, "visits/closing_form.html", context, status=422 if form.errors else 200)
