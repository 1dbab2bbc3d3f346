"""At the door: going inside, and what was found."""

from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import roles_of
from homevisits.people.matrix import OFFICE
from homevisits.people.models import Staff
from homevisits.policy.values import Values

from ..models import HomeVisit
from .common import clause


def inside_blocks(visit: HomeVisit, values: Values, adult_present: bool | None) -> list[Block]:
    """Why staff may not go inside."""
    blocks = []
    if values.entry_needs_appointment and not visit.announced:
        blocks.append(Block("Without an appointment you stay at the door.", clause(values, "entry_needs_appointment")))
    if values.adult_present_rule != "warn" and adult_present is not True:
        blocks.append(Block("Nobody goes in unless an adult is present.", clause(values, "adult_present_rule")))
    if values.preset == "academy-trust" and visit.members.filter(arrived_at__isnull=True).exists():
        blocks.append(Block("Wait outside until everyone has arrived.", "MAT-22"))
    return blocks


def outcome_blocks(visit: HomeVisit, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot say what the visit found."""
    if not visit.departed_at:
        return [Block("Nobody has gone yet: there is nothing found.")]
    if visit.members.filter(staff=by).exists() or roles_of(by, visit.school, local_day(now)) & OFFICE:
        return []
    return [Block("Only those who went, or the office for them, say what the visit found.")]
