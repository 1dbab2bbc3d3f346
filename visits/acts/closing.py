"""Acts at the end of a visit."""

from collections.abc import Collection
from datetime import datetime

from homevisits.common.errors import Block
from homevisits.people.matrix import OFFICE
from homevisits.people.models import Staff

from ..models import HomeVisit
from ..questionnaires.defaults import asked_for
from ..rules.closing import write_blocks
from ..rules.filled import answer_blocks
from .act import Act

S = HomeVisit.Status


def _went(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    return visit.members.filter(staff=person).exists()


def _writes(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    return bool(OFFICE & set(roles)) or _went(visit, person, roles)


def _gone(visit: HomeVisit, person: Staff, now: datetime) -> list[Block]:
    return [] if visit.departed_at else [Block("Nobody has gone yet.")]


def _form(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    return _writes(visit, person, roles) and asked_for(visit.policy.preset, visit.purpose) is not None


CLOSING = (
    Act("form", "Fill in the form", "visit_form", frozenset({S.OUT, S.DONE}), _form, lambda v, p, now: answer_blocks(v, p, now)),
    Act("report", "Write the report", "visit_report", frozenset({S.OUT, S.DONE}), _writes, lambda v, p, now: write_blocks(v, p, now)),
    Act("incident", "Record an incident", "visit_incident", frozenset({S.OUT, S.DONE, S.CLOSED, S.STOOD_DOWN}), _writes, _gone),
    Act("feedback", "Say how it was for you", "visit_feedback", frozenset({S.DONE, S.CLOSED, S.STOOD_DOWN}), _went, _gone),
)
