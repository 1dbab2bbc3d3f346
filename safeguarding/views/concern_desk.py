"""The safeguarding team's desk: what waits, one concern with everything that belongs to it, and that something waits, on every page."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from homevisits.common.clock import local_day
from homevisits.common.live import live_response
from homevisits.documents.handing import hand_out
from homevisits.documents.models import Attachment
from homevisits.documents.render import PdfUnavailable, render_pdf
from homevisits.documents.selectors import attachments_about
from homevisits.documents.store import Altered
from homevisits.people.access import SchoolRequest, school_view

from ..forms.copies import CopyForm
from ..models import Concern, ConcernAmendment, ConcernEvent
from ..rules.concerns import close_blocks, work_blocks
from ..selectors import concerns as selectors
from ..selectors.concern_files import ABOUT, file_lines
from ..selectors.cover import team
from ..selectors.incidents import incident_of
from ..selectors.marks import mark_words, marks_of
from ..services import reading
from ..services.concern_files import read_file
from ..services.concern_work import read_addition

TITLES = {
    "raised": "Written", "taken": "Taken up", "taken_over": "Taken over", "amended": "Amended", "pupils": "Other children named",
    "linked": "Linked with another concern", "decided": "Decided", "action": "To be done", "action_done": "Done", "closed": "Closed",
    "reopened": "Opened again", "added": "Its writer wrote more",
}  # fmt: skip
SIDES = (("front", "The body from the front"), ("back", "The body from behind"))


def one(request: SchoolRequest, concern_id: UUID) -> Concern:
    """The concern of the school; 404 where there is none."""
    concern = selectors.concern_of(request.school, concern_id)
    if concern is None:
        raise Http404("No such concern.")
    return concern


@school_view(act="read_concerns")
@require_safe
def inbox(request: SchoolRequest) -> HttpResponse:
    """Concerns that nobody has taken up first, the longest waiting first; then those that are worked on; the closed ones on demand."""
    text, closed = request.GET.get("q", "").strip(), "closed" in request.GET
    waiting, worked, over = (
        selectors.found(rows(request.school), text) if text else rows(request.school)
        for rows in (selectors.waiting, selectors.open_ones, selectors.closed_ones)
    )
    page = Paginator(over, 50).get_page(request.GET.get("page")) if closed or text else None
    first, second = list(waiting[:100]), list(worked[:200])
    shown = [*first, *second, *(page or [])]
    reading.concerns_listed(school=request.school, concern_ids=[row.pk for row in shown], by=request.user, now=request.now)
    context = {
        "waiting": first, "worked": second, "page_obj": page, "text": text, "closed": closed, "today": local_day(request.now),
        "team": team(request.school, local_day(request.now)), "closed_count": over.count() if not page else 0,
    }  # fmt: skip
    return render(request, "safeguarding/concern_inbox.html", context)


@school_view(act="hear_of_concerns")
@require_safe
def alert(request: SchoolRequest) -> HttpResponse:
    """How many concerns nobody has taken up, for the line at the top of every page: no names, no content. Polled."""
    count = selectors.waiting_count(request.school)
    return live_response(request, lambda: render(request, "safeguarding/_concern_alert.html", {"concerns_waiting": count}), count)


@school_view(act="read_concerns")
@require_safe
def concern(request: SchoolRequest, concern_id: UUID) -> HttpResponse:
    """One concern: what was written, as amended; what was decided and done; what belongs to it. That it was read is audited."""
    row = one(request, concern_id)
    reading.concern_read(concern=row, by=request.user, now=request.now)
    read_addition(concern=row, by=request.user, now=request.now)
    row.refresh_from_db()
    context = _whole(row) | {
        "came_from": _came_from(row),
        "additions": row.additions.order_by("at"),
        "not_on_referral": selectors.not_on_referral(row),
        "linked": selectors.linked(row), "same_home": selectors.same_home(row)[:30], "siblings": selectors.siblings(row),
        "may_work": not work_blocks(row, request.user, request.now), "may_close": not close_blocks(row, request.user, request.now),
        "today": local_day(request.now),
    }  # fmt: skip
    return render(request, "safeguarding/concern.html", context)


def _came_from(row: Concern) -> str:
    """The page that it came from: an incident's as it is now, for its address was another one once."""
    incident = incident_of(row)
    return reverse("incident", args=[row.school.slug, incident.public_id]) if incident else row.source_link


