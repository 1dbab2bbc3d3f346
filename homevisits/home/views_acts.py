"""Acts on the morning: a call's outcome, the brake let go, what was set aside dealt with, replies accepted."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from attendance.forms import CallForm, ReleaseForm
from attendance.models import ContactAttempt
from attendance.selectors import aside, cases, pupils, replies
from attendance.selectors import calls as call_list
from attendance.services import calls, holds
from attendance.services.aside import deal_with
from attendance.services.replies import accept_reply, dismiss_reply
from homevisits.common.errors import BadInput, Blocked
from homevisits.home.acting import done, in_place, refused
from homevisits.home.views_log import start_of
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.matrix import roles_for
from homevisits.people.models import Role


@school_view(act="record_call")
def record_call(request: SchoolRequest, case_id: int) -> HttpResponseBase:
    """One call's outcome. Refused, it shows why on a page of its own and keeps what was said."""
    case = cases.find_case(request.school, case_id)
    if case is None:
        raise Http404("No such case.")
    back = start_of(request)
    form = CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        contact = pupils.contact_of(request.school, given["contact"])
        if contact is None or contact.pupil.household_id != case.household_id:
            return refused(request, BadInput("Choose somebody of this family whom you rang."), back)
        try:
            calls.record_call(
                school=request.school, pupil=case.pupil, contact=contact, outcome=given["outcome"], code=given["code"], said=given["said"],
                number=given["number"], token=given["token"], by=request.user, now=request.now,
            )  # fmt: skip
        except (Blocked, BadInput) as why:
            if in_place(request):
                return refused(request, why, back)
            form.add_error(None, str(why))
        else:
            outcome = ContactAttempt.Outcome(given["outcome"]).label
            return done(request, f"Recorded: {contact}, {outcome.lower()}.", back)
    if request.method == "POST" and in_place(request):
        return refused(request, BadInput(" ".join(str(says) for lines in form.errors.values() for says in lines)), back)
    context: dict[str, Any] = {"case": case, "form": form, "reach": pupils.callers_of(request.school, case.pupil_id), "back_url": back}
    return render(request, "attendance/call.html", context, status=422 if form.errors else 200)


@school_view(act="record_call")
def undo_call(request: SchoolRequest, attempt_id: int) -> HttpResponseBase:
    """Take back a call that was tapped by mistake: asks first, says what it cannot unsay."""
    attempt = call_list.attempt_of(request.school, attempt_id)
    if attempt is None:
        raise Http404("No such call.")
    case_id = attempt.counts_for.values_list("case_id", flat=True).first()
    back = reverse("case", args=[request.school.slug, case_id]) if case_id else start_of(request)
    if request.method == "POST":
        try:
            calls.undo_call(school=request.school, attempt=attempt, by=request.user, now=request.now)
        except Blocked as why:
            return refused(request, why, back)
        return done(request, f"Taken back: the call to {attempt.contact}.", back)
    context = {
        "question": f"Take back the call to {attempt.contact}?",
        "consequences": [
            f"“{attempt.get_outcome_display()}” stays on the timeline as taken back and counts for nothing.",
            "A number that it marked as wrong or dead is used again.",
            "Whoever was told stays told, and texts that went stay sent.",
        ],
        "act_words": "Take it back",
        "back_url": back,
    }
    return render(request, "layouts/confirm.html", context)


@school_view(act="see_today")
def release_hold(request: SchoolRequest) -> HttpResponseBase:
    """Let the held texts go: asks what was checked; whoever may not do it reads who may."""
    hold, back = holds.current_hold(request.school), reverse("today", args=[request.school.slug])
    form = ReleaseForm(request.POST or None, auto_id="release_%s")
    if request.method == "POST" and form.is_valid():
        try:
            holds.release_hold(school=request.school, by=request.user, now=request.now, reason=form.cleaned_data["reason"])
        except Blocked as why:
            if in_place(request):
                return refused(request, why, back)
            form.add_error(None, str(why))
        else:
            return done(request, "The texts go now.", back)
    if request.method == "POST" and in_place(request):
        return refused(request, BadInput(str(form.errors["reason"][0])), back)
    who = [role.label for role in Role if role in roles_for("release_hold")]
    context = {"form": form, "hold": hold, "who": who, "back_url": back}
    return render(request, "attendance/release.html", context, status=422 if form.errors else 200)


@school_view(act="see_today")
@require_safe
def set_aside(request: SchoolRequest) -> HttpResponse:
    """Steps that could not be taken by themselves, to be dealt with by hand."""
    return render(request, "attendance/aside.html", {"rows": aside.open_aside(request.school)})


@school_view(act="see_today")
@require_POST
def deal_with_aside(request: SchoolRequest, aside_id: int) -> HttpResponseBase:
    """Somebody has acted by hand."""
    row = aside.aside_of(request.school, aside_id)
    if row is None:
        raise Http404("No such step.")
    deal_with(school=request.school, row=row, by=request.user, now=request.now)
    return done(request, "Dealt with. The case climbs on by itself from its next step.", reverse("set_aside", args=[request.school.slug]))


@school_view(act="accept_reply")
@require_POST
def answer_reply(request: SchoolRequest, reply_id: int) -> HttpResponseBase:
    """Accept a parent's reply as the reason for the children ticked, or put it away without one."""
    reply, back = replies.reply_of(request.school, reply_id), reverse("today", args=[request.school.slug])
    if reply is None:
        raise Http404("No such reply.")
    try:
        if request.POST.get("do") == "dismiss":
            dismiss_reply(school=request.school, text=reply.text, because=request.POST.get("because", ""), by=request.user, now=request.now)
            return done(request, "Put away. The reply stays on the case.", back)
        ids = {int(pk) for pk in request.POST.getlist("contact") if pk.isdigit()}
        contacts = [contact for contact in reply.contacts if contact.pk in ids]
        made = accept_reply(
            school=request.school, text=reply.text, contacts=contacts, code=request.POST.get("code", ""), by=request.user, now=request.now
        )
    except (Blocked, BadInput) as why:
        return refused(request, why, back)
    names = " and ".join(str(message.pupil) for message in made)
    return done(request, f"Accepted as the reason for {names}.", back)
