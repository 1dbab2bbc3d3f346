"""What stops an act on a complaint."""

from homevisits.common.errors import Block

from ..models import Complaint

ACKNOWLEDGE, HANDLER, ANSWER, MOVE = "acknowledge", "handler", "answer", "allegation"


def act_blocks(complaint: Complaint, act: str) -> list[Block]:
    """Why this cannot be done with the complaint now (ATT-56)."""
    if complaint.allegation_id:
        return [Block("It is an allegation and went on to that record.", "ATT-55")]
    if complaint.closed_at:
        return [Block("The complaint is answered and closed.", "ATT-56")]
    if act == ACKNOWLEDGE and complaint.acknowledged_on:
        return [Block("It is acknowledged already.", "ATT-56")]
    if act == ANSWER and complaint.handler_id is None:
        return [Block("Say first who looks into it.", "ATT-56")]
    return []
