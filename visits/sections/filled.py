"""The form on the page of a visit: how far it is written, what differs, who signed; what was agreed with the family."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from homevisits.common.clock import local_day
from homevisits.people.models import Staff

from ..models import HomeVisit
from ..purposes import CHILD_CHECK, DRILL, TRANSPORT
from ..rules.agreements import agree_blocks
from ..rules.filled import WRITTEN_IN, needed_blocks, readable
from ..selectors.agreements import agreements_of
from ..selectors.filled import form_of, open_conflicts, parts_of, signatures, version_of


def section(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> dict[str, Any] | None:
    """From the approval on, where the purpose has a form."""
    version = version_of(visit, now) if visit.status in WRITTEN_IN else None
    if version is None:
        return None
    form = form_of(visit)
    parts = [part for part in parts_of(version.asks, form) if readable(part.section, visit, person, roles, now)]
    return {
        "title": version.asks.title, "form": form, "done": sum(part.state[0] == "done" for part in parts), "all": len(parts),
        "differ": len(open_conflicts(form)) if form else 0, "signed": signatures(form), "needed": needed_blocks(visit),
    }  # fmt: skip


def agreed(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> dict[str, Any] | None:
    """What was agreed with the family, from the conversation on; nothing where nobody would write it."""
    rows, may = list(agreements_of(visit)), not agree_blocks(visit, person, now)
    if not rows and not (may and visit.purpose not in (CHILD_CHECK, DRILL, TRANSPORT)):
        return None
    return {"agreements": rows, "may": may, "today": local_day(now)}
