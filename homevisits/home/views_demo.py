"""The demo school's mornings."""

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from homevisits.common import clock
from homevisits.common.errors import BadInput
from homevisits.people.access import SchoolRequest, school_view

from .demo_morning import begin_morning, next_morning


@school_view(act="set_demo_clock")
@require_POST
def fresh_morning(request: SchoolRequest) -> HttpResponseBase:
    """Begin the next school day of the demo at ten to nine, its register taken. A real school is told so."""
    day = next_morning(request.school)
    try:
        begin_morning(school=request.school, day=day, by=request.user, now=clock.now())
    except BadInput as refused:
        messages.error(request, str(refused))
        return redirect("today", request.school.slug)
    messages.success(
        request, f"It is ten to nine on {day:%A} {day.day} {day:%B}. The register closes at {request.school.am_closes:%-H:%M}."
    )
    return redirect("today", request.school.slug)
