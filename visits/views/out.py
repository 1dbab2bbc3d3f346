"""Check-ins and delays, by staff in one tap or by the office for them; help, the safe word, and alarms taken on."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from homevisits.common.clock import local
from homevisits.common.errors import BadInput, Block, Blocked
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.models import Staff

from ..forms.door import InsideAgainForm
from ..forms.out import CheckInForm, DelayForm, HeardForm, HelpForm, OverForm, TakeAlarmForm, help_sent
from ..models import CheckIn, HomeVisit
from ..rules.alarm import goes
from ..rules.check_ins import first_due
from ..services import alarm as alarms
from ..services import out
from .common import found, onward, page_of, said, tried
from .door import asks_parent, help_of


def refused(request: SchoolRequest, visit: HomeVisit, title: str, form: forms.Form, blocks: list[Block]) -> HttpResponse:
    """Why an act of one tap was not done, on a page of its own; it keeps what was said and says the clause."""
    sentences = [] if blocks else [str(error) for errors in form.errors.values() for error in errors]
    context = {"visit": visit, "heading": title, "blocks": blocks, "sentences": sentences, "back_url": onward(request, visit)}
    return render(request, "visits/refused.html", context, status=422)


def one_tap(
    request: SchoolRequest, visit: HomeVisit, title: str, form: forms.Form, act: Callable[[dict[str, Any]], object], says: str
) -> HttpResponseBase:
    """Do an act of one tap and go on; refused, say why."""
    blocks: list[Block] = []
    if form.is_valid():
        blocks = tried(form, lambda: act(form.cleaned_data))
    if form.errors:
        return refused(request, visit, title, form, blocks)
    return said(request, says, onward(request, visit))


@school_view(act="see_visits")
@require_POST
def check_in(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """One point: token, point, adult_present, parent_present, invited_by, for_staff (the office), going_home, next."""
    visit, form = found(request, visit_id), CheckInForm(request.POST)

    def act(given: dict[str, Any]) -> None:
        out.check_in(
            visit=visit, point=given["point"], by=request.user, now=request.now, adult_present=given["adult_present"],
            parent_present=given["parent_present"], invited_by=given["invited_by"], for_staff=_whom(visit, given["for_staff"]),
            going_home=given["going_home"], token=given["token"],
        )  # fmt: skip

    if request.POST.get("point") == CheckIn.Point.INSIDE:
        return _go_inside(request, visit, form, act)
    words = dict(CheckIn.Point.choices).get(request.POST.get("point", ""), "Check-in")
    return one_tap(request, visit, "This cannot be checked in now", form, act, f"Recorded: {words.lower()}, {local(request.now):%-H:%M}.")


def _go_inside(request: SchoolRequest, visit: HomeVisit, form: forms.Form, act: Callable[[dict[str, Any]], object]) -> HttpResponseBase:
    """Going inside: refused, the page says why and keeps what was answered about who is there."""
    blocks = tried(form, lambda: act(form.cleaned_data)) if form.is_valid() else []
    if not form.errors:
        return said(request, f"Recorded: inside, {local(request.now):%-H:%M}.", onward(request, visit))
    again = InsideAgainForm(request.POST, asks_parent=asks_parent(visit))
    if not blocks:
        again.add_error(None, " ".join(map(str, form.non_field_errors())) or "This page is out of date: go back and answer again")
    context = {"visit": visit, "form": again, "blocks": blocks, "heading": "You stay outside", "back_url": onward(request, visit),
               "submit_words": "We go inside", "help_url": help_of(visit), "offline_kind": "check_in"}  # fmt: skip
    return render(request, "visits/door_form.html", context, status=422)


def _whom(visit: HomeVisit, number: int | None) -> Staff | None:
    if number is None:
        return None
    member = visit.members.filter(staff=number).select_related("staff").first()
    if member is None:
        raise BadInput("Choose one of those who go.")
    return member.staff


@school_view(act="see_visits")
@require_http_methods(["GET", "POST"])
def delay(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Later than planned: token, minutes, says, next. By GET a small form."""
    visit = found(request, visit_id)
    form = DelayForm(request.POST or None, initial={"minutes": 15})
    blocks: list[Block] = []
    if request.method == "POST":
        if form.is_valid():
            given = form.cleaned_data
            blocks = tried(form, lambda: out.delay(visit=visit, minutes=given["minutes"], says=given["says"], by=request.user,
                                                   now=request.now, token=given["token"]))  # fmt: skip
        if not form.errors:
            return said(request, "The time due back has moved, and the office knows.", onward(request, visit))
    context = {"visit": visit, "form": form, "blocks": blocks, "heading": "You are delayed" if goes(visit, request.user) else "A delay",
               "back_url": page_of(visit), "submit_words": "Move the time due back",
               "first_due": first_due(visit, request.now)}  # fmt: skip
    return render(request, "visits/delay.html", context, status=422 if form.errors else 200)


