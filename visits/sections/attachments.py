"""Photographs and papers on a visit's page, and a way to add one."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from homevisits.people.models import Staff

from ..models import HomeVisit
from ..rules.attachments import attach_blocks
from ..selectors.attachments import added_to


def section(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> dict[str, Any] | None:
    """What was added, and whether more can be; nothing on a drill."""
    rows = list(added_to(visit))
    may_add = not attach_blocks(visit, len(rows))
    return {"rows": rows, "may_add": may_add} if rows or may_add else None
