"""One's own calendar of visits: its secret address shown once, ended at any time; and the calendar itself."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from homevisits.people.access import SchoolRequest, school_view

from ..selectors.feed import by_secret, calendar, feed_of
from ..services.feed import end_feed, make_feed
from .common import said


@school_view(act="see_visits")
@require_http_methods(["GET", "HEAD", "POST"])
def feed_page(request: SchoolRequest) -> HttpResponseBase:
    """Make an address, or a new one; the page that answers is the only one that ever shows it."""
    address = ""
    if request.method == "POST":
        secret = make_feed(staff=request.user, school=request.school, now=request.now)
        address = settings.BASE_URL + reverse("visit_calendar", args=[secret])
    response = render(request, "visits/feed.html", {"address": address, "feed": feed_of(request.user, request.school)})
    response["Cache-Control"] = "no-store, private"
    return response


@school_view(act="see_visits")
@require_POST
def feed_end(request: SchoolRequest) -> HttpResponseBase:
    """End the address."""
    end_feed(staff=request.user, school=request.school, now=request.now)
    return said(request, "The address is ended: whoever has it gets nothing any more.", reverse("visit_feed", args=[request.school.slug]))


@login_not_required
@require_safe
def visit_calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a secret address; 404 for one that is ended or never was."""
    feed = by_secret(secret)
    if feed is None:
        raise Http404("No such calendar.")
    response = HttpResponse(calendar(feed, feed.school.now()), content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
