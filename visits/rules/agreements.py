"""Who keeps what was agreed with a family, and who says whether it was kept (ATT-40)."""

from datetime import datetime

from homevisits.common.errors import Block
from homevisits.people.models import Staff

from ..models import HomeVisit, VisitAgreement
from .common import Status
from .filled import went_or_office

MADE = frozenset({Status.OUT, Status.DONE, Status.CLOSED})


def agree_blocks(visit: HomeVisit, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot write down an agreement of this visit."""
    blocks = []
    if not went_or_office(visit, by, now):
        blocks.append(Block("Those who went write down what was agreed, or the office for them.", "ATT-40"))
    if visit.status not in MADE:
        blocks.append(Block("Nobody has gone yet: there is nothing agreed."))
    return blocks


def end_blocks(agreement: VisitAgreement, visit: HomeVisit, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot say whether an agreement was kept."""
    blocks = []
    if agreement.owner_id != by.pk and not went_or_office(visit, by, now):
        blocks.append(Block("Whoever does it says so, or those who went, or the office.", "ATT-40"))
    if agreement.state != VisitAgreement.State.OPEN:
        blocks.append(Block("It is ended already."))
    return blocks
