"""Briefing and departure on the page of a visit: who has read, who has ticked, what is taken, what stands against leaving."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from homevisits.people.models import Staff

from ..letters.kinds import words_of
from ..models import HomeVisit
from ..rules.leaving import answers_of, departure_blocks, lines_for, may_read
from ..selectors.letters import is_ready, offered

S = HomeVisit.Status


def section(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> dict[str, Any] | None:
    """From the plan on until they have left; only for those who may read the briefing."""
    if visit.status not in (S.PLANNED, S.APPROVED) or not may_read(visit, person, frozenset(roles)):
        return None
    people = []
    for member in visit.members.select_related("staff").order_by("pk"):
        said = answers_of(visit, member.staff)
        asked = lines_for(visit, member.staff, now)
        ready = len(said) >= len(asked) and all(said.get(line.code) for line in asked)
        people.append({"name": member.staff.name, "briefed": member.briefed_version == visit.version,
                       "again": member.briefed_version, "ready": ready,
                       "answered": bool(said)})  # fmt: skip
    along = [(kind, words_of(kind), is_ready(visit, kind)) for kind in offered(visit)]
    return {"people": people, "along": along, "blocks": departure_blocks(visit, now) if visit.status == S.APPROVED else []}
