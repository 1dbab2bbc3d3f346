"""The engine's page for people, and what machines ask to know that all is well."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from homevisits.common import clock
from homevisits.messaging.heartbeat import Part
from homevisits.people.access import SchoolRequest, school_view

from .engine import alarms, engine_state, open_findings, provider, queues

SHOWN = (Part.KNOCK, Part.SWEEP, Part.ALARMS, Part.DELIVERY, Part.WATCH)
FINDINGS = 100


@school_view(act="see_status")
@require_safe
def status(request: SchoolRequest) -> HttpResponse:
    """What runs, what waits, how the provider answers, what the watcher found."""
    real = clock.now()
    state, school = engine_state(real), request.school
    findings = open_findings(school)
    return render(
        request,
        "home/status.html",
        {
            "alarms": alarms(school, real),
            "state": state,
            "parts": [(part.label, state.last.get(part)) for part in SHOWN],
            "queues": queues(school, request.now),
            "provider": provider(school, request.now),
            "findings": findings[:FINDINGS],
            "finding_count": findings.count(),
            "own_clock": school.clock_from is not None,
        },
    )


@login_not_required
@never_cache
@require_safe
def heartbeat(request: HttpRequest) -> HttpResponse:
    """For a monitor outside: 200 only while sweep, delivery and watcher run and the watcher's last look found nothing, else 503."""
    well = engine_state(clock.now()).well
    return HttpResponse("all is well\n" if well else "look at the status page\n", status=200 if well else 503, content_type="text/plain")
