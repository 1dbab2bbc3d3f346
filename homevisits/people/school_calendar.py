"""Which days are school days: Monday to Friday, in term, neither a bank holiday of England nor a closure.

The first half takes plain values and is tested without a database; the second half reads a school's rows. Count school days with
this module, never with timedelta (domain.md, Calendar).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from .models import Closure, School, Term

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# The longest gap between two school days of one calendar: beyond it the calendar has ended.
_LOOK_AHEAD = timedelta(days=120)


@lru_cache(maxsize=32)
def _bank_holidays(year: int) -> Mapping[date, str]:
    """England's bank holidays of one year, from the offline tables of the `holidays` package."""
    import holidays

    return dict(holidays.country_holidays("GB", subdiv="ENG", years=year).items())


def bank_holiday(day: date) -> str | None:
    """The name of England's bank holiday on `day`, or None."""
    return _bank_holidays(day.year).get(day)


@dataclass(frozen=True)
class SchoolCalendar:
    """One school's terms (first and last day, both included) and closed days with their reasons.

    A school that has entered no terms at all counts every weekday as in term, so that a new school is not silent.
    """

    terms: tuple[tuple[date, date], ...] = ()
    closures: Mapping[date, str] = field(default_factory=dict)

    def why_closed(self, day: date) -> str | None:
        """Why there is no school on `day`, in a few words; None on a school day."""
        if day.weekday() >= 5:
            return WEEKDAYS[day.weekday()]
        if (name := bank_holiday(day)) is not None:
            return name
        if day in self.closures:
            return self.closures[day]
        if self.terms and not any(first <= day <= last for first, last in self.terms):
            return "Not in term"
        return None

    def is_school_day(self, day: date) -> bool:
        """Whether pupils are in."""
        return self.why_closed(day) is None

    def next_day(self, day: date) -> date | None:
        """The first school day after `day`; None when the calendar ends before one."""
        for offset in range(1, _LOOK_AHEAD.days + 1):
            later = day + timedelta(days=offset)
            if self.is_school_day(later):
                return later
        return None

    def add(self, day: date, count: int) -> date | None:
        """The `count`-th school day after `day` (`count` 0: `day` itself); None when the calendar ends before it."""
        found: date | None = day
        for _ in range(count):
            found = self.next_day(found) if found else None
        return found

    def between(self, first: date, last: date) -> list[date]:
        """The school days from `first` to `last`, both included."""
        return [day for day in _days(first, last) if self.is_school_day(day)]

    def weeks_back(self, day: date, count: int = 10) -> list["SchoolWeek"]:
        """The last `count` school weeks up to and including the week of `day`, the oldest first (penalty-notice window).

        Weeks without a single school day do not count, so the window runs across holidays. Fewer when nothing is found in three years.
        """
        weeks: list[SchoolWeek] = []
        week = SchoolWeek.of(day)
        for _ in range(3 * 53):
            if len(weeks) == count:
                break
            if self.between(week.monday, week.sunday):
                weeks.append(week)
            week = week.before()
        return weeks[::-1]


@dataclass(frozen=True, order=True)
class SchoolWeek:
    """A week, named by its Monday. It is a school week when it has at least one session."""

    monday: date

    @classmethod
    def of(cls, day: date) -> "SchoolWeek":
        """The week in which `day` lies."""
        return cls(day - timedelta(days=day.weekday()))

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)

    def before(self) -> "SchoolWeek":
        """The week before."""
        return SchoolWeek(self.monday - timedelta(days=7))


def is_school_day(day: date, *, terms: Iterable[tuple[date, date]] = (), closures: Mapping[date, str] | None = None) -> bool:
    """Whether `day` is a school day under these terms and closures."""
    return SchoolCalendar(tuple(terms), closures or {}).is_school_day(day)


def closure_reason(kind: str, reason: str) -> str:
    """How a closure is said: `INSET day`, `School closed: no heating`."""
    label = str(Closure.Kind(kind).label)
    return f"{label}: {reason}" if reason else label


# From here on: a school's own rows.


def calendar_of(school: School) -> SchoolCalendar:
    """The school's calendar, in two queries; ask it many questions."""
    return calendars_of([school])[school.pk]


def calendars_of(schools: Iterable[School]) -> dict[int, SchoolCalendar]:
    """The calendars of many schools by their numbers, in two queries."""
    ids = [school.pk for school in schools]
    terms: dict[int, list[tuple[date, date]]] = {pk: [] for pk in ids}
    for pk, first, last in Term.objects.filter(school__in=ids).order_by("starts_on").values_list("school_id", "starts_on", "ends_on"):
        terms[pk].append((first, last))
    closures: dict[int, dict[date, str]] = {pk: {} for pk in ids}
    for pk, day, kind, reason in Closure.objects.filter(school__in=ids).values_list("school_id", "day", "kind", "reason"):
        closures[pk][day] = closure_reason(kind, reason)
    return {pk: SchoolCalendar(tuple(terms[pk]), closures[pk]) for pk in ids}


def school_day_status(school: School, day: date) -> tuple[bool, str]:
    """Whether `day` is a school day, and else why not in a few words (`Saturday`, `INSET day: first aid`, `Not in term`)."""
    reason = open_schools([school], day)[school.pk]
    return reason is None, reason or ""


def open_schools(schools: Iterable[School], day: date) -> dict[int, str | None]:
    """For each school's number None when it is open on `day`, else why it is closed; three queries however many schools."""
    ids = [school.pk for school in schools]
    with_terms = set(Term.objects.filter(school__in=ids).values_list("school_id", flat=True).distinct())
    in_term = set(Term.objects.filter(school__in=ids, starts_on__lte=day, ends_on__gte=day).values_list("school_id", flat=True))
    rows = Closure.objects.filter(school__in=ids, day=day).values_list("school_id", "kind", "reason")
    closed = {pk: closure_reason(kind, reason) for pk, kind, reason in rows}
    answers: dict[int, str | None] = {}
    for pk in ids:
        term = ((day, day),) if pk in in_term else ((date.min, date.min),)
        calendar = SchoolCalendar(term if pk in with_terms else (), {day: closed[pk]} if pk in closed else {})
        answers[pk] = calendar.why_closed(day)
    return answers


def next_school_day(school: School, day: date) -> date | None:
    """The school's first school day after `day`; None when its calendar ends before one."""
    return calendar_of(school).next_day(day)


def add_school_days(school: School, day: date, count: int) -> date | None:
    """The `count`-th school day after `day`; None when the school's calendar ends before it."""
    return calendar_of(school).add(day, count)


def school_days_between(school: School, first: date, last: date) -> list[date]:
    """The school's school days from `first` to `last`, both included."""
    return calendar_of(school).between(first, last)


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
