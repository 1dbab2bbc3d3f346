"""In-year visits that are due: three weeks from the first day at school, vulnerable pupils first (PRI-06, PRI-28)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from homevisits.common.clock import instant, local, local_day
from homevisits.people.models import Pupil, School, Term
from homevisits.people.school_calendar import calendar_of
from homevisits.people.selectors.pupils import on_roll
from homevisits.policy.selectors import version_in_force
from homevisits.policy.values import Values

from ..models import HomeVisit
from ..purposes import IN_YEAR, purposes_of

Status = HomeVisit.Status
SOON = timedelta(days=7)
# Pupils who joined longer ago are no longer listed: nobody visits them as newcomers.
LOOK_BACK, LOOK_AHEAD = timedelta(days=90), timedelta(days=60)
# Whoever starts in these years does so with the intake, over the first weeks of the year; that is an induction and not in-year.
INTAKE, INTAKE_WEEKS = ("N", "R"), timedelta(days=42)
AFTER_SCHOOL = timedelta(minutes=15)


@dataclass(frozen=True)
class Due:
    """A pupil who joined in the year, with the day by which they are visited and the visit that there is."""

    pupil: Pupil
    due_on: date
    vulnerable: bool
    visit: HomeVisit | None
    today: date

    @property
    def state(self) -> tuple[str, str]:
        """State and words of a status."""
        if self.visit is not None and self.visit.status not in (Status.RAISED, Status.SENT_BACK):
            return "open", str(self.visit.get_status_display())
        if self.due_on < self.today:
            return "due", "Overdue"
        return ("open", "Due soon") if self.due_on - self.today <= SOON else ("resting", "Due later")


def has_in_year(values: Values) -> bool:
    """Whether the policy makes in-year visits at all."""
    return IN_YEAR in {one.code for one in purposes_of(values.preset)}


def year_begins(school: School, day: date) -> date:
    """The first day of the school year in which `day` lies: of its first term from August on, else the first of September."""
    august = date(day.year if day.month >= 8 else day.year - 1, 8, 1)
    first = Term.objects.filter(school=school, starts_on__gte=august).order_by("starts_on").values_list("starts_on", flat=True).first()
    return first if first and first <= day else date(august.year, 9, 1)


def joined_in_year(pupil: Pupil, begins: date) -> bool:
    """Whether a pupil joined after the year had begun."""
    if pupil.started_on is None:
        return False
    return pupil.started_on > begins + (INTAKE_WEEKS if pupil.year_group in INTAKE else timedelta(days=7))


def in_year_due(school: School, now: datetime) -> list[Due]:
    """Who is still to be visited, vulnerable pupils first, then by the day; a visit made or refused by the family is done."""
    today = local_day(now)
    values = version_in_force(school, today).values
    if not has_in_year(values):
        return []
    joined = on_roll(school).filter(started_on__range=(today - LOOK_BACK, today + LOOK_AHEAD))
    rows = []
    for pupil in joined.select_related("household", "school").prefetch_related("flags"):
        assert pupil.started_on is not None
        if not joined_in_year(pupil, year_begins(school, pupil.started_on)):
            continue
        visits = list(HomeVisit.objects.filter(school=school, purpose=IN_YEAR, visit_pupils__pupil=pupil).order_by("-pk"))
        if any(visit.status in (Status.DONE, Status.CLOSED, Status.REFUSED, Status.MEETING, Status.NOT_VISITING) for visit in visits):
            continue
        going = next((visit for visit in visits if visit.status not in (Status.STOOD_DOWN, Status.DECLINED)), None)
        flagged = any(flag.kind in values.vulnerable_flags for flag in pupil.flags.all())
        rows.append(Due(pupil, due_on(pupil, values), flagged, going, today))
    return sorted(rows, key=lambda row: (not row.vulnerable, row.due_on, str(row.pupil)))


def due_on(pupil: Pupil, values: Values) -> date:
    """The last day for the visit: so many calendar days after the first day at school (PRI-06)."""
    assert pupil.started_on is not None
    return pupil.started_on + timedelta(days=values.in_year_visit_within)


def slots(school: School, values: Values, now: datetime, before: date | None = None, count: int = 4) -> list[datetime]:
    """Times at the door after the end of the school day, on the next school days (PRI-05); those before a day come first (PRI-06)."""
    calendar, found, day = calendar_of(school), [], local_day(now)
    if calendar.is_school_day(day) and local(now).time() < values.school_day_ends:
        found.append(day)
    while len(found) < count:
        following = calendar.next_day(day)
        if following is None:
            break
        day = following
        found.append(day)
    if before is not None:
        found.sort(key=lambda day: (day > before, day))
    return [instant(day, values.school_day_ends) + AFTER_SCHOOL for day in found]
