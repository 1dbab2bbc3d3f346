"""Check-ins: who says them, and which point can come next."""

from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import roles_of
from homevisits.people.matrix import OFFICE
from homevisits.people.models import Staff
from homevisits.policy.values import Values

from ..models import CheckIn, HomeVisit
from .common import clause
from .door import inside_blocks
from .leaving import departure_blocks


def check_in_blocks(visit: HomeVisit, values: Values, point: str, by: Staff, adult_present: bool | None, now: datetime) -> list[Block]:
    """Why this point cannot be checked in."""
    blocks = []
    if not visit.members.filter(staff=by).exists() and not roles_of(by, visit.school, local_day(now)) & OFFICE:
        blocks.append(Block("Only those who go, or the office for them, check in."))
    if point == CheckIn.Point.DEPARTED:
        blocks += departure_blocks(visit, now)
    elif not visit.departed_at:
        blocks.append(Block("They have not departed yet.", clause(values, "check_in_points")))
    elif visit.returned_at:
        blocks.append(Block("They are back already."))
    if point == CheckIn.Point.INSIDE:
        blocks += inside_blocks(visit, values, adult_present, now=now)
    return blocks
