"""Open cases by urgency, each with where it stands and what came last."""

from datetime import date
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from homevisits.people.models import PupilFlag, School

from .. import ladder
from ..codes import CODES, is_present
from ..models import CallDue, ContactAttempt, Mark, UnexplainedAbsence
from ..models.registers import Session
from .lasts import add_lasts

FIRST = 100
HERE = [code for code in CODES if is_present(code)]
# The further up the ladder, the more urgent; a case beyond the last rung comes first.
_RANK = {"": 0, ladder.DAY_END: 1, ladder.WELFARE_VISIT: 2, ladder.CALL: 3, ladder.FIRST_TEXT: 4}


# Five hundred rows are quick as long as they are narrow.
SHOWN = (
    "school_id", "pupil_id", "household_id", "policy_id", "hold_id", "visit_id", "status", "first_day", "day", "session", "opened_at",
    "next_rung", "next_action_at", "set_aside_at", "pupil__first_name", "pupil__last_name", "pupil__class_name",
)  # fmt: skip


def open_cases(school: School, most: int | None = None, *, only: int | None = None) -> list[Any]:
    """The open cases, most urgent first: a parent did not know, flags, vanished at lunch, furthest up the ladder, the oldest.

    `most` of them, or `only` one, where given. Each has `last`, what came last on it, and `attempt_at`, when somebody last rang for it.
    Two queries, whatever the number of cases.
    """
    cases = UnexplainedAbsence.objects.filter(school=school, status="open")
    found = _by_urgency(cases.filter(pk=only) if only else cases).select_related("pupil").only(*SHOWN)
    return add_lasts(list(found if most is None else found[:most]))


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
    return next(iter(open_cases(school, only=pk)), None)


def siblings_of(case: UnexplainedAbsence) -> QuerySet[UnexplainedAbsence]:
    """Other open cases of the household."""
    others = UnexplainedAbsence.objects.filter(school=case.school_id, household=case.household_id, status="open")
    return others.exclude(pk=case.pk).select_related("pupil").order_by("pupil__first_name")
