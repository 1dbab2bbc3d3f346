"""Complaints about a visit: recorded from the visit or from a desk, and kept by leaders until they are answered (ATT-56)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from homevisits.audit.selectors import closed_events
from homevisits.audit.words import words
from homevisits.common.clock import local_day
from homevisits.common.forms import BaseForm
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.matrix import allows
from homevisits.people.selectors.staff import people_here
from safeguarding.models import Complaint
from safeguarding.rules.complaints import ACKNOWLEDGE, ANSWER, HANDLER, MOVE, act_blocks
from safeguarding.selectors.complaints import keepers, seen_by
from safeguarding.services import complaints as service

from ..forms.complaints import AcknowledgeForm, AnswerForm, HandlerForm, ReceiveForm
from ..models import HomeVisit
from ..selectors.access import find
from ..selectors.complaints import to_complain_of
from .common import found, page_of, said, tried

TITLES = {
    ACKNOWLEDGE: "It was acknowledged", HANDLER: "Who looks into it", ANSWER: "What came of it", MOVE: "It is an allegation",
}  # fmt: skip


@school_view(act="record_complaint")
@require_http_methods(["GET", "HEAD", "POST"])
def record_at_desk(request: SchoolRequest) -> HttpResponseBase:
    """Record a complaint; the visit is chosen from those that the person may open."""
    return _record(request, None)


@school_view(act="record_complaint")
@require_http_methods(["GET", "HEAD", "POST"])
def record_of_visit(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Record a complaint about this visit; those who went are ticked."""
    return _record(request, found(request, visit_id))


def _record(request: SchoolRequest, visit: HomeVisit | None) -> HttpResponseBase:
    people = people_here(request.school, local_day(request.now))
    went = list(visit.members.values_list("staff_id", flat=True)) if visit else []
    visits = [] if visit else to_complain_of(request.school, request.user, request.school_roles)
    first = {"received_on": local_day(request.now), "subjects": went}
    form = ReceiveForm(request.POST or None, people=people, visits=visits, initial=first)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        number = given.pop("visit", None) or (visit.pk if visit else None)
        given["subjects"] = [person for person in people if person.pk in given["subjects"]]
        tried(form, lambda: service.receive_complaint(school=request.school, visit_id=number, by=request.user, now=request.now, **given))
        if not form.errors:
            return said(request, "The complaint is recorded. Those who keep complaints are told.", _onward(request, visit))
    context = {"form": form, "visit": visit, "back_url": _onward(request, visit)}
    return render(request, "visits/complaint_record.html", context)


def _onward(request: SchoolRequest, visit: HomeVisit | None) -> str:
    if visit:
        return page_of(visit)
    name = "complaint_list" if allows("keep_complaints", request.school_roles) else "school_home"
    return reverse(name, args=[request.school.slug])


@school_view(act="keep_complaints")
@require_safe
def listed(request: SchoolRequest) -> HttpResponse:
    """The complaints that this person keeps, by when they are to be answered."""
    rows = list(_seen(request)[:300])
    still = [row for row in rows if row.closed_at is None]
    closed = sorted((row for row in rows if row.closed_at), key=lambda row: row.answered_on or row.received_on, reverse=True)
    return render(request, "visits/complaints.html", {"rows": still, "closed": closed, "today": local_day(request.now)})


@school_view(act="keep_complaints")
@require_safe
def shown(request: SchoolRequest, complaint_id: UUID) -> HttpResponse:
    """One complaint with all that was done."""
    row = _found(request, complaint_id)
    service.complaint_read(complaint=row, by=request.user, now=request.now)
    trail = closed_events(school_id=request.school.pk, object_type="Complaint", object_id=row.pk)[:50]
    visit = find(request.school, request.user, request.school_roles, row.visit_id) if row.visit_id else None
    context = {
        "complaint": row, "events": row.events.select_related("by").order_by("-at", "-pk"), "today": local_day(request.now),
        "acts": [(act, title) for act, title in TITLES.items() if not act_blocks(row, act)], "visit_of": visit,
        "trail": [(event, words(event.act)) for event in trail],
    }  # fmt: skip
    return render(request, "visits/complaint.html", context)


@school_view(act="keep_complaints")
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: SchoolRequest, complaint_id: UUID, what: str) -> HttpResponseBase:
    """One step: acknowledged, who looks into it, what came of it, or on to the record of allegations."""
    row = _found(request, complaint_id)
    if what not in TITLES:
        raise Http404("No such act.")
    back = reverse("complaint", args=[request.school.slug, row.public_id])
    if what == MOVE:
        return _move(request, row, back)
    form, does = _step(request, row, what)
    blocks = act_blocks(row, what)
    if request.method == "POST" and form.is_valid():
        blocks = tried(form, does)
        if not form.errors:
            return said(request, "Recorded.", back)
    context = {"form": None if blocks and request.method != "POST" else form, "blocks": blocks, "heading": TITLES[what], "back_url": back}
    return render(request, "visits/complaint_act.html", context)


def _step(request: SchoolRequest, row: Complaint, what: str) -> tuple[BaseForm, Callable[[], None]]:
    """The form of a step, and what its valid form does."""
    data, today = request.POST or None, local_day(request.now)
    who: dict[str, Any] = {"complaint": row, "by": request.user, "now": request.now}
    if what == ACKNOWLEDGE:
        form: BaseForm = AcknowledgeForm(data, initial={"on": today})
        return form, lambda: service.acknowledge(on=form.cleaned_data["on"], **who)
    if what == HANDLER:
        people = keepers(row, today)
        form = HandlerForm(data, people=people, initial={"handler": row.handler_id, "answer_by": row.answer_by})

        def give() -> None:
            given = {**form.cleaned_data, "handler": next(one for one in people if one.pk == form.cleaned_data["handler"])}
            service.give_to(**given, **who)

        return form, give
    form = AnswerForm(data, initial={"on": today})
    return form, lambda: service.answer(**_without_token(form), **who)


def _without_token(form: BaseForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "token"}


def _move(request: SchoolRequest, row: Complaint, back: str) -> HttpResponseBase:
    form = BaseForm(request.POST or None)
    blocks = act_blocks(row, MOVE)
    if request.method == "POST" and form.is_valid():
        blocks = tried(form, lambda: service.move_to_allegation(complaint=row, by=request.user, now=request.now))
        if not form.errors:
            messages.success(request, "It went on to whoever may see it: the headteacher, or the chair of governors if it is about a head.")
            return HttpResponseRedirect(reverse("complaint_list", args=[request.school.slug]))
    context = {
        "question": "Is this an allegation against a member of staff?", "act_words": "Yes, hand it on", "back_url": back, "blocks": blocks,
        "consequences": ["The headteacher sees it, or the chair of governors if it is about a head; nobody else.",
                         "It leaves the list of complaints, also for you."],
        "form": form,
    }  # fmt: skip
    return render(request, "layouts/confirm.html", context)


def _seen(request: SchoolRequest) -> Any:
    return seen_by(request.user, request.school_roles, request.school, local_day(request.now))


def _found(request: SchoolRequest, complaint_id: UUID) -> Complaint:
    row: Complaint | None = _seen(request).filter(public_id=complaint_id).first()
    if row is None:
        raise Http404("No such page.")
    return row