def _whole(row: Concern) -> dict[str, Any]:
    """What was written and done, newest first, as the page and the paper show it."""
    amendments = _amendments(row)
    marks = marks_of(row, amendments)
    return {
        "concern": row, "text": selectors.in_force(row, amendments), "amendments": amendments,
        "marks": [one for one in marks if one.gone is None], "marks_gone": [one for one in marks if one.gone],
        "files": file_lines(row),
        "family": list(row.family_told.select_related("by").order_by("-at", "-pk")),
        "decisions": selectors.decisions(row),
        "actions": row.actions.select_related("owner", "done_by").order_by("done_at", "due_on", "pk"),
        "entries": [_entry(event) for event in row.events.select_related("by").order_by("-at", "-pk")],
    }  # fmt: skip


@school_view(act="read_concerns")
def concern_copy(request: SchoolRequest, concern_id: UUID) -> HttpResponseBase:
    """A copy on paper, for those who say what it is for."""
    row, form = one(request, concern_id), CopyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, additions = form.cleaned_data["reason"], selectors.additions(row)
        paper = _whole(row) | {
            "school": request.school, "now": request.now, "reader": request.user, "sides": SIDES, "reason": reason,
            "additions": [_addition(each) for each in additions],
        }  # fmt: skip
        try:
            content = render_pdf(render_to_string("safeguarding/concern_pdf.html", paper))
        except PdfUnavailable as why:
            form.add_error(None, str(why))
        else:
            for each in (row, *additions):
                reading.concern_copied(concern=each, reason=reason, by=request.user, now=request.now)
            return hand_out(content, "pdf", f"concern-{row.reference or row.short}.pdf")
    back = reverse("concern", args=[request.school.slug, row.public_id])
    context = {"concern": row, "form": form, "heading": "A copy of the concern", "submit_words": "Make the copy", "back_url": back}
    return render(request, "safeguarding/concern_act.html", context, status=422 if form.errors else 200)


def _addition(row: Concern) -> dict[str, Any]:
    """What its writer added, with the words of it, for the paper."""
    amendments = _amendments(row)
    marks = [mark_words(one.mark) + (", withdrawn since" if one.gone else "") for one in marks_of(row, amendments)]
    text = selectors.in_force(row, amendments)
    return {"concern": row, "text": text, "amendments": amendments, "marks": marks, "files": file_lines(row)}


def _amendments(row: Concern) -> list[ConcernAmendment]:
    found = row.amendments.select_related("by").prefetch_related("marks_added", "marks_gone")
    return list(found.order_by("-at", "-pk"))


def _entry(event: ConcernEvent) -> dict[str, Any]:
    by = event.by.called(event.at) if event.by else "The product"
    return {"title": TITLES.get(event.what, event.what), "at": event.at, "by": by, "text": event.says}


@school_view(act="read_concerns")
@require_safe
def concern_file(request: SchoolRequest, concern_id: UUID, attachment_id: UUID) -> HttpResponseBase:
    """The bytes of a file that came with a concern; every reading is audited."""
    row = one(request, concern_id)
    found: Attachment | None = attachments_about(request.school, ABOUT, row.pk).filter(public_id=attachment_id).first()
    if found is None:
        raise Http404("No such file.")
    try:
        content = read_file(concern=row, attachment=found, by=request.user, now=request.now)
    except Altered as why:
        return HttpResponse(str(why), status=410, content_type="text/plain; charset=utf-8")
    return hand_out(content, found.holds, found.file_name)
