"""An alarm on a page of its own, the decision about the police, and the responsible contact's checks."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from homevisits.common.clock import instant, local, local_day
from homevisits.common.errors import Block
from homevisits.people.access import SchoolRequest, school_view

from ..forms.out import CheckForm, CheckInForm, HeardForm, PoliceForm, TakeAlarmForm, WellForm
from ..models import HomeVisit
from ..rules.alarm import deals_with_alarms
from ..selectors import board
from ..services import police as police_service
from ..services import wellbeing
from .common import found, said, tried
from .out import one_tap


def _heard(request: SchoolRequest, visit_id: int) -> HomeVisit:
    """The visit, 404 for whoever is out on it or does not deal with alarms: they learn of no silent alarm."""
    visit = found(request, visit_id)
    if not deals_with_alarms(visit, request.user, request.school_roles):
        raise Http404("No such page.")
    return visit


@school_view(act="take_alarm")
@require_safe
def alarm_page(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """Everything that whoever deals with the alarm needs: who, where, since when, numbers, vehicle, steps, who took it on (ATT-17)."""
    visit = _heard(request, visit_id)
    row = board.row_of(visit, request.now)
    forms = {"take_form": TakeAlarmForm(auto_id=False), "heard_form": HeardForm(auto_id=False), "back_form": CheckInForm(auto_id=False)}
    context = {"visit": visit, "row": row, "here": request.path, **forms}
    return render(request, "visits/alarm.html", context)


@school_view(act="take_alarm")
@require_http_methods(["GET", "POST"])
def police(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Who called the police, when, with which reference; or the decision not to, with its reason (ATT-17, ALT-19)."""
    visit = _heard(request, visit_id)
    form = PoliceForm(request.POST or None, initial={"at": local(request.now).time()})
    blocks: list[Block] = []
    back = reverse("visit_alarm", args=[request.school.slug, visit.pk])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        at = instant(local_day(request.now), given["at"])
        # A wall time has no seconds: this minute is now.
        at = request.now if at.replace(second=0) == request.now.replace(second=0, microsecond=0) else at
        blocks = tried(form, lambda: police_service.record_police(
            visit=visit, called=given["called"] == "yes", at=at, reference=given["reference"], reason=given["reason"], by=request.user,
            now=request.now, token=given["token"],
        ))  # fmt: skip
        if not form.errors:
            return said(request, "Recorded.", back)
    context = {"visit": visit, "form": form, "blocks": blocks, "heading": "The police", "back_url": back, "submit_words": "Record"}
    return render(request, "visits/police.html", context, status=422 if form.errors else 200)


@school_view(act="see_visits")
@require_POST
def well(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """The responsible contact records that the staff are well: check, says, next (ALT-13)."""
    visit = found(request, visit_id)

    def act(given: dict[str, Any]) -> None:
        wellbeing.record_well(visit=visit, check_id=given["check"], says=given["says"], by=request.user, now=request.now)

    return one_tap(request, visit, "This cannot be recorded now", WellForm(request.POST), act, "Recorded: the staff are well.")


@school_view(act="see_visits")
@require_POST
def agree(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Agree another time for a check: at, next."""
    visit, form = found(request, visit_id), CheckForm(request.POST)

    def act(given: dict[str, Any]) -> None:
        at = instant(local_day(request.now), given["at"])
        wellbeing.agree_check(visit=visit, at=at, by=request.user, now=request.now)

    return one_tap(request, visit, "This check cannot be agreed", form, act, "The check is agreed.")
