"""Open cases by urgency, each with where it stands and what came last."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from homevisits.messaging.models import Message
from homevisits.people.models import PupilFlag, School

from .. import ladder
from ..codes import CODES, is_present
from ..models import CallDue, CaseEvent, ContactAttempt, Mark, UnexplainedAbsence
from ..models.registers import Session

FIRST = 100
HERE = [code for code in CODES if is_present(code)]
TEXTS = ("first_day_absence", "first_day_absence_escalation")
# The further up the ladder, the more urgent; a case beyond the last rung comes first.
_RANK = {"": 0, ladder.DAY_END: 1, ladder.WELFARE_VISIT: 2, ladder.CALL: 3, ladder.FIRST_TEXT: 4}


# Five hundred rows are quick as long as they are narrow.
SHOWN = (
    "school_id", "pupil_id", "household_id", "policy_id", "hold_id", "visit_id", "status", "first_day", "day", "session", "opened_at",
    "next_rung", "next_action_at", "set_aside_at", "pupil__first_name", "pupil__last_name", "pupil__class_name",
)  # fmt: skip


@dataclass(frozen=True)
class Last:
    """The last thing that happened on a case."""

    at: datetime
    words: str


def open_cases(school: School, most: int | None = None) -> QuerySet[UnexplainedAbsence, Any]:
    """The open cases, most urgent first: a parent did not know, flags, vanished at lunch, furthest up the ladder, the oldest.

    `most` of them, where it is given: what came last is then looked up for these alone.
    """
    cases = UnexplainedAbsence.objects.filter(school=school, status="open")
    if most is not None:
        cases = cases.filter(pk__in=_by_urgency(cases).values("pk")[:most])
    attempts = ContactAttempt.objects.filter(counts_for__case=OuterRef("pk"), undone_at=None).order_by("-at", "-pk")
    texts = Message.objects.filter(
        school=school, about__pupil=OuterRef("pupil"), day=OuterRef("day"), channel="text", template__in=TEXTS
    ).order_by("-created_at", "-pk")
    events = CaseEvent.objects.filter(case=OuterRef("pk")).order_by("-at", "-pk")
    return _by_urgency(cases).select_related("pupil").only(*SHOWN).annotate(
        attempt_at=Subquery(attempts.values("at")[:1]),
        attempt_outcome=Subquery(attempts.values("outcome")[:1]),
        attempt_name=Subquery(attempts.values("contact__name")[:1]),
        text_at=Subquery(texts.values(told_at=Coalesce("accepted_at", "created_at"))[:1]),
        text_status=Subquery(texts.values("status")[:1]),
        event_at=Subquery(events.values("at")[:1]),
        event_what=Subquery(events.values("what")[:1]),
    )  # fmt: skip


def _by_urgency(cases: QuerySet[UnexplainedAbsence]) -> QuerySet[UnexplainedAbsence, Any]:
    """Cases in the order in which they are looked at, with `unaware`, `flagged`, `vanished` (here this morning only), `call_due_at`."""
    mornings = Mark.objects.filter(pupil=OuterRef("pupil"), day=OuterRef("day"), session=Session.AM, code__in=HERE)
    # A parent who did not know says that nobody knows where the child is: nothing is more urgent.
    unaware = ContactAttempt.objects.filter(counts_for__case=OuterRef("pk"), outcome=ContactAttempt.Outcome.UNAWARE, undone_at=None)
    due = CallDue.objects.filter(household=OuterRef("household"), day=OuterRef("day"))
    called = When(Q(call_due_at__isnull=False, next_rung__in=[ladder.FIRST_TEXT, ladder.CALL]), then=Value(2))
    rank = Case(called, *(When(next_rung=rung, then=Value(n)) for rung, n in _RANK.items()), default=Value(9), output_field=IntegerField())
    flagged = cases.annotate(
        unaware=Exists(unaware),
        flagged=Exists(PupilFlag.objects.filter(pupil=OuterRef("pupil"))),
        vanished=Case(When(Q(session=Session.PM) & Exists(mornings), then=Value(True)), default=Value(False)),
        call_due_at=Subquery(due.values("at")[:1])
    ).annotate(rank=rank)  # fmt: skip
    return flagged.order_by("-unaware", "-flagged", "-vanished", "rank", "opened_at", "pupil__last_name", "pupil__first_name", "pk")


def last_of(case: Any) -> Last | None:
    """What came last on a case of `open_cases`: a call, a text, or an event of its timeline."""
    found = []
    if case.attempt_at:
        outcome = ContactAttempt.Outcome(case.attempt_outcome).label
        found.append(Last(case.attempt_at, f"{outcome}: {case.attempt_name}"))
    if case.text_at:
        found.append(Last(case.text_at, text_words(case.text_status)))
    if case.event_at:
        found.append(Last(case.event_at, EVENTS.get(case.event_what, case.event_what.replace("_", " ").capitalize())))
    return max(found, key=lambda last: last.at, default=None)


EVENTS = {
    "opened": "Opened",
    "another_day": "Absent again today",
    "closed": "Closed",
    "reopened": "Opened again",
    "corrected": "Correction sent",
    "all_clear_back": "All-clear taken back",
    "reply": "Reply from home",
}
_TEXTS = {
    Message.Status.HELD: "Text held",
    Message.Status.WAITING: "Text about to go",
    Message.Status.SENDING: "Text on its way",
    Message.Status.RETRYING: "Text being tried again",
    Message.Status.UNKNOWN: "Text: sent or not is unknown",
    Message.Status.ACCEPTED: "Text sent",
    Message.Status.DELIVERED: "Text delivered",
    Message.Status.UNDELIVERED: "Text not delivered",
    Message.Status.FAILED: "Text failed",
    Message.Status.MISSED: "Text not sent, too late",
    Message.Status.CANCELLED: "Text cancelled",
    Message.Status.SHADOW: "Text not sent (shadow mode)",
}


def text_words(status: str) -> str:
    """What became of a text, in a few words."""
    return _TEXTS[Message.Status(status)]


def find_case(school: School, pk: int) -> UnexplainedAbsence | None:
    """A case of this school, with what its page shows first; None where it is not this school's."""
    cases = UnexplainedAbsence.objects.filter(school=school, pk=pk)
    return cases.select_related("pupil", "household", "policy", "hold", "visit", "closed_by").first()


def open_case_of(school: School, pupil_id: int) -> UnexplainedAbsence | None:
    """The open case of a pupil, if any."""
    return UnexplainedAbsence.objects.filter(school=school, pupil=pupil_id, status="open").select_related("pupil", "policy").first()


def cases_of_day(school: School, day: date) -> QuerySet[UnexplainedAbsence]:
    """Every case that opened or went on that day, whatever became of it."""
    cases = UnexplainedAbsence.objects.filter(school=school, first_day__lte=day, day__gte=day)
    return cases.select_related("pupil", "closed_by").order_by("session", "pupil__last_name", "pupil__first_name")


def row_of(school: School, pk: int) -> Any:
    """An open case as `open_cases` gives it; None where it is closed or not this school's."""
    return open_cases(school).filter(pk=pk).first()


def siblings_of(case: UnexplainedAbsence) -> QuerySet[UnexplainedAbsence]:
    """Other open cases of the household."""
    others = UnexplainedAbsence.objects.filter(school=case.school_id, household=case.household_id, status="open")
    return others.exclude(pk=case.pk).select_related("pupil").order_by("pupil__first_name")
