"""What was found, on the visit's page: outcomes, who was spoken to, what is still to be written or decided."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homevisits.people.matrix import SAFEGUARDING
from homevisits.people.models import Staff

from .. import findings
from ..models import HomeVisit, OutcomeDecision, VisitOutcome
from ..rules.door import DECIDED, late_word_blocks, reason_blocks, wait_of
from ..services.spoken import words_of


@dataclass(frozen=True)
class Shown:
    """An outcome as the page shows it."""

    outcome: VisitOutcome
    pupils: str
    answers: list[tuple[str, str]]
    decisions: list[OutcomeDecision]
    reason_owed: bool
    to_decide: bool


def section(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> dict[str, Any] | None:
    """What there is once somebody has gone, or the parents can still be late."""
    late = not late_word_blocks(visit, person, now)
    if not visit.departed_at and not late and not visit.parents_late_word_at:
        return None
    rows = visit.outcomes.prefetch_related("for_pupils__pupil", "decisions__by").select_related("by").order_by("pk")
    return {
        "outcomes": [_shown(visit, row, person, roles, now) for row in rows],
        "spoken": [(row, words_of(row)) for row in visit.spoken_to.order_by("at", "pk")],
        "wait": wait_of(visit),
        "may_be_late": late,
        "late_word_at": visit.parents_late_word_at,
    }


def _shown(visit: HomeVisit, row: VisitOutcome, person: Staff, roles: Collection[str], now: datetime) -> Shown:
    words = {question.code: question.words for question in findings.asked(row.kind, visit.purpose, visit.policy.values, annex=True)}
    answers = [
        (words.get(code, code.replace("_", " ").capitalize()), findings.HELD.get(answer) or answer.replace("_", " "))
        for code, answer in row.details.items()
    ]
    if row.seen_by:
        where = f", {row.seen_where}" if row.seen_where else ""
        answers.insert(0, ("Seen by", f"{row.seen_by}{where}"))
    decisions = list(row.decisions.all())
    owed = row.kind in findings.REASONED and not row.note and not reason_blocks(row, person, now)
    to_decide = row.kind in DECIDED and not decisions and bool(SAFEGUARDING & set(roles))
    return Shown(row, ", ".join(str(one.pupil) for one in row.for_pupils.all()), answers, decisions, owed, to_decide)
