"""Referrals: what is open, one of them, and each thing that is done about it; agencies that are to be made aware."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.documents.handing import hand_out
from homevisits.documents.render import PdfUnavailable, render_pdf
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.matrix import SAFEGUARDING, allows
from homevisits.people.selectors.pupils import pupil_of, search_pupils, siblings_of
from homevisits.policy.selectors import version_in_force

from ..deadlines import deadline
from ..forms.copies import CopyForm
from ..forms.referrals import AgencyToldForm, AnswerForm, CloseForm, FindPupilForm, LadoForm, NotSentForm, OpenForm, SendForm
from ..models import AllegationEntry, Referral
from ..rules.allegations import entry_blocks
from ..rules.referrals import ABOUT_STAFF, answer_blocks, close_blocks, not_sent_blocks, open_blocks, reads, send_blocks
from ..selectors import referrals as found
from ..selectors.allegations import seen_by
from ..services import referrals as service
from ..services.agencies import agency_told
from ..services.reading import referral_copied, referral_read
from .common import said, tried

LADO_REPEAT = 60  # minutes


@school_view(act="keep_referrals")
@require_safe
def referral_list(request: SchoolRequest) -> HttpResponse:
    """What is open with its deadline, the agencies to be made aware, and what was done lately."""
    rows = found.open_rows(request.school, request.now)
    context = {
        "rows": rows, "late": sum(bool(row.due and row.due.late) for row in rows), "done": found.done_rows(request.school, request.now),
        "tasks": found.agencies_to_tell(request.school), "told": found.agencies_told(request.school, request.now),
        "opens": bool(SAFEGUARDING & request.school_roles),
    }  # fmt: skip
    return render(request, "safeguarding/referrals.html", context)


@school_view(act="keep_referrals")
@require_safe
def referral_whom(request: SchoolRequest) -> HttpResponse:
    """Whom a new referral is about: find the pupil."""
    form = FindPupilForm(request.GET or None)
    pupils = search_pupils(request.school, form.cleaned_data["q"]) if form.is_bound and form.is_valid() else []
    context = {"form": form, "pupils": pupils, "asked": form.is_bound and not form.errors, "back_url": _list(request)}
    return render(request, "safeguarding/referral_whom.html", context)


@school_view(act="keep_referrals")
def referral_open(request: SchoolRequest, pupil_id: int) -> HttpResponseBase:
    """Open a referral about a pupil."""
    pupil = pupil_of(request.school, pupil_id)
    if pupil is None:
        raise Http404("No such pupil.")
    form = OpenForm(request.POST or None, siblings=siblings_of(pupil))
    blocks: list[Block] = []
    if request.method == "POST" and form.is_valid():
        given, made = form.cleaned_data, []
        blocks = open_blocks(request.school, given["kind"], request.user, request.now)
        values = version_in_force(request.school, local_day(request.now)).values
        if not blocks:
            tried(form, lambda: made.append(service.open_referral(
                school=request.school, kind=given["kind"], pupil_ids=[pupil.pk, *given.get("siblings", [])], why=given["why"],
                agency=given["agency"] if given["kind"] == Referral.Kind.AGENCY else "", repeat_minutes=values.referral_repeat,
                token=given["token"], by=request.user, now=request.now,
            )))  # fmt: skip
        if made:
            return said(request, "The referral is open. Record here when it was sent.", _page(made[0]))
    context = {
        "form": form, "blocks": blocks, "heading": f"A referral about {pupil}", "submit_words": "Open the referral",
        "back_url": reverse("referral_whom", args=[request.school.slug]),
    }  # fmt: skip
    return render(request, "safeguarding/act.html", context, status=422 if form.errors or blocks else 200)


@school_view(act="see_allegations")
def lado_open(request: SchoolRequest, public_id: UUID) -> HttpResponseBase:
    """Open a referral to the LADO from an allegation: it is told again, to those who see the allegation, until it is sent."""
    row = seen_by(request.user, request.school_roles, request.school, local_day(request.now)).filter(public_id=public_id).first()
    if row is None:
        raise Http404("No such record.")
    form, made = LadoForm(request.POST or None), list(row.referrals.filter(not_sent_at=None)[:1])
    blocks = entry_blocks(row, AllegationEntry.Kind.LADO)
    if request.method == "POST" and form.is_valid() and not made and not blocks:
        tried(form, lambda: made.append(service.open_referral(
            school=request.school, kind=ABOUT_STAFF, pupil_ids=[], repeat_minutes=LADO_REPEAT, clause="ATT-55", allegation=row,
            why=form.cleaned_data["why"], token=form.cleaned_data["token"], by=request.user, now=request.now,
        )))  # fmt: skip
    if made:
        return HttpResponseRedirect(_page(made[0]))
    context = {
        "form": None if blocks else form, "blocks": blocks, "heading": "Refer to the LADO", "submit_words": "Open the referral",
        "back_url": reverse("allegation", args=[request.school.slug, row.public_id]),
        "intro": "Within one working day. Record afterwards what was sent, and who acknowledged it.",
    }  # fmt: skip
    return render(request, "safeguarding/act.html", context, status=422 if form.errors else 200)


@school_view(act="see_referral")
@require_safe
def referral(request: SchoolRequest, referral_id: UUID) -> HttpResponse:
    """One referral: where it stands, what was sent, what was done."""
    row = _found(request, referral_id)
    by, now = request.user, request.now
    whole, parts = reads(row, request.school_roles), [request.school.slug, row.public_id]
    referral_read(referral=row, by=by, now=now)
    acts = [
        ("Record that it was sent", "referral_send", send_blocks), ("Decide not to refer", "referral_not_sent", not_sent_blocks),
        ("Record that it was acknowledged", "referral_answer", answer_blocks), ("Record what came of it", "referral_close", close_blocks),
    ]  # fmt: skip
    context = {
        "referral": row, "pupils": found.names(row.pupils.all()), "due": deadline(row, now), "whole": whole,
        "sending": getattr(row, "sending", None) if whole else None, "steps": found.steps(row, request.school_roles),
        "acts": [(words, reverse(name, args=parts)) for words, name, blocks in acts if not blocks(row, by, now)],
        "back_url": _back(request, row), "about_staff": row.kind == ABOUT_STAFF,
        "to_visit": row.visit_id if allows("see_visits", request.school_roles) else None,
    }  # fmt: skip
    return render(request, "safeguarding/referral.html", context)


@school_view(act="see_referral")
def referral_send(request: SchoolRequest, referral_id: UUID) -> HttpResponseBase:
    """Record what was sent, to whom and which way."""
    row = _found(request, referral_id)
    form = SendForm(request.POST or None)

    def act() -> None:
        given = form.cleaned_data
        names = ("text", "way", "to_name", "to_organisation", "to_contact", "reference")
        sending = service.Sending(sent_at=form.when(request.now, local_day(request.now)), **{name: given[name] for name in names})
        service.send_referral(referral=row, sending=sending, by=request.user, now=request.now)

    return _act(request, row, form, act, send_blocks(row, request.user, request.now), f"To {row.to_words}: what was sent",
                "Record it as sent", "Recorded as sent. What was sent does not change any more.")  # fmt: skip


@school_view(act="see_referral")
def referral_not_sent(request: SchoolRequest, referral_id: UUID) -> HttpResponseBase:
    """Decide not to send it, with the reason."""
    row = _found(request, referral_id)
    form = NotSentForm(request.POST or None)

    def act() -> None:
        service.decide_not_to_refer(referral=row, reason=form.cleaned_data["reason"], by=request.user, now=request.now)

    return _act(request, row, form, act, not_sent_blocks(row, request.user, request.now), "Decide not to refer",
                "Decide not to refer", "The decision is recorded with its reason.")  # fmt: skip


@school_view(act="see_referral")
def referral_answer(request: SchoolRequest, referral_id: UUID) -> HttpResponseBase:
    """Record who acknowledged it."""
    row = _found(request, referral_id)
    form = AnswerForm(request.POST or None)

    def act() -> None:
        given = form.cleaned_data
        service.acknowledge_referral(
            referral=row, from_whom=given["from_whom"], reference=given["reference"], at=form.when(request.now, local_day(request.now)),
            by=request.user, now=request.now,
        )  # fmt: skip

    return _act(request, row, form, act, answer_blocks(row, request.user, request.now), "Who acknowledged it?",
                "Record", "Recorded as acknowledged.")  # fmt: skip


@school_view(act="see_referral")
def referral_close(request: SchoolRequest, referral_id: UUID) -> HttpResponseBase:
    """Record what came of it."""
    row = _found(request, referral_id)
    form = CloseForm(request.POST or None)

    def act() -> None:
        service.close_referral(referral=row, outcome=form.cleaned_data["outcome"], by=request.user, now=request.now)

    return _act(request, row, form, act, close_blocks(row, request.user, request.now), "What came of it?",
                "Record and close", "The outcome is recorded and the referral is closed.")  # fmt: skip


@school_view(act="see_referral")
def referral_copy(request: SchoolRequest, referral_id: UUID) -> HttpResponseBase:
    """A copy of what was sent on paper, for those who may read it and say what it is for."""
    row = _found(request, referral_id)
    form = CopyForm(request.POST or None)
    whole = reads(row, request.school_roles)
    if request.method == "POST" and whole and form.is_valid():
        paper = {
            "referral": row, "sending": getattr(row, "sending", None), "pupils": row.pupils.all(), "school": request.school,
            "now": request.now, "reader": request.user, "reason": form.cleaned_data["reason"],
            "steps": reversed(found.steps(row, request.school_roles)),
        }  # fmt: skip
        try:
            content = render_pdf(render_to_string("safeguarding/referral_pdf.html", paper))
        except PdfUnavailable as why:
            form.add_error(None, str(why))
        else:
            referral_copied(referral=row, reason=form.cleaned_data["reason"], by=request.user, now=request.now)
            return hand_out(content, "pdf", f"referral-{row.public_id}.pdf")
    context = {
        "form": form if whole else None, "heading": "A copy of the referral", "submit_words": "Make the copy", "back_url": _page(row),
        "blocks": [] if whole else [Block("What was sent is for the safeguarding team to read.")],
    }  # fmt: skip
    return render(request, "safeguarding/act.html", context, status=422 if form.errors or not whole else 200)


@school_view(act="keep_referrals")
def agency_task(request: SchoolRequest, task_id: UUID) -> HttpResponseBase:
    """Record that an agency of a family was made aware: with whom it was spoken, and when."""
    task = found.task_of(request.school, task_id)
    if task is None:
        raise Http404("No such agency is to be told.")
    form = AgencyToldForm(request.POST or None)
    blocks: list[Block] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        blocks = tried(form, lambda: agency_told(
            task=task, spoke_with=given["spoke_with"], told_note=given["told_note"],
            told_at=form.when(request.now, local_day(request.now)), by=request.user, now=request.now,
        ))  # fmt: skip
        if not form.errors:
            return said(request, f"Recorded: {task.words} is aware.", _list(request))
    context = {
        "form": form, "blocks": blocks, "heading": f"{task.words}: made aware", "submit_words": "Record", "back_url": _list(request),
        "intro": f"About {found.names(task.pupils.all())}.", "clause": "PRI-41", "numbers": found.numbers_of(task),
    }  # fmt: skip
    return render(request, "safeguarding/act.html", context, status=422 if form.errors else 200)


def _act(
    request: SchoolRequest, row: Referral, form: Any, act: Callable[[], object], blocks: list[Block], heading: str, words: str, done: str
) -> HttpResponseBase:
    """A page on which one thing is done about a referral: its form, or why it cannot be done now."""
    if request.method == "POST" and form.is_valid():
        blocks = tried(form, act)
        if not form.errors:
            return said(request, done, _page(row))
    context = {
        "form": None if blocks and request.method != "POST" else form, "blocks": blocks, "heading": heading, "submit_words": words,
        "back_url": _page(row), "intro": _about(row),
    }  # fmt: skip
    return render(request, "safeguarding/act.html", context, status=422 if form.errors else 200)


def _about(row: Referral) -> str:
    pupils = found.names(row.pupils.all())
    return f"Referral to {row.to_words}{f' about {pupils}' if pupils else ''}."


def _found(request: SchoolRequest, referral_id: UUID) -> Referral:
    row = found.referral_of(request.school, referral_id, request.user, request.school_roles, local_day(request.now))
    if row is None:
        raise Http404("No such referral.")
    return row


def _page(row: Referral) -> str:
    return reverse("referral", args=[row.school.slug, row.public_id])


def _list(request: SchoolRequest) -> str:
    return reverse("referral_list", args=[request.school.slug])


def _back(request: SchoolRequest, row: Referral) -> str:
    return reverse("allegation", args=[request.school.slug, row.allegation.public_id]) if row.allegation else _list(request)
