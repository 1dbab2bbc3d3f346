"""What stops an act on an allegation, and what it still owes."""

from homevisits.common.errors import Block

from ..models import Allegation, AllegationEntry

E = AllegationEntry.Kind
D = AllegationEntry.Decision
FIRST = (D.THRESHOLD, D.LOW_LEVEL, D.NOTHING)
LAST = (D.SUBSTANTIATED, D.UNSUBSTANTIATED, D.UNFOUNDED, D.FALSE, D.MALICIOUS, D.LOW_LEVEL, D.NOTHING)


def decision_of(allegation: Allegation) -> AllegationEntry | None:
    """The decision of the first look that counts now."""
    rows = allegation.entries.filter(kind=E.DECISION, replaced_by__isnull=True)
    return rows.order_by("-at", "-pk").first()


def lado_told(allegation: Allegation) -> bool:
    """Whether an entry that counts says that the LADO was told."""
    return allegation.entries.filter(kind=E.LADO, replaced_by__isnull=True).exists()


def owed(allegation: Allegation) -> list[Block]:
    """What the record still needs before it can be closed."""
    blocks = []
    if allegation.taken_up_at is None:
        blocks.append(Block("Nobody has taken it up.", "ATT-55"))
    decision = decision_of(allegation)
    if decision is None:
        blocks.append(Block("It is not decided what it is: an allegation for the LADO, a low-level concern, or neither.", "ATT-55"))
    elif decision.decision == D.THRESHOLD and not lado_told(allegation):
        blocks.append(Block("The LADO is not told yet: within one working day.", "ATT-55"))
    return blocks


def entry_blocks(allegation: Allegation, kind: str) -> list[Block]:
    """Why this cannot be added now. An amendment always can: what becomes known later is never turned away."""
    if kind == E.AMENDMENT:
        return []
    if allegation.closed_at:
        return [Block("The record is closed. What becomes known later is added to what was alleged.")]
    if kind == E.OUTCOME:
        return owed(allegation)
    return [Block("Take it up first, so that whoever wrote it knows.")] if allegation.taken_up_at is None else []
