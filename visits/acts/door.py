"""Acts at the door."""

from collections.abc import Collection
from datetime import datetime

from homevisits.common.errors import Block
from homevisits.people.matrix import OFFICE
from homevisits.people.models import Staff

from ..models import HomeVisit
from ..rules.door import outcome_blocks
from .act import Act

S = HomeVisit.Status


def _goes_or_office(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    return bool(OFFICE & set(roles)) or visit.members.filter(staff=person).exists()


def _nothing(visit: HomeVisit, person: Staff, now: datetime) -> list[Block]:
    return []


DOOR = (
    Act("tablet", "Open the tablet page", "visit_tablet", frozenset({S.APPROVED, S.OUT}), _goes_or_office, _nothing),
    Act(
        "found",
        "Say what was found",
        "visit_outcomes",
        frozenset({S.OUT, S.DONE}),
        _goes_or_office,
        lambda v, p, now: outcome_blocks(v, p, now),
    ),
)
