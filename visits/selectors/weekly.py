"""The visits of a week as the headteacher's list has them: which there are, what is signed, what changed since (ATT-31)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from homevisits.common.clock import instant, local_day
from homevisits.people.models import School

from ..models import HomeVisit, WeeklyList, WeeklyListVisit
from ..rules.common import sent_at_once
from ..rules.weekly import SIGNABLE, monday
from ..snapshot import Change, changes_since

S = HomeVisit.Status
# Visits that are not made are not on the list.
OFF = frozenset({S.DECLINED, S.REFUSED, S.MEETING, S.NOT_VISITING, S.STOOD_DOWN})
OVER = frozenset({S.DONE, S.CLOSED})
# What the headteacher must see changing after the signature.
WATCHED = frozenset({"Where", "Sets off", "At the door", "Due back", "Who goes"})


@dataclass(frozen=True)
class Line:
    """A visit on the list: its signature, and what changed since it was given."""

    visit: HomeVisit
    signed: WeeklyListVisit | None
    changes: list[Change]
    needs_signature: bool
    sent_at_once: bool


def visits_of_week(school: School, week: date, now: datetime) -> QuerySet[HomeVisit]:
    """The visits of the week that begins on that Monday, the earliest first; this week also those left over from earlier ones."""
    first, last = instant(week, time.min), instant(week + timedelta(days=7), time.min)
    found = HomeVisit.objects.filter(school=school, due_at__lt=last).exclude(status__in=OFF)
    this_week = week == monday(local_day(now))
    # What was made in an earlier week stays on that week's list.
    found = found.exclude(due_at__lt=first, status__in=OVER) if this_week else found.filter(due_at__gte=first)
    return found.select_related("policy", "school", "household").order_by("due_at", "pk")


def to_sign(school: School, week: date, now: datetime) -> list[HomeVisit]:
    """The visits of the week that are planned and not signed yet."""
    signed = WeeklyListVisit.objects.filter(weekly_list__school=school, weekly_list__week=week)
    found = visits_of_week(school, week, now).filter(status__in=SIGNABLE).exclude(pk__in=signed.values("visit"))
    return [visit for visit in found if not sent_at_once(visit)]


def lines(school: School, week: date, now: datetime) -> list[Line]:
    """The list as it stands."""
    signed = {row.visit_id: row for row in WeeklyListVisit.objects.filter(weekly_list__school=school, weekly_list__week=week)}
    unsigned = {visit.pk for visit in to_sign(school, week, now)}
    found = visits_of_week(school, week, now).prefetch_related("visit_pupils__pupil__contacts", "members__staff")
    return [
        Line(visit, signed.get(visit.pk), _changes(visit, signed.get(visit.pk)), visit.pk in unsigned, sent_at_once(visit))
        for visit in found
    ]


def _changes(visit: HomeVisit, signed: WeeklyListVisit | None) -> list[Change]:
    if signed is None or signed.version == visit.version:
        return []
    return [change for change in changes_since(visit, signed.version) if change.words in WATCHED]


def signature(school: School, week: date) -> WeeklyList | None:
    """The headteacher's signature on the list, None while it is not signed."""
    return WeeklyList.objects.filter(school=school, week=week, signed_at__isnull=False).first()
