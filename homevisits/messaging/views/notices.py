"""A person's notices in a school, and the tasks of their roles."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from homevisits.messaging import notices, selectors
from homevisits.messaging.live import answer_live
from homevisits.people.access import SchoolRequest, school_view


@school_view(act="see_own_notices")
def notice_list(request: SchoolRequest) -> HttpResponse:
    """What the person was told, newest first; tasks stay at the top until they are done."""
    rows = selectors.notices_for(request.user, request.school, request.now).prefetch_related("pupils")
    tasks = rows.filter(task=True, done_at__isnull=True)
    urgent = selectors.to_look_at_first(request.user, request.school, request.now)
    rest = rows.exclude(pk__in=tasks.values("pk")).exclude(pk__in=[notice.pk for notice in urgent])
    page = Paginator(rest, 50).get_page(request.GET.get("page"))
    unseen = selectors.unseen_count(request.user, request.school)
    return render(request, "messaging/notice_list.html", {"urgent": urgent, "tasks": list(tasks), "page_obj": page, "unseen": unseen})


@school_view(act="see_own_notices")
def notice_count(request: SchoolRequest) -> HttpResponse:
    """The count in the header, for polls; with it, where a demo school's clock was set anew."""
    unseen, school = selectors.unseen_count(request.user, request.school), request.school
    key = (unseen, school.clock_from, school.clock_shows, school.clock_speed)
    return answer_live(request, lambda: render(request, "messaging/notice_poll.html", {"unseen_notices": unseen}), key)


@require_POST
@school_view(act="see_own_notices")
def notices_seen(request: SchoolRequest) -> HttpResponse:
    """Everything is seen."""
    notices.mark_seen(staff=request.user, school=request.school, now=request.now)
    return redirect("notice_list", request.school.slug)


@require_POST
@school_view(act="see_own_notices")
def notice_seen(request: SchoolRequest, notice_id: UUID) -> HttpResponse:
    """One notice is seen."""
    mine = selectors.notices_for(request.user, request.school, request.now)
    notice = get_object_or_404(mine, public_id=notice_id)
    notices.mark_seen(staff=request.user, school=request.school, notice=notice, now=request.now)
    return redirect("notice_list", request.school.slug)


@require_POST
@school_view(act="see_own_notices")
def notice_done(request: SchoolRequest, notice_id: UUID) -> HttpResponse:
    """A task is done."""
    mine = selectors.notices_for(request.user, request.school, request.now)
    notices.mark_done(notice=get_object_or_404(mine, public_id=notice_id), by=request.user, now=request.now)
    return redirect("notice_list", request.school.slug)
