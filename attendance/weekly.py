"""The weekly list of visits with each pupil's attendance record (ATT-31): what visits know, and what the marks say."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.template.loader import render_to_string

from homevisits.common.clock import local_day
from homevisits.people.models import Contact, Pupil, School
from visits.models import HomeVisit, WeeklyList
from visits.purposes import words_of
from visits.selectors.weekly import Line, lines, signature

from .codes import CODES, StatisticalClass
from .models import Mark

PRESENT = (StatisticalClass.PRESENT, StatisticalClass.APPROVED_ACTIVITY)
NOT_COUNTED = (StatisticalClass.NOT_POSSIBLE, StatisticalClass.ADMINISTRATIVE)
CONTACTS = 3


@dataclass(frozen=True)
class Record:
    """Attendance since the school year began, in sessions."""

    present: int
    possible: int
    unauthorised: int

    @property
    def per_cent(self) -> float | None:
        """Present sessions of the possible ones, one decimal; None without a possible session."""
        return round(100 * self.present / self.possible, 1) if self.possible else None


@dataclass(frozen=True)
class Row:
    """One pupil of one visit on the list."""

    pupil: Pupil
    parents: list[Contact]
    record: Record


@dataclass(frozen=True)
class Entry:
    """One visit on the list with its pupils."""

    line: Line
    purpose: str
    rows: list[Row]
    address: str

    @property
    def unplanned(self) -> bool:
        """Whether the visit is only asked for: no pair and no times that a signature could stand for."""
        return self.line.visit.status == HomeVisit.Status.RAISED and self.line.signed is None


@dataclass(frozen=True)
class Week:
    """The list of one week."""

    school: School
    monday: date
    signed: WeeklyList | None
    entries: list[Entry]

    @property
    def friday(self) -> date:
        """The last school day of the week."""
        return self.monday + timedelta(days=4)

    @property
    def planned(self) -> list[Entry]:
        """The visits with their plan: first what can be signed, then the rest."""
        return sorted((entry for entry in self.entries if not entry.unplanned), key=lambda entry: not entry.line.needs_signature)

    @property
    def not_planned(self) -> list[Entry]:
        """What was asked for and has no plan yet: it stands apart and is not signed."""
        return [entry for entry in self.entries if entry.unplanned]

    @property
    def unsigned(self) -> list[Entry]:
        """The visits that wait for a signature."""
        return [entry for entry in self.entries if entry.line.needs_signature]


def build_week(school: School, monday: date, now: datetime) -> Week:
    """The list of the week that begins on that Monday."""
    found = lines(school, monday, now)
    pupils = {row.pupil_id for line in found for row in line.visit.visit_pupils.all()}
    known = records(school, pupils, local_day(now))
    return Week(school, monday, signature(school, monday), [_entry(line, known) for line in found])


def _entry(line: Line, known: dict[int, Record]) -> Entry:
    visit = line.visit
    rows = [
        Row(one.pupil, _parents(one.pupil), known.get(one.pupil_id, Record(0, 0, 0)))
        for one in sorted(visit.visit_pupils.all(), key=lambda one: one.pk)
    ]
    return Entry(line, words_of(visit.purpose, visit.purpose_words), rows, visit.where)


def _parents(pupil: Pupil) -> list[Contact]:
    """Those with parental responsibility, else the first contacts; never somebody restricted."""
    contacts = sorted(
        (each for each in pupil.contacts.all() if not each.restricted and not each.gone), key=lambda each: (each.priority, each.pk)
    )
    return ([each for each in contacts if each.parental_responsibility] or contacts)[:CONTACTS]


def school_year_from(day: date) -> date:
    """The first of September of the school year in which the day lies."""
    return date(day.year if day.month >= 9 else day.year - 1, 9, 1)


def records(school: School, pupils: Collection[int], day: date) -> dict[int, Record]:
    """The attendance records of pupils from the first of September to the day, always in sessions; two queries at most."""
    marks = Mark.objects.filter(school=school, pupil__in=pupils, day__gte=school_year_from(day), day__lte=day)
    counted: dict[int, Counter[StatisticalClass]] = {}
    for pupil, code in marks.values_list("pupil_id", "code"):
        if code in CODES:
            counted.setdefault(pupil, Counter())[CODES[code].statistical_class] += 1
    return {pupil: record_of(counts) for pupil, counts in counted.items()}


def record_of(counts: Counter[StatisticalClass]) -> Record:
    """A record from sessions counted by statistical class."""
    return Record(
        sum(counts[kind] for kind in PRESENT),
        sum(count for kind, count in counts.items() if kind not in NOT_COUNTED),
        counts[StatisticalClass.UNAUTHORISED],
    )


TEMPLATE = "attendance/weekly_pdf.html"


def week_html(week: Week, now: datetime) -> str:
    """The list as the page that its PDF is made from."""
    return render_to_string(TEMPLATE, {"week": week, "school": week.school, "now": now})
