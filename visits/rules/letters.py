"""Whom a letter may reach, when it may be made, and what may be said of how it went."""

from collections.abc import Sequence
from datetime import datetime

from homevisits.common.errors import Block
from homevisits.documents.models import Document
from homevisits.people.models import Contact

from ..letters.address import MOST
from ..letters.kinds import APPOINTMENT, DOOR_LETTER, KINDS, PARENT_COPY
from ..models import HomeVisit, VisitLetter, VisitOutcome
from ..states import ENDED
from .appointments import current
from .closing import LEFT_BEHIND, NOBODY_CAME, somebody_met
from .common import Status


def lives_there(visit: HomeVisit, contact: Contact) -> bool:
    """Whether a contact lives at the home that is visited: no address of their own, or the same."""
    return not contact.address.strip() or contact.address.split() == visit.household.address.split()


def addressee_blocks(letter: VisitLetter, contact: Contact) -> list[Block]:
    """Why a letter is not emailed to this contact: it shows somebody else's name, and where they live.

    A person who is a contact of several children is one person. What is addressed to the home goes to those who live there.
    """
    to = letter.contact
    if to is None:
        if lives_there(letter.visit, contact):
            return []
        return [Block(f"The letter is addressed to the home, and {contact} has another address: it is not emailed to {contact}.")]
    if contact.pk == to.pk or (contact.name, contact.mobile, contact.email) == (to.name, to.mobile, to.email):
        return []
    return [Block(f"The letter is addressed to {to} and shows where {to} lives: it is emailed to nobody else.")]


def to_the_door(visit: HomeVisit, kind: str) -> bool:
    """Whether a paper is for the door of the home: it names nobody who lives elsewhere, and no other address."""
    return kind == DOOR_LETTER or (kind == PARENT_COPY and not somebody_met(visit))


def door_blocks(visit: HomeVisit, kind: str, contact: Contact | None) -> list[Block]:
    """Why what is left at the home is not addressed to this contact."""
    if contact is None or KINDS[kind].card or not to_the_door(visit, kind) or lives_there(visit, contact):
        return []
    return [Block(f"{contact} does not live at this home: what is left there is addressed to the parents and carers of the home.")]


def late_blocks(visit: HomeVisit, kind: str, now: datetime) -> list[Block]:
    """Why an appointment letter is not made or sent any more: nobody is told beforehand of what has begun or is over."""
    if kind != APPOINTMENT:
        return []
    row = current(visit)
    at = row.at if row else visit.arrive_at or visit.due_at
    if at < now or visit.departed_at or visit.status in ENDED:
        return [Block("The time of this appointment is past, or the visit has begun: no letter announces it any more.")]
    return []


def room_blocks(lines: Sequence[str]) -> list[Block]:
    """Why an address does not go on a letter: it has more lines than the window of an envelope shows."""
    if len(lines) <= MOST:
        return []
    return [Block(f"The address with the name takes {len(lines)} lines; the window of an envelope shows {MOST}. Shorten it on file first.")]


def is_owed_at_door(visit: HomeVisit, kind: str) -> bool:
    """Whether a paper that says nobody came can still be true: until it is said what was found, or where nobody answered (PRI-40)."""
    if kind not in NOBODY_CAME:
        return True
    if visit.outcomes.filter(kind=VisitOutcome.Kind.NO_ANSWER).exists():
        return True
    return visit.status != Status.DONE and not somebody_met(visit)


def left_blocks(letter: VisitLetter) -> list[Block]:
    """Why it is not said of a paper that it was left: it says that nobody came to the door, and somebody did (PRI-40)."""
    if is_owed_at_door(letter.visit, letter.kind):
        return []
    return [Block("Nobody found this home without an answer: no paper that says so was left.")]


def earliest(letter: VisitLetter) -> datetime | None:
    """Before when a letter cannot have gone: it was not final yet, or nobody had left for the home. To the minute, as people say it."""
    if letter.document and letter.document.state == Document.State.FINAL:
        at: datetime | None = letter.document.made_at
    else:
        at = letter.visit.departed_at if letter.kind in LEFT_BEHIND else letter.drafted_at
    return at.replace(second=0, microsecond=0) if at else None
