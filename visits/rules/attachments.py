"""Who adds to a visit, who opens what was added, and who takes it back."""

from collections.abc import Collection

from homevisits.common.errors import Block
from homevisits.documents.models import Attachment
from homevisits.people.matrix import HEADS, LEADERS, SAFEGUARDING
from homevisits.people.models import Role, Staff

from ..models import HomeVisit

MOST = 40  # on one visit: a room photographed by mistake stays a mistake that can be put right
# What was withdrawn was wrong, often about another child: those who look after safeguarding can still open it.
OPENS_WITHDRAWN = HEADS | SAFEGUARDING
WITHDRAWS = LEADERS | SAFEGUARDING | {Role.OFFICE_ADMIN}


def attach_blocks(visit: HomeVisit, there: int) -> list[Block]:
    """Why nothing can be added to this visit; whoever may open a visit may add to it, and also when it is closed."""
    if visit.drill:
        return [Block("This is a drill: nothing is added to anybody’s file.")]
    if there >= MOST:
        return [Block(f"There are {there} files on this visit already: {MOST} is the most.")]
    return []


def open_blocks(row: Attachment, roles: Collection[str]) -> list[Block]:
    """Why somebody who may open the visit cannot open this file."""
    if row.scan == Attachment.Scan.QUARANTINED:
        return [Block("The virus scanner found something in this file. It is locked away and nobody opens it here.")]
    if row.scan == Attachment.Scan.WAITING:
        return [Block("This file waits for the virus scanner. It opens as soon as the scanner has seen it.")]
    if row.withdrawn_at and not OPENS_WITHDRAWN & set(roles):
        return [Block("This file was withdrawn. The headteacher and the safeguarding team can still open it.")]
    return []


def withdraw_blocks(row: Attachment, person: Staff, roles: Collection[str]) -> list[Block]:
    """Why somebody who may open the visit cannot take this file back."""
    if row.withdrawn_at:
        return [Block("It was withdrawn already.")]
    if row.added_by_id != person.pk and not WITHDRAWS & set(roles):
        return [Block(f"{row.added_by}, a leader, the safeguarding team or the office withdraws it.")]
    return []
