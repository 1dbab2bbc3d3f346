"""The acts before leaving."""

from collections.abc import Collection
from datetime import datetime

from homevisits.common.errors import Block
from homevisits.people.models import Staff

from ..models import HomeVisit
from ..rules.leaving import before_leaving_blocks, goes, may_read, reads_briefing
from .act import Act

S = HomeVisit.Status
BEFORE = frozenset({S.PLANNED, S.APPROVED})


def _reads(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    return may_read(visit, person, frozenset(roles))


def _briefed(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    # Offered to whoever approves on the day of the visit; the page itself asks who does so now.
    return reads_briefing(visit, person, frozenset(roles), visit.due_at)


def _goes(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    return goes(visit, person)


def _none(visit: HomeVisit, person: Staff, now: datetime) -> list[Block]:
    return []


def _before(visit: HomeVisit, person: Staff, now: datetime) -> list[Block]:
    return before_leaving_blocks(visit)


DEPARTURE = (
    Act("briefing", "Briefing", "visit_briefing", frozenset({*BEFORE, S.OUT}), _briefed, _none),
    Act("leaving", "Before leaving: checklist", "visit_leaving", BEFORE, _reads, _before),
    Act("unwell", "I am unwell", "visit_unwell", BEFORE, _goes, _before, danger=True),
)
