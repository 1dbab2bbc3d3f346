"""What came in late: who may send it, and who deals with what was refused."""

from collections.abc import Collection
from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import roles_of
from homevisits.people.matrix import OFFICE, SAFEGUARDING
from homevisits.people.models import Staff

from ..models import ArrivedAct, HomeVisit
from .alarm import goes


def may_send(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    """Whether the person may send acts of this visit at all: those who go, the office for them, the responsible contact."""
    return goes(visit, person) or bool(OFFICE & set(roles)) or person.pk == visit.base_contact_id


def seen_blocks(act: ArrivedAct, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot say that what was refused is dealt with: the office does, not those who said it."""
    if act.state != ArrivedAct.State.REFUSED:
        return [Block("It is recorded after all: there is nothing left to do.")]
    if goes(act.visit, by) or not OFFICE & roles_of(by, act.visit.school, local_day(now)):
        return [Block("The office deals with what could not be recorded.")]
    return []


def reads_all(act: ArrivedAct, person: Staff, roles: Collection[str]) -> bool:
    """Whether the person may read what the act says of signs of harm: who said it, and the safeguarding team (R18)."""
    return act.by_id == person.pk or bool(SAFEGUARDING & set(roles))
