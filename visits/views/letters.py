"""A letter of a visit: what it says, its PDF, making it final, printing it, and how it went."""

import re
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from homevisits.common.clock import local_day
from homevisits.common.errors import Blocked
from homevisits.documents import zones
from homevisits.documents.models import Document, DocumentWay
from homevisits.documents.render import PdfUnavailable
from homevisits.documents.store import Altered, content_of
from homevisits.people.access import SchoolRequest, school_view

from ..forms.letters import AddressedForm, WentForm
from ..letters import content
from ..letters.kinds import KINDS
from ..models import HomeVisit, VisitLetter
from ..rules.closing import final_blocks, letter_blocks, went_blocks
from ..rules.letters import late_blocks, left_blocks
from ..selectors.letters import letter_of, ways_of
from ..services import letters
from .common import found, page_of, said, tried

Way = DocumentWay.Way
_BODY = re.compile(r"<body>(.*)</body>", re.DOTALL)


@school_view(act="see_visits")
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: SchoolRequest, visit_id: int, kind: str) -> HttpResponseBase:
    """The letter: its words, what can be done with it, how it went. Posted: make it final."""
    visit = found(request, visit_id)
    row = _letter(request, visit, kind)
    form = AddressedForm(request.POST if request.method == "POST" else None, letter=row)
    if request.method == "POST":
        blocks = []
        if form.is_valid():
            try:
                to = form.chosen()
                blocks = tried(form, lambda: letters.make_final(visit=visit, kind=kind, contact=to, by=request.user, now=request.now))
            except PdfUnavailable as why:
                form.add_error(None, str(why))
            if not form.errors:
                return said(request, "The letter is final: print it, or say how it went.", _page(visit, kind))
        return _shown(request, row, form, blocks)
    return _shown(request, row, form, [])


def _letter(request: SchoolRequest, visit: HomeVisit, kind: str) -> VisitLetter:
    row = letter_of(visit, kind, request.now)
    if row is None:
        raise Http404("No such letter.")
    return row


def _page(visit: HomeVisit, kind: str) -> str:
    return reverse("visit_letter", args=[visit.school.slug, visit.pk, kind])


def _shown(request: SchoolRequest, row: VisitLetter, form: AddressedForm, blocks: list[Any]) -> HttpResponse:
    visit, kind = row.visit, KINDS[row.kind]
    theirs = letter_blocks(visit, row.kind, request.user, request.now)
    late = late_blocks(visit, row.kind, request.now)
    final = bool(row.document and row.document.state == Document.State.FINAL)
    context = {
        "visit": visit, "letter": row, "kind": kind, "form": form, "blocks": blocks or theirs or late, "may": not theirs, "final": final,
        "open": not final_blocks(row) and not late,
        "can_go": not theirs and not went_blocks(row) + left_blocks(row) and (final or not row.sent_at),
        "preview": _preview(request, row), "ways": ways_of(row.document), "back_url": page_of(visit),
        "window": _window(row) if final and not kind.card else [],
    }  # fmt: skip
    return render(request, "visits/letter.html", context, status=422 if blocks else 200)


def _preview(request: SchoolRequest, row: VisitLetter) -> SafeString:
    """The letter's words within the page, its heading below the page's own. The template has escaped what people wrote."""
    final = row.document is not None and row.document.state == Document.State.FINAL
    values = row.document.data if final and row.document else content.content_of(row, request.now)
    inner = _BODY.search(content.html_of(row, values))
    return mark_safe(re.sub(r"<(/?)h1", r"<\1h2", inner[1]) if inner else "")  # noqa: S308 (our own template, escaped)


def _window(row: VisitLetter) -> list[str]:
    """What is wrong for a window envelope."""
    try:
        return zones.window_faults(content_of(row.document)) if row.document else []
    except Altered as why:
        return [str(why)]


@school_view(act="see_visits")
@require_safe
def letter_pdf(request: SchoolRequest, visit_id: int, kind: str) -> HttpResponseBase:
    """The letter on paper: a draft says so across it; a final one is what was kept."""
    visit = found(request, visit_id)
    row = _letter(request, visit, kind)
    try:
        pdf = letters.draft_pdf(letter=row, by=request.user, now=request.now)
    except (PdfUnavailable, Altered) as why:
        return said(request, str(why), _page(visit, kind))
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{kind.replace("_", "-")}-{visit.pk}.pdf"'
    return answer


@school_view(act="see_visits")
@require_POST
def letter_print(request: SchoolRequest, visit_id: int, kind: str) -> HttpResponseBase:
    """Record that it is printed, and open the PDF to print it."""
    visit = found(request, visit_id)
    row = _letter(request, visit, kind)
    try:
        letters.mark_printed(letter=row, by=request.user, now=request.now)
    except Blocked as why:
        return _refused(request, visit, kind, why)
    return HttpResponseRedirect(reverse("visit_letter_pdf", args=[request.school.slug, visit.pk, kind]))


def _refused(request: SchoolRequest, visit: HomeVisit, kind: str, why: Blocked) -> HttpResponse:
    context = {
        "visit": visit,
        "heading": "This letter is not yours to send now",
        "blocks": why.blocks,
        "back_url": _page(visit, kind),
    }
    return render(request, "visits/refused.html", context, status=422)


@school_view(act="see_visits")
@require_http_methods(["GET", "HEAD", "POST"])
def letter_sent(request: SchoolRequest, visit_id: int, kind: str) -> HttpResponseBase:
    """How the letter went, to whom and when; emailing it and giving it to GOV.UK Notify happen here."""
    visit = found(request, visit_id)
    row = _letter(request, visit, kind)
    blocks = letter_blocks(visit, kind, request.user, request.now) + went_blocks(row) + left_blocks(row)
    form = WentForm(request.POST or None, letter=row, ways=_ways(row))
    if request.method == "POST" and form.is_valid() and not blocks:
        blocks = tried(form, lambda: _record(request, visit, kind, form))
        if not form.errors:
            return said(request, _DONE.get(form.cleaned_data["way"], "Recorded."), _page(visit, kind))
    context = {
        "visit": visit, "form": form, "blocks": blocks, "back_url": _page(visit, kind), "heading": f"{KINDS[kind].words}: how did it go?",
        "submit_words": "Record or send",
    }  # fmt: skip
    return render(request, "visits/closing_form.html", context, status=422 if blocks else 200)


_DONE = {Way.EMAILED: "The letter is on its way by email.", Way.NOTIFY: "The letter is on its way to GOV.UK Notify."}


def _ways(row: VisitLetter) -> list[Way]:
    """The ways that are open: by message only what is final, by GOV.UK Notify only where the school has an account."""
    final = row.document is not None and row.document.state == Document.State.FINAL
    ways = [way for way in KINDS[row.kind].ways if final or way not in (Way.EMAILED, Way.NOTIFY)]
    return [way for way in ways if way != Way.NOTIFY or not letters.notify_blocks(row.visit)]


def _record(request: SchoolRequest, visit: HomeVisit, kind: str, form: WentForm) -> None:
    given, contact = form.cleaned_data, form.chosen()
    if given["way"] == Way.EMAILED and contact:
        letters.send_by_email(visit=visit, kind=kind, contact=contact, by=request.user, now=request.now)
    elif given["way"] == Way.NOTIFY:
        letters.send_by_notify(visit=visit, kind=kind, by=request.user, now=request.now)
    else:
        letters.mark_letter_sent(
            visit=visit, kind=kind, way=given["way"], to=given["to"], contact=contact,
            happened_at=form.happened_at(local_day(request.now)), token=given["token"], by=request.user, now=request.now,
        )  # fmt: skip
