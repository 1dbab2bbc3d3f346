"""Which visits repeat on a timetable, and who says so (ALT-30)."""

from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import may
from homevisits.people.models import Staff

from ..models import HomeVisit
from ..purposes import TUTORING


def repeat_blocks(visit: HomeVisit, by: Staff, now: datetime) -> list[Block]:
    """Why this visit is not repeated by this person."""
    blocks = []
    if visit.purpose != TUTORING:
        blocks.append(Block("Only tutoring repeats on a timetable; ask for another visit instead.", "ALT-30"))
    if not may(by, visit.school, "plan_visit", local_day(now)):
        blocks.append(Block("Those who plan visits make the timetable."))
    return blocks
