"""What a screen on a wall shows: first names and times, nothing else. Anybody may stand before it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from homevisits.common.clock import instant, local_day
from homevisits.people.models import School

from .. import alarms
from ..models import HomeVisit

S = HomeVisit.Status
TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "rev", "sir", "dame", "prof"})


@dataclass(frozen=True)
class Out:
    """Two people and their times. `late` says since when they are overdue."""

    names: tuple[str, ...]
    since: datetime | None
    due_back: datetime | None
    late: datetime | None = None


@dataclass(frozen=True)
class Wall:
    """Who is out now, soonest back first, and who leaves later today."""

    out: tuple[Out, ...]
    leaving: tuple[Out, ...]


def first_name(name: str) -> str:
    """The first name of somebody, without what stands before it; whoever is known by a title and a surname is “Staff”."""
    words = [word for word in name.split() if word.strip(".").lower() not in TITLES]
    if not words or (len(words) == 1 and len(name.split()) > 1):
        return "Staff"
    return words[0]


def wall(school: School, now: datetime) -> Wall:
    """Who is out of a school, and who leaves today; no drills, no alarms, no place and no reason."""
    day = local_day(now)
    start, end = instant(day, datetime.min.time()), instant(day, datetime.max.time())
    out = Q(departed_at__isnull=False, returned_at__isnull=True)
    later = Q(departed_at__isnull=True, status=S.APPROVED, due_at__gte=start, due_at__lte=end)
    found = HomeVisit.objects.filter(out | later, school=school, drill=False).prefetch_related("members__staff", "delays")
    rows = sorted(found, key=lambda visit: (visit.due_back or visit.due_at, visit.pk))
    gone = tuple(_row(visit, now) for visit in rows if visit.departed_at)
    return Wall(gone, tuple(_row(visit, now) for visit in rows if not visit.departed_at))


def _row(visit: HomeVisit, now: datetime) -> Out:
    members = sorted(visit.members.all(), key=lambda one: one.pk)
    names = tuple(first_name(one.staff.name) for one in members if one.returned_at is None)
    if visit.departed_at is None:
        return Out(names, visit.due_at, visit.due_back)
    late = alarms.overdue_since(visit.due_back, [(one.before, one.at) for one in visit.delays.all()], now)
    return Out(names, visit.departed_at, visit.due_back, late)
