"""The police: who called them, when and with which reference; or the decision not to, with its reason (ATT-17, ALT-19)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.errors import BadInput, refuse_if
from homevisits.people.models import Staff

from ..models import HomeVisit, PoliceCall
from ..rules.alarm import police_blocks
from .common import locked, note, repeated


def record_police(
    *,
    visit: HomeVisit,
    called: bool,
    by: Staff,
    now: datetime,
    at: datetime | None = None,
    reference: str = "",
    reason: str = "",
    token: UUID | None = None,
) -> PoliceCall:
    """Record the call, or the decision against it; `at` is when it was made, now where nothing is given.

    Raises BadInput for a decision without a reason or a time to come, Blocked for those who are out deciding against it.
    """
    if not called and not reason.strip():
        raise BadInput("Say why the police are not called.")
    if at is not None and at > now:
        raise BadInput("The call cannot be later than now.")
    with transaction.atomic():
        visit = locked(visit)
        if again := repeated(PoliceCall.objects.all(), visit, token):
            return again
        refuse_if(police_blocks(visit, by, called))
        row = PoliceCall.objects.create(
            visit=visit, called=called, at=at or now, recorded_at=now, by=by, reference=reference[:60], reason=reason[:300], token=token
        )
        what = "police_called" if called else "police_not_called"
        if visit.alarms.filter(covert=False).exists():
            note(visit, what, by=by, now=now, says=reference or reason, reference=reference)
        else:
            note_silently(visit, what, by, now)
    return row


def note_silently(visit: HomeVisit, what: str, by: Staff, now: datetime) -> None:
    """Into the audit trail only: the history is on the pair's screens, and the alarm is a silent one (MAT-21)."""
    record(f"visits.visit.{what}", by=by, now=now, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk)
