"""The history of a concern: one row an act, never changed."""

from datetime import datetime

from homevisits.common.actors import Actor
from homevisits.people.models import Staff

from ..models import Concern, ConcernEvent


def note(concern: Concern, what: str, *, by: Actor, now: datetime, says: str = "") -> None:
    """Write one step into the history of a concern; the act that it is part of audits itself."""
    ConcernEvent.objects.create(concern=concern, what=what, says=says, at=now, by=by if isinstance(by, Staff) else None)
