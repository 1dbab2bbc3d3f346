"""The outbox page: what was sent to whom, and how far it got."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from homevisits.common.errors import Blocked
from homevisits.messaging import outbox, selectors
from homevisits.messaging.live import answer_live
from homevisits.messaging.models import Message
from homevisits.messaging.rules import may_try_again
from homevisits.messaging.wording import TITLES
from homevisits.people.access import SchoolRequest, school_view, today_of


@school_view(act="see_messages")
def message_list(request: SchoolRequest) -> HttpResponse:
    """The messages of a day, filtered by state. A poll gets 304 while nothing changed."""
    day = _day(request)
    key = (request.school.pk, day, request.GET.urlencode(), selectors.newest_change(request.school, day), request.now.minute)
    if "X-Live" in request.headers:
        return answer_live(request, lambda: render(request, "messaging/message_rows.html", _context(request, day)), key)
    return render(request, "messaging/message_list.html", _context(request, day))


@require_POST
@school_view(act="retry_message")
def message_again(request: SchoolRequest, message_id: int) -> HttpResponse:
    """Try a failed message again."""
    message = get_object_or_404(selectors.messages_of(request.school), pk=message_id)
    try:
        outbox.try_again(message=message, by=request.user, now=request.now)
        messages.success(request, "It is tried again. The provider is asked first whether it has it already.")
    except Blocked as refused:
        messages.error(request, str(refused))
    return redirect("message_list", request.school.slug)


def _day(request: SchoolRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today_of(request.school)


def _context(request: SchoolRequest, day: date) -> dict[str, Any]:
    group = request.GET.get("state", "")
    page = Paginator(selectors.messages_of(request.school, day=day, group=group), 50).get_page(request.GET.get("page"))
    counts = selectors.counts_of(request.school, day)
    provider = selectors.provider_state(request.school, request.now)
    before, after = selectors.days_around(request.school, day)
    return {
        "page_obj": page, "rows": [_row(request, message) for message in page], "day": day, "group": group,
        "before": before, "after": after,
        "groups": [(name, word, counts[name]) for name, (word, _) in selectors.GROUPS.items()], "total": sum(counts.values()),
        "provider": provider, "failures": selectors.failures(request.school, request.now, provider),
    }  # fmt: skip


def _row(request: SchoolRequest, message: Message) -> dict[str, Any]:
    about = list(message.about.all())
    return {
        "message": message,
        "title": TITLES.get(message.template, message.template),
        "state": "Shown on the screen" if message.provider == "screen" and message.accepted_at else message.get_status_display(),
        "shape": selectors.SHAPES[selectors.GROUP_OF[message.status]],
        "pupils": sorted({str(row.pupil) for row in about}),
        "contacts": sorted({str(row.contact) for row in about if row.contact}),
        "again": message.status == Message.Status.FAILED and not may_try_again(message, request.now),
    }
