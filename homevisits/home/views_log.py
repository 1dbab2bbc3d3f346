"""The absence log: find, pick, log, undo (PRI-30, PRI-32). Works with keys alone, and without JavaScript as a plain form."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from attendance.codes import CODES, suggested_code
from attendance.forms import AbsenceForm, BecauseForm
from attendance.models import AbsenceMessage
from attendance.selectors import logged, pupils
from attendance.services import absences
from homevisits.common import said
from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, Blocked
from homevisits.home.acting import CHANGED, done, in_place, refused
from homevisits.home.views_today import log_context, today_context
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.matrix import allows
from homevisits.people.models import Pupil, Staff


@school_view(act="log_absence")
@require_safe
def find_pupils(request: SchoolRequest) -> HttpResponse:
    """The pupils whose name begins with what is typed, as options of the log's list."""
    text = request.GET.get("q", "").strip()
    found = pupils.search(request.school, text, local_day(request.now)) if len(text) >= 2 else []
    return render(request, "attendance/_found.html", {"found": found, "typed": len(text) >= 2, "text": text})


@school_view(act="log_absence")
@require_safe
def pick_pupil(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """The pupil that was picked, the siblings to log with them, and who may be ringing."""
    chosen = pupils.picked(request.school, pupil_id, local_day(request.now))
    if chosen is None:
        raise Http404("No such pupil.")
    return render(request, "attendance/_picked.html", {"picked": chosen, "ticked": {chosen.pupil.pk}})


@school_view(act="log_absence")
@require_safe
def suggest_code(request: SchoolRequest) -> HttpResponse:
    """The code that the words typed suggest, while they are typed."""
    reason = request.GET.get("reason") or request.GET.get("said") or ""
    code = suggested_code(reason) if reason.strip() else ""
    return render(request, "attendance/_suggested.html", {"code": CODES.get(code), "typed": len(reason.strip()) > 3})


@school_view(act="log_absence")
@require_safe
def log_page(request: SchoolRequest) -> HttpResponseBase:
    """The log alone, for staff who do not work on the morning: a class teacher whom a parent has told at the door."""
    if request.GET.get("again") is None and allows("see_today", request.school_roles):
        return redirect("today", request.school.slug)
    return render(request, "attendance/log_page.html", {"log": log_context(request)})


def start_of(request: SchoolRequest) -> str:
    """Where this person works: Today, or the log alone."""
    name = "today" if allows("see_today", request.school_roles) else "log_page"
    return reverse(name, args=[request.school.slug])


@school_view(act="log_absence")
@require_POST
def log_absence(request: SchoolRequest) -> HttpResponseBase:
    """Log a reason for the pupils ticked; refused, it shows why and keeps what was typed."""
    day = local_day(request.now)
    ids = {int(pk) for pk in request.POST.getlist("pupil") if pk.isdigit()}
    chosen = pupils.pupils_of(request.school, ids, day)
    found = [] if chosen else pupils.search(request.school, request.POST.get("q", ""), day)
    chosen = chosen or _only_match(request.POST.get("q", ""), found)
    form = AbsenceForm(request.POST, school=request.school, pupils=chosen, choices=found)
    if not form.is_valid():
        return _again(request, form, ids)
    given = form.cleaned_data
    if unseen := _unseen(request, chosen, given["token"], day):
        form.add_error(None, unseen)
        return _again(request, form, ids)
    contact = pupils.contact_of(request.school, given["contact"], [pupil.pk for pupil in chosen])
    try:
        made = absences.log_absence(
            school=request.school, pupils=chosen, channel=given["channel"], code=given["code"], contact=contact, until=given["until"],
            reason=given["reason"], caller=given["caller"], token=given["token"], by=request.user, now=request.now,
        )  # fmt: skip
    except (Blocked, BadInput) as why:
        form.add_error(None, str(why))
        return _again(request, form, ids)
    request.session["channel"] = given["channel"]
    return _logged(request, made)


def _unseen(request: SchoolRequest, chosen: Sequence[Pupil], token: uuid.UUID, day: date) -> str:
    """What stands already for these pupils and was not on the page that logged this: nothing is replaced unseen."""
    if logged.is_logged(request.school, token, [pupil.pk for pupil in chosen]):
        return ""  # the second tap of what was logged just now
    seen = {int(pk) for pk in request.POST.getlist("seen") if pk.isdigit()}
    known = pupils.standing(request.school, [pupil.pk for pupil in chosen if pupil.pk not in seen], day)
    says = [f"{pupil}: {' '.join(known[pupil.pk])}" for pupil in chosen if pupil.pk in known]
    return " ".join([*says, "Press Log again if that is what you mean."]) if says else ""


def _only_match(typed: str, found: Sequence[Pupil]) -> list[Pupil]:
    """Without a pick: the one pupil whose full name was typed."""
    text = typed.strip()
    exact = [pupil for pupil in found if text.casefold() in (str(pupil).casefold(), f"{pupil.last_name}, {pupil.first_name}".casefold())]
    return exact if len(exact) == 1 else []


def _logged(request: SchoolRequest, made: list[AbsenceMessage]) -> HttpResponseBase:
    names = " and ".join(f"{message.pupil}, {message.pupil.class_name}" for message in made)
    says = f"Logged: {names}. {CODES[made[0].code].label} ({made[0].code})"
    says += f", until {said.day(made[0].last_day, local_day(request.now))}." if made[0].last_day > made[0].first_day else "."
    if not in_place(request):
        return done(request, says, start_of(request))
    response = render(request, "attendance/_log.html", {"log": log_context(request), "just": says, "focus": True})
    response["HX-Trigger-After-Swap"] = CHANGED
    return response


def _again(request: SchoolRequest, form: AbsenceForm, ids: set[int]) -> HttpResponse:
    """The form with what was typed, the reason it was refused, and the pupils to choose among."""
    day = local_day(request.now)
    first = form.pupils[0] if form.pupils else None
    chosen = pupils.picked(request.school, first.pk, day) if first else None
    more: dict[str, Any] = {"picked": chosen, "ticked": ids | ({first.pk} if first else set()), "choices": form.choices}
    if in_place(request):
        return render(request, "attendance/_log.html", {"log": log_context(request, form, **more), "form": form, "focus": True}, status=422)
    if not allows("see_today", request.school_roles):
        context = {"log": log_context(request, form, **more), "form": form}
        return render(request, "attendance/log_page.html", context, status=422)
    context = today_context(request, form)
    context["log"] = log_context(request, form, **more)
    return render(request, "attendance/today.html", {**context, "form": form}, status=422)


def _only(request: SchoolRequest) -> Staff | None:
    """Whose entries this person takes back: their own; everybody's, None, whoever sees the list of what was logged."""
    return None if allows("see_today", request.school_roles) else request.user


@school_view(act="log_absence")
def undo_absence(request: SchoolRequest, absence_id: int) -> HttpResponseBase:
    """Take a logged reason back: asks why, keeps the trail."""
    message = logged.message_of(request.school, absence_id, by=_only(request))
    if message is None:
        raise Http404("No such message.")
    form = BecauseForm(request.POST or None)
    back = start_of(request)
    if request.method == "POST" and message.undone_at:
        return done(request, f"The reason for {message.pupil} is undone already.", back)
    if request.method == "POST" and form.is_valid():
        try:
            absences.undo_absence(
                school=request.school, message=message, because=form.cleaned_data["because"], by=request.user, now=request.now
            )
        except Blocked as why:
            return refused(request, why, back)
        return done(request, f"Undone: the reason for {message.pupil}. Their case stands where it stood.", back)
    if request.method == "POST" and in_place(request):
        return refused(request, BadInput(str(form.errors["because"][0])), back)
    return render(request, "attendance/undo.html", {"form": form, "message": message, "back_url": back}, status=422 if form.errors else 200)


@school_view(act="log_absence")
@require_POST
def undo_arrival(request: SchoolRequest, arrival_id: int) -> HttpResponseBase:
    """Take an arrival back: the case stands where it stood."""
    arrival = logged.arrival_of(request.school, arrival_id, by=_only(request))
    if arrival is None:
        raise Http404("No such arrival.")
    back = start_of(request)
    if arrival.undone_at:
        return done(request, f"The arrival of {arrival.pupil} is undone already.", back)
    try:
        absences.undo_arrival(school=request.school, arrival=arrival, by=request.user, now=request.now)
    except Blocked as why:
        return refused(request, why, back)
    return done(request, f"Undone: the arrival of {arrival.pupil}. Their case stands where it stood.", back)


@school_view(act="log_absence")
@require_POST
def arrived(request: SchoolRequest) -> HttpResponseBase:
    """The child is at school: one tap. Sent twice from the same page it counts once."""
    day, back = local_day(request.now), start_of(request)
    pk = request.POST.get("pupil", "")
    found = pupils.pupils_of(request.school, [int(pk)], day) if pk.isdigit() else []
    if not found:
        return refused(request, BadInput("Choose the pupil who has arrived."), back)
    try:
        absences.record_arrival(
            school=request.school, pupil=found[0], by=request.user, now=request.now, token=_token(request, found[0].pk)
        )  # fmt: skip
    except Blocked as why:
        return refused(request, why, back)
    return done(request, f"{found[0]} is at school. What was still to be sent is stopped.", back)


def _token(request: SchoolRequest, pk: int) -> uuid.UUID | None:
    """The page's token with the pupil's number: many buttons share one form."""
    try:
        return uuid.uuid5(uuid.UUID(request.POST.get("token", "")), f"arrived:{pk}")
    except ValueError:
        return None
