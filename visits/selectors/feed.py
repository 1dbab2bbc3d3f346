"""What a calendar of one person's visits holds: times, and with whom by first names. No address, no child's name."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event

from homevisits.common.clock import local, local_day
from homevisits.people.access import roles_of
from homevisits.people.models import School, Staff

from ..models import CalendarFeed, HomeVisit
from ..services.feed import digest

S = HomeVisit.Status
SHOWN = frozenset({S.PLANNED, S.SENT_BACK, S.APPROVED, S.OUT, S.DONE, S.CLOSED})
BEHIND, AHEAD = timedelta(days=30), timedelta(days=120)


def by_secret(secret: str) -> CalendarFeed | None:
    """The feed behind a secret; None when it was ended, never was, or its person no longer works in the school."""
    row = CalendarFeed.objects.select_related("staff", "school").filter(secret_hash=digest(secret), revoked_at__isnull=True).first()
    if row is None or not roles_of(row.staff, row.school, local_day(row.school.now())):
        return None
    return row


def feed_of(staff: Staff, school: School) -> CalendarFeed | None:
    """The address that a person has now, without its secret."""
    return CalendarFeed.objects.filter(staff=staff, school=school, revoked_at__isnull=True).first()


def calendar(feed: CalendarFeed, now: datetime) -> bytes:
    """The calendar as iCalendar. A visit keeps its number, so that a new time moves it; one that is not made is cancelled there too."""
    out = Calendar()
    out.add("prodid", "-//Home Visits//EN")
    out.add("version", "2.0")
    out.add("method", "PUBLISH")
    out.add("x-wr-calname", "Home visits")
    # Those who were taken off do not find the visit as theirs any more: their calendar drops what the feed no longer has.
    mine = HomeVisit.objects.filter(school=feed.school, members__staff=feed.staff, due_at__range=(now - BEHIND, now + AHEAD))
    for visit in mine.prefetch_related("members__staff").order_by("due_at", "pk"):
        out.add_component(_event(visit, feed, now))
    return bytes(out.to_ical())


def _event(visit: HomeVisit, feed: CalendarFeed, now: datetime) -> Event:
    others = sorted(one.staff.name.split()[0] for one in visit.members.all() if one.staff_id != feed.staff_id and one.staff.name.strip())
    begins = visit.arrive_at or visit.due_at
    at = local(begins)
    event = Event()
    event.add("uid", f"visit-{visit.pk}@{feed.school.slug}.home-visits")
    event.add("dtstamp", now)
    event.add("sequence", visit.version)
    event.add("dtstart", visit.due_at)
    event.add("dtend", max(visit.due_back or visit.due_at + timedelta(hours=1), visit.due_at + timedelta(minutes=5)))
    event.add("summary", f"Home visit, {at.hour}:{at.minute:02d}" + (f", with {' and '.join(others)}" if others else ""))
    event.add("status", "CANCELLED" if visit.status not in SHOWN else "CONFIRMED" if visit.status != S.PLANNED else "TENTATIVE")
    event.add("class", "PRIVATE")
    event.add("url", settings.BASE_URL + reverse("visit", args=[feed.school.slug, visit.pk]))
    return event
