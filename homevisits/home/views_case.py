"""A pupil's case: what happened, newest first, what can be done now, and for what cannot, why (PRI-32 to PRI-34)."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from attendance import ladder
from attendance.forms import BecauseForm
from attendance.models import UnexplainedAbsence
from attendance.rules import possible
from attendance.selectors import calls, cases
from attendance.selectors.state import today_state
from attendance.selectors.timeline import timeline
from attendance.services import corrections
from attendance.services.opening import climb_of
from homevisits.common.clock import local_day
from homevisits.common.errors import Blocked
from homevisits.common.live import live_response
from homevisits.common.phone import shown
from homevisits.common.said import count
from homevisits.home.acting import done, refused
from homevisits.home.morning import stands
from homevisits.home.views_today import OUTCOMES
from homevisits.messaging import outbox
from homevisits.people.access import SchoolRequest, school_view, staff_with_role
from homevisits.people.matrix import allows
from homevisits.people.models import Role
from visits.models import HomeVisit
from visits.said import standing


def _found(request: SchoolRequest, case_id: int) -> UnexplainedAbsence:
    case = cases.find_case(request.school, case_id)
    if case is None:
        raise Http404("No such case.")
    return case


@school_view(act="see_case")
@require_safe
def case(request: SchoolRequest, case_id: int) -> HttpResponse:
    """The page of one case, open or closed."""
    return render(request, "attendance/case.html", case_context(request, _found(request, case_id)))


@school_view(act="see_case")
@require_safe
def case_live(request: SchoolRequest, case_id: int) -> HttpResponse:
    """The parts of the page that change, or 304."""
    found = _found(request, case_id)
    minute = request.now.replace(second=0, microsecond=0)
    visit = (found.visit.status, found.visit.version, found.visit.due_back) if found.visit else ()
    state = today_state(request.school, local_day(request.now))
    key = (state, minute, found.status, found.next_action_at, visit, sorted(request.school_roles))
    return live_response(request, lambda: render_to_string("attendance/case_live.html", case_context(request, found), request), key)


def case_context(request: SchoolRequest, found: UnexplainedAbsence) -> dict[str, Any]:
    """What the page shows of a case."""
    there = corrections.reached(found)
    acts = possible(found, request.user, request.now, reached=len(there.numbers), corrected=there.corrected)
    entries = timeline(found)
    undo = next((entry.undo for entry in entries if entry.undo), None)
    row = cases.row_of(request.school, found.pk)
    return {
        "case": found,
        "stands": stands(row, bool(row.hold_id and row.hold.next_action_at), request.now) if row else ("done", "Closed"),
        "vanished": bool(row and row.vanished),
        "acts": {act.name: act for act in acts},
        "cannot": [act for act in acts if not act.can],
        "entries": entries,
        "undo": undo,
        **_home(request, found),
        **_visit(request, found),
        "siblings": cases.siblings_of(found),
        "flags": found.pupil.flags.all(),
        "outcomes": OUTCOMES,
        "reached": len(there.numbers),
        "because_form": BecauseForm(),
    }


def _visit(request: SchoolRequest, found: UnexplainedAbsence) -> dict[str, Any]:
    """The welfare visit that the case raised: where it stands, whom nobody had called, and whether this person plans it now."""
    visit = found.visit
    if visit is None:
        return {}
    return {
        "visit_state": standing(visit)[0],
        "visit_words": standing(visit)[1],
        "untried": [one.contact for one in visit.untried.select_related("contact").order_by("contact__priority", "pk")],
        "plans": allows("plan_visit", request.school_roles) and visit.status in (HomeVisit.Status.RAISED, HomeVisit.Status.SENT_BACK),
    }


def _home(request: SchoolRequest, found: UnexplainedAbsence) -> dict[str, Any]:
    """Whom to ring about this pupil; where nobody can be rung, who has to know instead and when the visit comes."""
    home = calls.Household(found.household_id, cases=[found])
    for contact in calls.contacts_of(request.school, found.day, [found.pupil_id]):
        calls.add_contact(home, contact)
    if home.next:
        return {"home": home}
    visit = climb_of(request.school, found.policy, found.day, found.session).rungs.get(ladder.WELFARE_VISIT)
    leads = staff_with_role(request.school, Role.DSL, on=local_day(request.now))
    return {"home": home, "leads": list(leads), "visit_at": visit if visit and visit > request.now and not found.visit_id else None}


@school_view(act="retry_message")
def correct(request: SchoolRequest, case_id: int) -> HttpResponseBase:
    """Send a correction to whomever a text about this case reached: says whom before, asks why."""
    found = _found(request, case_id)
    back = reverse("case", args=[request.school.slug, found.pk])
    there = corrections.reached(found)
    acts = possible(found, request.user, request.now, reached=len(there.numbers), corrected=there.corrected)
    blocks = next(act.blocks for act in acts if act.name == "correct")
    back_again = there.template == corrections.WITHDRAWN
    form = BecauseForm(request.POST or None)
    form.fields["because"].label = "What was wrong?"
    form.fields["because"].error_messages["required"] = "Say what was wrong: it stays in the trail and is not sent"
    if request.method == "POST" and form.is_valid():
        try:
            sent = corrections.send_correction(
                school=request.school, case=found, why=form.cleaned_data["because"], by=request.user, now=request.now
            )
        except Blocked as why:
            return refused(request, why, back)
        return done(request, f"{'All-clear taken back' if back_again else 'Correction sent'}: {count(len(sent), 'number')}.", back)
    context = {
        "question": f"Take back the all-clear about {found.pupil.first_name}?"
        if back_again
        else f"Tell the family that the text about {found.pupil.first_name} was a mistake?",
        "consequences": [] if blocks else _what_goes(request, found, there),
        "blocks": blocks, "act_words": "Take back the all-clear" if back_again else "Send the correction", "back_url": back,
        "form": None if blocks else form,
    }  # fmt: skip
    return render(request, "layouts/confirm.html", context, status=422 if form.errors else 200)


def _what_goes(request: SchoolRequest, found: UnexplainedAbsence, there: corrections.Reached) -> list[str]:
    """The text and to whom it goes, before it goes."""
    body = outbox.preview(school=request.school, template=there.template, language=there.language, names=[found.pupil.first_name])
    return [
        f"This text goes: “{body}”",
        f"To {count(len(there.numbers), 'number')}: {', '.join(shown(number) for number in sorted(there.numbers))}.",
    ]
