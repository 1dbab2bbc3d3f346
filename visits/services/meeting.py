"""What a visit became: the meeting at school, or the other contact that is used instead (PRI-12, ATT-81)."""

from datetime import datetime

from django.db import transaction

from homevisits.common.errors import BadInput, refuse_if
from homevisits.people.models import Role, Staff

from ..models import HomeVisit
from ..rules.meeting import end_blocks
from .common import locked, note
from .risk_notices import tell_about

Status = HomeVisit.Status


def record_meeting(*, visit: HomeVisit, came: bool, says: str, other_contact: str = "", by: Staff, now: datetime) -> HomeVisit:
    """How the meeting at school went: held, it closes the visit. Missed, the safeguarding team is told and another time can be offered,
    or, with `other_contact`, the visit closes with that instead. Raises Blocked by its state, BadInput without words.
    """  # fmt: skip
    if not says.strip():
        raise BadInput("Say how the meeting went." if came else "Say what is known of why they did not come.")
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(end_blocks(visit, Status.MEETING, now))
        note(visit, "meeting_held" if came else "meeting_missed", by=by, now=now, says=says.strip())
        if not came:
            words = "A family did not come to the meeting at school that stands in for a home visit."
            tell_about(visit, Role.DSL, "meeting_missed", words, "high_risk_needs_safeguarding_decision", by=by, now=now)
        if other_contact.strip():
            note(visit, "other_contact_made", by=by, now=now, says=other_contact.strip())
        if came or other_contact.strip():
            _close(visit, by, now)
    return visit


def record_other_contact(*, visit: HomeVisit, says: str, by: Staff, now: datetime) -> HomeVisit:
    """The family was reached in the other way that was decided on: what came of it; the visit closes. Raises Blocked, BadInput."""
    if not says.strip():
        raise BadInput("Say how the family was reached and what came of it.")
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(end_blocks(visit, Status.NOT_VISITING, now))
        note(visit, "other_contact_made", by=by, now=now, says=says.strip())
        _close(visit, by, now)
    return visit


def _close(visit: HomeVisit, by: Staff, now: datetime) -> None:
    visit.status, visit.closed_at = Status.CLOSED, now
    visit.save(update_fields=["status", "closed_at"])
    note(visit, "ended", by=by, now=now)
