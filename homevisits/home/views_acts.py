"""Acts on the morning: a call's outcome, the brake let go, what was set aside dealt with, replies accepted."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from attendance.codes import CODES
from attendance.forms import CallForm, ReleaseForm
from attendance.models import ContactAttempt, UnexplainedAbsence
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
from homevisits.people.models import Contact, Pupil, Role


@school_view(act="see_case")
def record_call(request: SchoolRequest, case_id: int) -> HttpResponseBase:
    """One call's outcome. Refused, it shows why on a page of its own and keeps what was said."""
    case = cases.find_case(request.school, case_id)
    if case is None:
        raise Http404("No such case.")
    back = start_of(request)
    form = CallForm(request.POST or None)
    there = [case, *cases.siblings_of(case)] if request.POST.get("several") else [case]
    ticked = [one.pupil for one in there if not request.POST.get("several") or str(one.pupil_id) in request.POST.getlist("explains")]
    if request.POST.get("outcome") == ContactAttempt.Outcome.EXPLAINED and not ticked:
        form.add_error(None, "Tick the child whom the reason is for")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        contact = pupils.contact_of(request.school, given["contact"])
        if contact is None or contact.pupil.household_id != case.household_id:
            return refused(request, BadInput("Choose somebody of this family whom you rang."), back)
        try:
            calls.record_call(
                school=request.school, pupil=case.pupil, contact=contact, outcome=given["outcome"], code=given["code"], said=given["said"],
                number=given["number"], explains=ticked, token=given["token"], by=request.user, now=request.now,
            )  # fmt: skip
        except (Blocked, BadInput) as why:
            form.add_error(None, str(why))
        else:
            return done(request, _recorded(contact, given, ticked), back)
    if request.method == "POST" and in_place(request):
        return _beside(request, case, form)
    contact_pk, _, number = str(request.POST.get("contact", "")).partition(":")
    context: dict[str, Any] = {
        "case": case, "form": form, "reach": pupils.callers_of(request.school, case.pupil_id), "back_url": back, "several": there,
        "ticked": ticked, "chosen": (int(contact_pk) if contact_pk.isdigit() else 0, number or request.POST.get("number", "")),
    }  # fmt: skip
    return render(request, "attendance/call.html", context, status=422 if form.errors else 200)


def _recorded(contact: Contact, given: dict[str, Any], explained: Sequence[Pupil]) -> str:
    """What was done, with the children whom a reason is for."""
    says = f"Recorded: {contact}, {ContactAttempt.Outcome(given['outcome']).label.lower()}"
    if given["outcome"] != ContactAttempt.Outcome.EXPLAINED:
        return f"{says}."
    names = " and ".join(str(pupil) for pupil in explained)
    return f"{says} for {names}: {CODES[given['code']].label} ({given['code']})."


def _beside(request: SchoolRequest, case: UnexplainedAbsence, form: CallForm) -> HttpResponse:
    """Why the call was not recorded, in its card beside the buttons, with the codes to choose from where one is wanted."""
    response = render(request, "attendance/_call_wrong.html", {"form": form, "home_id": case.household_id}, status=422)
    response["HX-Retarget"], response["HX-Reswap"] = f"#wrong-{case.household_id}", "innerHTML"
    return response


@school_view(act="see_case")
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
