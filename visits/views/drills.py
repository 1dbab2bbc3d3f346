"""Drills of the return alarm: started here, and kept with who took each on and when."""

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people import access
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.matrix import STAFF

from ..forms.out import DrillForm
from ..selectors.board import day_rows, make_row
from ..selectors.drills import drills
from ..services.drills import start_drill
from .common import tried


@school_view(act="run_drill")
@require_http_methods(["GET", "POST"])
def drill_list(request: SchoolRequest) -> HttpResponseBase:
    """Start a drill, and read what came of the earlier ones."""
    held = access.roles_held(request.school, STAFF, local_day(request.now)).select_related("staff").order_by("staff__name", "staff_id")
    people = {row.staff_id: row.staff for row in held}
    form = DrillForm(request.POST or None, people=[(pk, staff.name) for pk, staff in people.items()])
    blocks: list[Block] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        chosen = [people[int(pk)] for pk in given["staff"]]
        blocks = tried(form, lambda: start_drill(school=request.school, staff=chosen, minutes=given["minutes"], by=request.user,
                                                 now=request.now, token=given["token"]))  # fmt: skip
        if not form.errors:
            return HttpResponseRedirect(reverse("visit_board", args=[request.school.slug]))
    rows = [make_row(visit, request.now) for visit in drills(request.school)]
    return render(request, "visits/drills.html", {"form": form, "blocks": blocks, "rows": rows}, status=422 if form.errors else 200)


@school_view(act="see_board")
@require_safe
def day_schedule(request: SchoolRequest) -> HttpResponse:
    """Today's visits for the office: family name, child, address, telephone, time due back (PRI-18). It prints on one page."""
    return render(request, "visits/schedule.html", {"rows": day_rows(request.school, request.now)})
