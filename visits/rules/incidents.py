"""Who records an incident of a visit, and when."""

from datetime import datetime

from homevisits.common.errors import Block
from homevisits.people.models import Staff

from ..models import HomeVisit
from .door import goes_blocks


def incident_blocks(visit: HomeVisit, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot record an incident of this visit now; after it has ended they still can."""
    blocks = goes_blocks(visit, by, now)
    if visit.departed_at is None:
        blocks.append(Block("Nobody has gone yet: there is no incident of the visit."))
    if visit.drill:
        blocks.append(Block("A drill has no incidents."))
    return blocks