@school_view(act="see_visits")
@require_POST
def end_at_home(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """The visit ends at home with a check-in, or at school after all: at_home yes or no, next."""
    visit = found(request, visit_id)
    at_home = request.POST.get("at_home") == "yes"
    says = "The visit ends at home: check in there." if at_home else "The visit ends at school."
    act = lambda given: out.set_end_at_home(visit=visit, at_home=at_home, by=request.user, now=request.now)  # noqa: E731
    return one_tap(request, visit, "This cannot be changed now", forms.Form(request.POST), act, says)


@school_view(act="see_visits")
@require_http_methods(["GET", "POST"])
def call_for_help(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """The help page: one tap alarms office and senior staff; what to do stands below, at once (PRI-25, MAT-25)."""
    visit = found(request, visit_id)
    form = HelpForm()
    blocks: list[Block] = []
    if request.method == "POST":
        try:
            alarms.call_for_help(visit=visit, by=request.user, now=request.now, **help_sent(request.POST))
        except Blocked as why:
            blocks = why.blocks
        else:
            return HttpResponseRedirect(reverse("visit_help", args=[request.school.slug, visit.pk]))
    mine = visit.alarms.filter(step="help", covert=False).order_by("-pk").first()
    context = {"visit": visit, "form": form, "blocks": blocks, "alarm": mine, "home_url": page_of(visit)}
    return render(request, "visits/help.html", context, status=422 if blocks else 200)


@school_view(act="take_alarm")
@require_POST
def take_alarm(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Somebody deals with the alarm, by name: token, says, next."""
    visit, form = found(request, visit_id), TakeAlarmForm(request.POST)

    def act(given: dict[str, Any]) -> None:
        alarms.take_on(visit=visit, by=request.user, now=request.now, says=given["says"], token=given["token"])

    return one_tap(request, visit, "You cannot take this alarm on", form, act, f"You deal with the alarm, {request.user.name}.")


@school_view(act="take_alarm")
@require_POST
def alarm_over(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """A call for help is over: somebody has seen or spoken to both: how, next. 404 for the pair, who learn of no silent alarm."""
    visit, form = found(request, visit_id), OverForm(request.POST)
    if goes(visit, request.user):
        raise Http404("No such page.")

    def act(given: dict[str, Any]) -> None:
        alarms.end_help(visit=visit, how=given["how"], by=request.user, now=request.now)

    return one_tap(request, visit, "It is not over yet", form, act, "It is over. Everybody who was told of the alarm hears so.")


@school_view(act="see_board")
@require_POST
def safe_word(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """What was heard on a call: token, heard, next. The answer is the same whatever it was (MAT-21)."""
    visit, form = found(request, visit_id), HeardForm(request.POST)
    if goes(visit, request.user):
        raise Http404("No such page.")
    if form.is_valid():
        given = form.cleaned_data
        try:
            alarms.hear_safe_word(visit=visit, heard=given["heard"], by=request.user, now=request.now, token=given["token"])
        except (Blocked, BadInput) as why:
            form.add_error(None, str(why))
            return refused(request, visit, "This was not noted", form, getattr(why, "blocks", []))
    else:
        return refused(request, visit, "This was not noted", form, [])
    messages.success(request, f"The call at {local(request.now):%-H:%M} is noted.")
    return HttpResponseRedirect(onward(request, visit))
