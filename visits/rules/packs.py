"""When a visit may be taken along on a tablet: by those who go, approved, on its day."""

from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.models import Staff, Tablet
from homevisits.people.rules import tablet_blocks

from ..models import HomeVisit, VisitPack

Status = HomeVisit.Status


def take_blocks(visit: HomeVisit, person: Staff, now: datetime) -> list[Block]:
    """What stands against taking the visit along, on whatever tablet. Whoever is still out has it whatever became of the visit."""
    if not visit.members.filter(staff=person).exists():
        return [Block("Only those who go take a visit along.")]
    if visit.departed_at and not visit.returned_at:
        return []
    if visit.status not in (Status.APPROVED, Status.OUT, Status.DONE):
        return [Block("The visit can be taken along when it is approved.")]
    if local_day(visit.due_at) != local_day(now):
        return [Block("The visit can be taken along on its own day.")]
    return []


def pack_blocks(visit: HomeVisit, person: Staff, tablet: Tablet, now: datetime) -> list[Block]:
    """What stands against taking the visit along on this tablet."""
    taken_back = VisitPack.objects.filter(visit=visit, staff=person, tablet=tablet, revoked_why="office").exists()
    if taken_back:
        return [Block("The office has taken this visit back from this tablet. Ask the office, or use another tablet.")]
    return take_blocks(visit, person, now) + tablet_blocks(tablet)
