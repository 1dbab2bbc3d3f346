"""What is held of the pupil's attendance, and of the calls about it."""

from collections.abc import Iterator
from itertools import groupby

from attendance.models import (
    AbsenceMessage,
    Arrival,
    CallDue,
    CaseEvent,
    ContactAttempt,
    ContactAttemptFor,
    LadderStep,
    Mark,
    MarkChange,
    MisEntry,
    RemotePupil,
    UnexplainedAbsence,
    WriteBack,
)
from homevisits.people.models import Pupil

from .facts import day_of, facts, lines
from .registry import Found, found, held
from .wording import mark_words


@held("marks", "Attendance marks", Mark, MarkChange)
def marks(pupil: Pupil) -> Iterator[Found]:
    """Every mark with its amendments, a school year together."""
    rows = pupil.marks.prefetch_related("changes", "changes__by").order_by("day", "session")
    for year, group in groupby(rows, lambda mark: mark.day.year - (mark.day.month < 9)):
        year_marks = list(group)
        said = [[f"{mark.day:%-d %B %Y}, {mark.get_session_display().lower()}", _mark(mark)] for mark in year_marks]
        yield found(year_marks[0], f"Attendance marks {year}/{(year + 1) % 100:02d}", year_marks[-1].day, said)


def _mark(mark: Mark) -> str:
    late = f", {mark.minutes_late} minutes late" if mark.minutes_late is not None else ""
    changed = "".join(
        f"; {mark_words(row.was)} became {mark_words(row.became)}{' because ' + row.why if row.why else ''}" for row in mark.changes.all()
    )
    return f"{mark_words(mark.code)}{late}{'. ' + mark.comment if mark.comment else ''}{changed}"


@held("absences", "Reasons for absence, arrivals, codes", AbsenceMessage, Arrival, MisEntry, WriteBack, RemotePupil)
def absences(pupil: Pupil) -> Iterator[Found]:
    """What the family said, arrivals, and codes suggested for the information system."""
    for row in pupil.absence_messages.select_related("contact", "by", "undone_by").order_by("pk"):
        yield found(row, f"Reason for absence, {row.get_channel_display().lower()}", row.first_day, facts(row, {"pupil"}))
    for arrival in pupil.arrivals.select_related("by").order_by("pk"):
        yield found(arrival, "Arrival at school", arrival.day, facts(arrival, {"pupil"}))
    entries = list(pupil.mis_entries.order_by("pk"))
    if entries:
        yield found(entries[0], "Codes for the information system", entries[-1].day, lines(entries, "day", {"pupil"}), part="codes")
    sent = list(pupil.write_backs.order_by("pk"))
    if sent:
        yield found(sent[0], "Codes written back", sent[-1].day, lines(sent, "day", {"pupil", "entry"}), part="written")
    remote = RemotePupil.objects.filter(pupil=pupil).first()
    if remote:
        yield found(remote, "Number at the connector", None, facts(remote, {"pupil"}))


@held("cases", "Unexplained absences", UnexplainedAbsence, LadderStep, CaseEvent)
def cases(pupil: Pupil) -> Iterator[Found]:
    """Each unexplained absence, with what was done."""
    for case in pupil.cases.select_related("closed_by").order_by("pk"):
        title = f"Unexplained absence of {case.first_day:%-d %B %Y}"
        said = [
            *facts(case, {"pupil", "household", "hold", "visit"}),
            *lines(case.events.select_related("by").order_by("pk"), "at", {"case"}),
        ]
        yield found(case, title, case.first_day, said)


@held("calls", "Calls", ContactAttempt, ContactAttemptFor, CallDue)
def calls(pupil: Pupil) -> Iterator[Found]:
    """Calls about this pupil, and days on which the home was on the call list for them."""
    rows = ContactAttempt.objects.filter(counts_for__case__pupil=pupil).distinct()
    for row in rows.select_related("contact", "by", "undone_by").order_by("pk"):
        yield found(row, f"Call to {row.contact.name}", row.day, facts(row, {"household"}))
    due = list(CallDue.objects.filter(household=pupil.household_id, household__cases__pupil=pupil).distinct().order_by("pk"))
    if due:
        yield found(due[0], "Days on the call list", day_of(due[-1].at), lines(due, "day", {"household"}))
