"""The plan on a visit's page: why, when, who with which part, by what; what to take; and a way to say no (MAT-24)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from homevisits.people.models import Staff

from ..models import HomeVisit, VisitItem
from ..purposes import BY_CODE
from ..rules.people import knows_safe_word, refusal_blocks
from ..rules.plans import plan_cautions
from ..said import standing
from ..selectors.timetable import timetable_of

S = HomeVisit.Status


def plan(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> dict[str, Any]:
    """What is planned; the safe word only for those who may know it."""
    members = list(visit.members.select_related("staff").order_by("pk"))
    questions = BY_CODE[visit.purpose].questions if visit.purpose in BY_CODE else ()
    goes = any(member.staff_id == person.pk for member in members)
    stopped = visit.events.filter(what="stopped", by=person).exists() if goes else False
    return {
        "members": members,
        "answers": [(question.words, visit.purpose_answers.get(question.code)) for question in questions],
        "cautions": plan_cautions(visit, now) if visit.status in (S.RAISED, S.PLANNED, S.SENT_BACK, S.APPROVED, S.OUT) else [],
        "items": list(visit.items.order_by("kind", "pk")),
        "item_answers": VisitItem.Answer.choices,
        "says_no": goes and not stopped and not refusal_blocks(visit, person),
        "safe_word": visit.safe_word if visit.safe_word and knows_safe_word(visit, person, now) else "",
        "may_answer": visit.status in (S.RAISED, S.PLANNED, S.SENT_BACK, S.APPROVED) or (goes and visit.status == S.OUT),
    }


def timetable(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> dict[str, Any] | None:
    """The timetable that a tutoring visit belongs to, each visit with where it stands (ALT-30)."""
    rows = [(row, *standing(row)) for row in timetable_of(visit)]
    return {"rows": rows} if rows else None
