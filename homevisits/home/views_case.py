"""A pupil's case: what happened, newest first, and what can be done now (PRI-33, PRI-34)."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from attendance.selectors import cases
from homevisits.home.live import live_response
from homevisits.people.access import SchoolRequest, school_view


@school_view(act="see_case")
@require_safe
def case(request: SchoolRequest, case_id: int) -> HttpResponse:
    """The page of one case, open or closed."""
    found = cases.find_case(request.school, case_id)
    if found is None:
        raise Http404("No such case.")
    return render(request, "attendance/case.html", {"case": found})


__all__ = ["case", "live_response", "render_to_string"]
