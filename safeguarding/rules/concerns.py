"""Who may do what with a concern, and when, and why not."""

from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import may
from homevisits.people.models import Staff

from ..models import Concern


def team_blocks(concern: Concern, by: Staff, now: datetime) -> list[Block]:
    """Only the safeguarding team of the school works on concerns (ATT-54, PRI-20)."""
    if may(by, concern.school, "read_concerns", local_day(now)):
        return []
    return [Block("Only the safeguarding team works on concerns.", "PRI-20")]


def work_blocks(concern: Concern, by: Staff, now: datetime) -> list[Block]:
    """Why nothing can be added to a concern now."""
    blocks = team_blocks(concern, by, now)
    if concern.taken_at is None:
        blocks.append(Block("Take the concern up first: then the others know that somebody deals with it.", "ATT-54"))
    if concern.closed_at is not None:
        blocks.append(Block("The concern is closed. Open it again first."))
    return blocks


def close_blocks(concern: Concern, by: Staff, now: datetime) -> list[Block]:
    """Why a concern cannot be closed yet: what was decided stands written, and what was to be done is done."""
    blocks = work_blocks(concern, by, now)
    if not concern.decisions.exists():
        blocks.append(Block("Record what is decided first, with its reason. Not to refer is a decision too.", "MAT-12"))
    if concern.actions.filter(done_at=None).exists():
        blocks.append(Block("There is still something to be done. Say that it is done, or that it is not needed any more."))
    return blocks
