"""Check-ins: who says them, and which point can come next; delays."""

from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import roles_of
from homevisits.people.matrix import OFFICE
from homevisits.people.models import Staff
from homevisits.policy.values import Values

from .. import alarms
from ..models import CheckIn, HomeVisit
from .alarm import help_stands_blocks
from .common import clause
from .door import inside_blocks
from .leaving import departure_blocks


def check_in_blocks(
    visit: HomeVisit,
    values: Values,
    point: str,
    by: Staff,
    adult_present: bool | None,
    now: datetime,
    *,
    parent_present: bool | None = None,
    invited_by: str | None = None,
    for_staff: Staff | None = None,
    offline: bool = False,
) -> list[Block]:
    """Why this point cannot be checked in at `now`. `offline`: it happened then and comes in later; both of those who go may have said
    that they left or came back, and neither is wrong."""
    blocks = says_blocks(visit, by, now, for_staff)
    if point == CheckIn.Point.DEPARTED:
        blocks += [] if offline and visit.departed_at else departure_blocks(visit, now)
    elif not visit.departed_at or (offline and visit.departed_at > now):
        blocks.append(Block("They have not departed yet.", clause(values, "check_in_points")))
    elif visit.returned_at and not (offline and (now <= visit.returned_at or point == CheckIn.Point.RETURNED)):
        blocks.append(Block("They are back already."))
    if point == CheckIn.Point.INSIDE:
        blocks += help_stands_blocks(visit, now)
        blocks += inside_blocks(visit, values, adult_present, now=now, parent_present=parent_present, invited_by=invited_by)
    return blocks


def says_blocks(visit: HomeVisit, by: Staff, now: datetime, for_staff: Staff | None = None) -> list[Block]:
    """Why this person cannot check in: those who go do so for themselves, the office (or the responsible contact) for them."""
    at_base = bool(roles_of(by, visit.school, local_day(now)) & OFFICE) or by.pk == visit.base_contact_id
    goes = visit.members.filter(staff=by).exists()
    asked = clause(visit.policy.values, "check_in_points")
    if not goes and not at_base:
        return [Block("Only those who go, or the office for them, check in.", asked)]
    if for_staff is None or for_staff.pk == by.pk:
        return []
    if not visit.members.filter(staff=for_staff).exists():
        return [Block(f"{for_staff.name} does not go on this visit.")]
    if goes:
        return [Block("Each of those who go checks in for themselves; the office can do it for both.", asked)]
    return []


def delay_blocks(visit: HomeVisit, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot move the time due back."""
    blocks = says_blocks(visit, by, now)
    if not visit.departed_at:
        blocks.append(Block("They have not departed yet."))
    elif (visit.returned_at and visit.returned_at <= now) or visit.due_back is None:
        blocks.append(Block("They are back already."))
    return blocks


def first_due(visit: HomeVisit, now: datetime) -> datetime | None:
    """The first time due back that passed without their return, whatever was moved since; None while they are in time."""
    return alarms.overdue_since(visit.due_back, visit.delays.values_list("before", "at"), now)


def late_delay_blocks(visit: HomeVisit, minutes: int, says: str, by: Staff, now: datetime) -> list[Block]:
    """What a delay asks for once the time due back has passed: a reason, and from the pair a short one. The alarm stays as it was."""
    if first_due(visit, now) is None:
        return []
    blocks = []
    if not says.strip():
        blocks.append(Block("The time due back has passed: say what holds them up.", "ALT-24"))
    if minutes > alarms.LATE_DELAY and visit.members.filter(staff=by).exists():
        words = f"The time due back has passed: you can move it by {alarms.LATE_DELAY} minutes at a time. Ring the office for more."
        blocks.append(Block(words, "ALT-24"))
    return blocks


def to_come(visit: HomeVisit, said: set[str]) -> list[str]:
    """The points that the policy asks for and that nobody has said yet, in the order of a visit."""
    return [point for point in CheckIn.Point.values if point in visit.policy.values.check_in_points and point not in said]
