"""The form on the page of a visit: how far it is written, what differs, who signed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from homevisits.people.models import Staff

from ..models import HomeVisit
from ..rules.filled import WRITTEN_IN, needed_blocks, readable
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
