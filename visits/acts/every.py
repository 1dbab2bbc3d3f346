"""All acts, in the order in which a visit goes."""

from collections.abc import Collection
from datetime import datetime

from homevisits.people.models import Staff

from ..models import HomeVisit
from .act import Act, Possible
from .appointments import APPOINTMENT_ACTS
from .approval import AFTER_ALL, APPROVAL
from .closing import CLOSING
from .departure import DEPARTURE
from .door import DOOR
from .out import OUT
from .planning import ENDING_ACTS, PLANNING_ACTS
from .risk import RISK_ACTS

ACTS: tuple[Act, ...] = (
    *PLANNING_ACTS,
    *RISK_ACTS,
    *APPROVAL,
    *APPOINTMENT_ACTS,
    *DEPARTURE,
    *OUT,
    *DOOR,
    *CLOSING,
    *AFTER_ALL,
    *ENDING_ACTS,
)


def possible(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> list[Possible]:
    """The acts that concern this person at this stage, each with what stands against it now."""
    mine = [act for act in ACTS if visit.status in act.statuses and act.mine(visit, person, roles)]
    return [Possible(act, act.blocks(visit, person, now)) for act in mine]
