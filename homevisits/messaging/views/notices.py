"""A person's notices in a school, and the tasks of their roles."""

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
    page = Paginator(rows.exclude(pk__in=tasks.values("pk")), 50).get_page(request.GET.get("page"))
    unseen = selectors.unseen_count(request.user, request.school)
    return render(request, "messaging/notice_list.html", {"tasks": list(tasks), "page_obj": page, "unseen": unseen})


@school_view(act="see_own_notices")
def notice_count(request: SchoolRequest) -> HttpResponse:
    """The count in the header, for polls."""
    unseen = selectors.unseen_count(request.user, request.school)
    return answer_live(request, lambda: render(request, "messaging/notice_count.html", {"unseen_notices": unseen}), unseen)


@require_POST
@school_view(act="see_own_notices")
def notices_seen(request: SchoolRequest) -> HttpResponse:
    """Everything is seen."""
    notices.mark_seen(staff=request.user, school=request.school, now=request.now)
    return redirect("notice_list", request.school.slug)


@require_POST
@school_view(act="see_own_notices")
def notice_done(request: SchoolRequest, notice_id: int) -> HttpResponse:
    """A task is done."""
    mine = selectors.notices_for(request.user, request.school, request.now)
    notices.mark_done(notice=get_object_or_404(mine, pk=notice_id), by=request.user, now=request.now)
    return redirect("notice_list", request.school.slug)
