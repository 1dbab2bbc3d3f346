"""Leaving: what must be there before the pair departs."""

from datetime import datetime

from homevisits.common.errors import Block

from ..models import HomeVisit
from .common import Status, clause
from .people import mobile_blocks
from .weekly import weekly_blocks


def departure_blocks(visit: HomeVisit, now: datetime) -> list[Block]:
    """Why nobody can leave for this visit yet."""
    values = visit.policy.values
    blocks = []
    if visit.departed_at:
        blocks.append(Block("They have departed already."))
    elif visit.status != Status.APPROVED:
        blocks.append(Block("The visit is not approved: nobody leaves yet.", clause(values, "approvers")))
    return blocks + weekly_blocks(visit, now) + mobile_blocks([member.staff for member in visit.members.select_related("staff")], values)
