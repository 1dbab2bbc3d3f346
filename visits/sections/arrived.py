"""What came in late and could not be recorded, on the visit's page: what it said, why not, and that somebody deals with it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from homevisits.people.models import Staff

from ..models import HomeVisit
from ..rules.arrivals import seen_blocks
from ..selectors.arrivals import refused


def section(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> dict[str, Any] | None:
    """The refused acts; nothing where there are none."""
    rows = refused(visit, person, roles)
    if not rows:
        return None
    waiting = [row for row in rows if row.act.seen_at is None]
    return {"rows": rows, "waiting": len(waiting), "may_deal": bool(waiting) and not seen_blocks(waiting[0].act, person, now)}
