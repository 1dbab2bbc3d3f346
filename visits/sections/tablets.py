"""The part of a visit's page about tablets: who has it along, until when, and how it is taken back (R24)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from homevisits.common import clock
from homevisits.people.matrix import allows
from homevisits.people.models import Staff

from ..models import HomeVisit
from ..selectors.pack import packs_held


def section(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> dict[str, Any] | None:
    """The packs that tablets hold, for those who may take them back; nothing where there is none."""
    if not allows("take_back_tablets", roles):
        return None
    at = visit.school.at
    packs = [(pack, at(pack.taken_at), at(pack.expires_at)) for pack in packs_held(visit, clock.now())]
    return {"packs": packs} if packs else None
