"""What attendance gives to a chronology: absences without a reason, calls that nobody answered, marks and thresholds that matter."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.urls import reverse

from attendance.codes import CODES
from attendance.models import ContactAttempt, Mark, UnexplainedAbsence
from attendance.models.registers import Session
from homevisits.common.clock import instant, local_day
from homevisits.common.said import count, wall
from homevisits.people.models import School

from .entry import PRODUCT, Entry, Whom, at_time, on_day, person, words

Outcome, Closed = ContactAttempt.Outcome, UnexplainedAbsence.Closed
# Not away at all: the register was put right, or the school was shut.
NO_ABSENCE = (Closed.MARKED, Closed.SCHOOL_CLOSED)
UNANSWERED = (Outcome.NO_ANSWER, Outcome.VOICEMAIL, Outcome.WRONG_NUMBER, Outcome.NUMBER_DEAD)
WITHOUT_REASON = ("N", "O")
# A school considers a penalty notice at ten sessions of these codes in ten school weeks (National framework, 2024); it only considers.
UNAUTHORISED = ("G", "N", "O", "U")
SESSIONS, WEEKS = 10, 10


def absences(whom: Whom) -> Iterator[Entry]:
    """Each absence that nobody had explained when the register closed, and how it ended."""
    rows = UnexplainedAbsence.objects.filter(school=whom.school, pupil__in=whom.pupils).exclude(closed_reason__in=NO_ABSENCE)
    for row in rows.select_related("closed_by"):
        later = f" Still without one on {on_day(row.day)}." if row.day != row.first_day else ""
        says = words(f"From {on_day(row.first_day)}, {row.get_session_display().lower()}.{later}", _ended(row))
        yield Entry(
            "absence", row.pk, "absence", "Absent without a reason", says, row.opened_at, row.opened_at, PRODUCT,
            origin="Case of first-day absence", url=reverse("case", args=[whom.school.slug, row.pk]), about=(row.pupil_id,),
        )  # fmt: skip


def _ended(row: UnexplainedAbsence) -> str:
    if row.closed_at is None:
        return "Still open."
    when = wall(row.closed_at) if local_day(row.closed_at) == local_day(row.opened_at) else at_time(row.closed_at)
    by = f" ({row.closed_by})" if row.closed_by else ""
    return f"{row.get_closed_reason_display()}, {when}{by}."


def calls(whom: Whom) -> Iterator[Entry]:
    """Calls in which somebody did not know that the child was missing, and days on which nobody answered."""
    rows = ContactAttempt.objects.filter(school=whom.school, counts_for__case__pupil__in=whom.pupils, undone_at=None)
    found = list(rows.distinct().select_related("by", "contact").prefetch_related("counts_for__case").order_by("at", "pk"))
    days: dict[tuple[int, date], list[ContactAttempt]] = defaultdict(list)
    for row in found:
        days[row.household_id, row.day].append(row)
        if row.outcome == Outcome.UNAWARE:
            says = words(f"{_contact(row)}.", row.said)
            yield _call(whom, [row], "Did not know that the child was missing", says)
    for rung in days.values():
        if all(row.outcome in UNANSWERED for row in rung):
            lines = [f"{wall(row.at)} {_contact(row)}: {row.get_outcome_display().lower()}" for row in rung]
            yield _call(whom, rung, f"Nobody answered {count(len(rung), 'call')}", words(*lines))


def _call(whom: Whom, rows: Sequence[ContactAttempt], title: str, says: str) -> Entry:
    first = rows[0]
    cases = {one.case.pupil_id: one.case_id for row in rows for one in row.counts_for.all()}
    about, others = whom.about(cases)
    shown = next(cases[pupil] for pupil in cases if pupil in whom.pupils)
    return Entry(
        "call", first.pk, "call", title, says, first.at, rows[-1].at if len(rows) == 1 else first.at, *person(first.by),
        origin="Calls of first-day absence", url=reverse("case", args=[whom.school.slug, shown]), about=about, others=others,
    )  # fmt: skip


def _contact(row: ContactAttempt) -> str:
    return f"{row.contact} ({row.contact.relationship.lower()})" if row.contact.relationship else str(row.contact)


def marks(whom: Whom) -> Iterator[Entry]:
    """Runs of sessions without a reason that no case stands for, and the days on which a threshold was reached."""
    found = Mark.objects.filter(pupil__in=whom.pupils, code__in=UNAUTHORISED).order_by("pupil", "day", "session")
    mine: dict[int, list[Mark]] = defaultdict(list)
    for mark in found:
        mine[mark.pupil_id].append(mark)
    weeks: dict[int, set[date]] = defaultdict(set)
    held = Mark.objects.filter(pupil__in=mine).exclude(code__in=("#", "Z")).order_by()
    for pupil, on in held.values_list("pupil", "day").distinct():
        weeks[pupil].add(_monday(on))
    cases: dict[int, set[date]] = defaultdict(set)
    opened = UnexplainedAbsence.objects.filter(school=whom.school, pupil__in=mine).exclude(closed_reason__in=NO_ABSENCE)
    for pupil, first, last in opened.values_list("pupil", "first_day", "day"):
        cases[pupil] |= {first + timedelta(days=number) for number in range((last - first).days + 1)}
    for pupil, rows in mine.items():
        for run in runs([row for row in rows if row.code in WITHOUT_REASON]):
            if not {row.day for row in run} <= cases[pupil]:
                yield _run(whom.school, run)
        for mark in reached(rows, sorted(weeks[pupil])):
            yield _threshold(whom.school, mark)


def runs(rows: Sequence[Mark]) -> list[list[Mark]]:
    """Sessions that follow one another, over a weekend too, as one."""
    found: list[list[Mark]] = [[rows[0]]] if rows else []
    for before, row in pairwise(rows):
        gap = (row.day - before.day).days
        if gap <= 1 or (gap <= 3 and before.day.weekday() == 4):
            found[-1].append(row)
        else:
            found.append([row])
    return found


def reached(rows: Sequence[Mark], weeks: Sequence[date]) -> list[Mark]:
    """The sessions at which ten without a reason that counts stood in ten school weeks, each time that they had been fewer before."""
    place = {week: number for number, week in enumerate(weeks)}
    found, over = [], False
    for number, row in enumerate(rows):
        here = place[_monday(row.day)]
        inside = sum(here - place[_monday(each.day)] < WEEKS for each in rows[: number + 1])
        if inside >= SESSIONS and not over:
            found.append(row)
        over = inside >= SESSIONS
    return found


def _run(school: School, run: Sequence[Mark]) -> Entry:
    first, last = run[0], run[-1]
    until = f" to {on_day(last.day)}" if last.day != first.day else ""
    codes = ", ".join(f"{code} ({CODES[code].label.lower()})" for code in dict.fromkeys(row.code for row in run))
    says = f"{on_day(first.day)}{until}: {count(len(run), 'session')}, code {codes}."
    return _mark(school, first, "mark", "Away without a reason in the register", says)


def _threshold(school: School, mark: Mark) -> Entry:
    codes = ", ".join(UNAUTHORISED)
    says = f"{SESSIONS} sessions of absence that is not authorised (codes {codes}) in {WEEKS} school weeks: to be considered."
    return _mark(school, mark, "threshold", "Attendance threshold reached", says)


def _mark(school: School, mark: Mark, source: str, title: str, says: str) -> Entry:
    # A mark has a session and no minute: it stands at the register's close.
    at: datetime = instant(mark.day, school.am_closes if mark.session == Session.AM else school.pm_closes)
    return Entry(source, mark.pk, "absence", title, says, at, at, PRODUCT, origin="Register", about=(mark.pupil_id,))


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())
