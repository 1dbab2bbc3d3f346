"""Sending a pair at once in an emergency, and reviewing it the next day."""

from datetime import timedelta
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from homevisits.common.clock import instant, local, local_day
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.selectors.registers import devices_of, insured_vehicles
from homevisits.policy.selectors import find_version_in_force

from ..forms.break_glass import Kit, ReviewForm, SendForm
from ..models import HomeVisit
from ..rules.break_glass import review_blocks, who_blocks
from ..selectors.sending import pupils_on_roll, staff_of
from ..services import break_glass
from .common import found, page_of, said, tried


@school_view(act="break_glass")
def send_now(request: SchoolRequest) -> HttpResponseBase:
    """Send a pair at once, about a pupil for whom no visit waits."""
    return _send(request, None)


@school_view(act="break_glass")
def send_this_now(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Send a pair at once to a visit that waits."""
    return _send(request, found(request, visit_id))


def _send(request: SchoolRequest, visit: HomeVisit | None) -> HttpResponseBase:
    school, now = request.school, request.now
    pupils = None if visit else pupils_on_roll(school)
    form = SendForm(
        request.POST or None,
        pupils=pupils,
        staff=staff_of(school, request.user, now),
        kit=_kit(request, visit),
        initial=_initial(request, visit),
    )
    blocks = who_blocks(visit, request.user, now) if visit and request.method != "POST" else []
    sent: list[HomeVisit] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        blocks = tried(
            form,
            lambda: sent.append(
                break_glass.go_now(
                    school=school, visit=visit, pupils=[] if visit else [given["pupil"]], pair=form.pair(),
                    due_back=instant(local_day(now), given["due_back"]), reason=given["reason"], token=given["token"],
                    taken=break_glass.Taken(**form.taken()), by=request.user, now=now,
                )
            ),
        )  # fmt: skip
        if sent:
            says = "They can go now. Headteacher, safeguarding team and office are told; it is reviewed the next school day."
            return said(request, says, page_of(sent[0]))
    context: dict[str, Any] = {"form": form, "blocks": blocks, "visit": visit}
    context["back_url"] = page_of(visit) if visit else reverse("visit_list", args=[school.slug])
    return render(request, "visits/send_now.html", context)


def _kit(request: SchoolRequest, visit: HomeVisit | None) -> Kit:
    """What the policy asks them to take, and what there is of it."""
    school, day = request.school, local_day(request.now)
    version = visit.policy if visit else find_version_in_force(school, day)
    if version is None:
        return Kit(devices_of(school), insured_vehicles(school, day), frozenset())
    values = version.values
    asked = {
        "device": values.man_down_device_required, "vehicle": values.vehicle_register_required,
        "vehicle_words": values.vehicle_register_required, "safe_word": values.safe_word_required,
    }  # fmt: skip
    return Kit(devices_of(school), insured_vehicles(school, day), frozenset(name for name, wanted in asked.items() if wanted))


def _initial(request: SchoolRequest, visit: HomeVisit | None) -> dict[str, Any]:
    """Those already planned, and back in an hour."""
    back = local(request.now + timedelta(hours=1)).time().replace(second=0, microsecond=0)
    pair = list(visit.members.order_by("pk").values_list("staff_id", flat=True)) if visit else []
    return {"due_back": back, "first": pair[0] if pair else None, "second": pair[1] if len(pair) > 1 else None}


@school_view(act="break_glass")
def review_sending(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Review a visit that was sent at once."""
    visit = found(request, visit_id)
    sent = getattr(visit, "break_glass", None)
    if sent is None:
        raise Http404("It was not sent at once.")
    form = ReviewForm(request.POST or None)
    blocks = review_blocks(sent, request.user, request.now) if request.method != "POST" else []
    if request.method == "POST" and form.is_valid():
        blocks = tried(form, lambda: break_glass.review(visit=visit, says=form.cleaned_data["says"], by=request.user, now=request.now))
        if not form.errors:
            return said(request, "Reviewed.", page_of(visit))
    context = {"visit": visit, "sent": sent, "form": form, "blocks": blocks, "back_url": page_of(visit)}
    return render(request, "visits/sending_review.html", context)
