"""What to enter into the school's information system, and marks of N that run out (domain.md: five school days)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from homevisits.people.models import Pupil, School
from homevisits.people.school_calendar import SchoolCalendar, calendar_of

from ..codes import NO_REASON_YET
from ..models import AbsenceMessage, Arrival, Mark, MisEntry

N_HOLDS = 5  # school days in which N must be replaced
_LOOK_BACK = timedelta(days=60)


def to_enter(school: School) -> QuerySet[MisEntry]:
    """What nobody has entered yet, by class and name."""
    rows = MisEntry.objects.filter(school=school, done_at=None).select_related("pupil")
    return rows.order_by("pupil__class_name", "pupil__last_name", "pupil__first_name", "day", "session")


def entered(school: School, day: date) -> QuerySet[MisEntry]:
    """What was ticked off as entered for a day, newest first."""
    return MisEntry.objects.filter(school=school, day=day, done_at__isnull=False).select_related("pupil", "done_by").order_by("-done_at")


@dataclass(frozen=True)
class Running:
    """A mark of N without a reason: how many school days are left before it counts as O."""

    pupil: Pupil
    day: date
    session: str
    left: int

    @property
    def over(self) -> bool:
        """Whether its five school days have passed: O is suggested."""
        return self.left <= 0


def days_left(calendar: SchoolCalendar, marked: date, today: date) -> int:
    """School days left until an N of `marked` must be replaced: 5 on the day itself, 0 or less when O is due."""
    return N_HOLDS - (len(calendar.between(marked, today)) - 1 if calendar.is_school_day(marked) else len(calendar.between(marked, today)))


def running_out(school: School, today: date) -> list[Running]:
    """Marks of N that neither a reason nor an arrival explains, those with the fewest days left first."""
    reasons = AbsenceMessage.objects.filter(
        pupil=OuterRef("pupil"), first_day__lte=OuterRef("day"), last_day__gte=OuterRef("day"), undone_at=None
    )
    arrivals = Arrival.objects.filter(pupil=OuterRef("pupil"), day=OuterRef("day"), undone_at=None)
    marks = Mark.objects.filter(
        ~Exists(reasons), ~Exists(arrivals), school=school, code=NO_REASON_YET, day__lte=today, day__gte=today - _LOOK_BACK
    )
    rows = list(marks.exclude(pupil__status=Pupil.Status.LEFT).select_related("pupil").order_by("day", "pupil__last_name", "session"))
    calendar = calendar_of(school) if rows else SchoolCalendar()
    return [Running(mark.pupil, mark.day, mark.session, days_left(calendar, mark.day, today)) for mark in rows]
