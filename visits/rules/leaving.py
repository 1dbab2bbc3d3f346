"""Check-ins: leaving, and coming back."""

from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import roles_of
from homevisits.people.matrix import OFFICE
from homevisits.people.models import Staff
from homevisits.policy.values import Values

from ..models import CheckIn, HomeVisit
from .common import Status, clause
from .door import inside_blocks
from .people import mobile_blocks


def check_in_blocks(visit: HomeVisit, values: Values, point: str, by: Staff, adult_present: bool | None, now: datetime) -> list[Block]:
    """Why this point cannot be checked in."""
    members = {member.staff_id: member for member in visit.members.select_related("staff")}
    blocks = []
    if by.pk not in members and not roles_of(by, visit.school, local_day(now)) & OFFICE:
        blocks.append(Block("Only those who go, or the office for them, check in."))
    if point == CheckIn.Point.DEPARTED:
        if visit.departed_at:
            blocks.append(Block("They have departed already."))
        elif visit.status != Status.APPROVED:
            blocks.append(Block("The visit is not approved: nobody leaves yet.", clause(values, "approvers")))
        blocks += mobile_blocks([member.staff for member in members.values()], values)
    elif not visit.departed_at:
        blocks.append(Block("They have not departed yet.", clause(values, "check_in_points")))
    elif visit.returned_at:
        blocks.append(Block("They are back already."))
    if point == CheckIn.Point.INSIDE:
        blocks += inside_blocks(visit, values, adult_present)
    return blocks
