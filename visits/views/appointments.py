"""The appointment by the staff: offering a time, the office's record of an answer, shutting the link, the agreement call."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from homevisits.people.access import SchoolRequest, school_view

from ..forms.appointments import GO_ANYWAY, CallForm, OfferForm, OfficeAnswerForm
from ..models import Appointment, HomeVisit
from ..rules.appointments import contact_blocks, current, offer_blocks, offer_cautions
from ..selectors import appointments as found_of
from ..services.agreement_calls import call_blocks, record_agreement_call
from ..services.appointments import answer, close_link, go_all_the_same, offer
from ..services.telling import when_of
from .common import found, page_of, said, tried


@school_view(act="offer_appointment")
@require_http_methods(["GET", "HEAD", "POST"])
def offer_page(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """Offer the family a time, and tell whom the person chooses."""
    visit = found(request, visit_id)
    planned = found_of.at_the_door(visit)
    meeting = visit.status == HomeVisit.Status.MEETING
    first = {"length": visit.length_minutes, "at_school": "school" if meeting else "home"}
    form = OfferForm(request.POST or None, contacts=found_of.family(visit), initial=first)
    blocks = offer_blocks(visit, meeting, request.now) if request.method != "POST" else []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        at_school = given["at_school"] == "school"
        blocks = tried(form, lambda: offer(
            visit=visit, at=form.at(planned), length_minutes=given["length"], place="At school" if at_school else visit.place or "At home",
            what_happens=given["what_happens"], questions=given["questions"], to=form.chosen(), at_school=at_school, token=given["token"],
            by=request.user, now=request.now,
        ))  # fmt: skip
        if not blocks and not form.errors:
            return said(request, "The appointment is offered. The messages are on their way.", page_of(visit))
    return _page(request, visit, form, blocks, heading="Tell the family the time", submit_words="Offer this time", planned=planned,
                 cautions=offer_cautions(visit), current=current(visit), template="visits/offer.html")  # fmt: skip


@school_view(act="offer_appointment")
@require_http_methods(["GET", "HEAD", "POST"])
def office_answer(request: SchoolRequest, visit_id: int, appointment_id: int) -> HttpResponse:
    """What the family told the office."""
    visit = found(request, visit_id)
    row = _appointment(visit, appointment_id)
    form = OfficeAnswerForm(request.POST or None, asked=row.state == Appointment.State.CHANGE_ASKED)
    blocks = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        blocks = tried(form, lambda: _take(row, given["answer"], given["words"], request))
        if not blocks and not form.errors:
            return said(request, "The family's answer is recorded.", page_of(visit))
    return _page(request, visit, form, blocks, heading=f"The family's answer: {when_of(row)}", submit_words="Record the answer")


def _take(row: Appointment, said_so: str, words: str, request: SchoolRequest) -> None:
    if said_so == GO_ANYWAY:
        go_all_the_same(appointment=row, reason=words, by=request.user, now=request.now)
    else:
        answer(appointment=row, state=said_so, words=words, by=request.user, now=request.now)


@school_view(act="offer_appointment")
@require_http_methods(["GET", "HEAD", "POST"])
def close_page(request: SchoolRequest, visit_id: int, appointment_id: int) -> HttpResponse:
    """Shut the link, after asking."""
    visit = found(request, visit_id)
    row = _appointment(visit, appointment_id)
    if request.method == "POST":
        close_link(appointment=row, by=request.user, now=request.now)
        return said(request, "The link is shut: it opens nothing any more.", page_of(visit))
    context = {
        "question": "Shut the family's link?", "act_words": "Shut the link", "back_url": page_of(visit), "visit": visit,
        "consequences": ["Whoever opens it reads that it is closed and the school's number.", "The appointment itself stays as it is."],
    }  # fmt: skip
    return render(request, "layouts/confirm.html", context)


@school_view(act="offer_appointment")
@require_http_methods(["GET", "HEAD", "POST"])
def call_page(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """The call in which the visit is agreed, with the hazards asked about."""
    visit = found(request, visit_id)
    form = CallForm(request.POST or None, contacts=found_of.family(visit))
    blocks = call_blocks(visit) if request.method != "POST" else []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        contact = form.contacts[given["contact"]]
        blocks = contact_blocks(visit, [contact]) or tried(form, lambda: record_agreement_call(
            visit=visit, contact=contact, agreed=given["agreed"], animals=given["animals"], says=given["says"], token=given["token"],
            by=request.user, now=request.now,
        ))  # fmt: skip
        if not blocks and not form.errors:
            says = "The call is recorded." if given["agreed"] else _NO
            return said(request, says, page_of(visit))
    return _page(request, visit, form, blocks, heading="Agree the visit by telephone", submit_words="Record the call",
                 family=form.contacts.values(), template="visits/agreement_call.html")  # fmt: skip


_NO = "The family said no: nobody goes in, and the safeguarding team is told."


def _appointment(visit: HomeVisit, appointment_id: int) -> Appointment:
    row = found_of.of_visit(visit).filter(pk=appointment_id).first()
    if row is None:
        raise Http404("No such appointment.")
    return row


def _page(
    request: SchoolRequest, visit: HomeVisit, form: Any, blocks: Any, *, template: str = "visits/form.html", **more: Any
) -> HttpResponse:
    context = {"visit": visit, "form": form, "blocks": blocks, "back_url": page_of(visit), "back_words": "The visit", **more}
    return render(request, template, context)
