"""Sessions end: one's own on a machine left behind, somebody else's, everything of whoever lost their last role."""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction

from homevisits.audit import services as audit
from homevisits.common import clock
from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput

from ..models import School, Staff
from ..rules import is_guarded
from ..selectors.sessions import session_keys_of, sessions_of


def end_session(*, staff: Staff, mark: str, by: Actor, now: datetime) -> bool:
    """End the one open session of a person that has this mark; whether there was one. Its tablet's key dies with it."""
    keys = [seen.key for seen in sessions_of(staff, now) if seen.mark == mark]
    return _end(staff, keys, by, now, None) > 0


def end_sessions(*, staff: Staff, by: Actor, now: datetime, but: str = "", school: School | None = None) -> int:
    """End every session of a person, but for the one with the key `but`; how many. The next word of each is a sign-in."""
    return _end(staff, [key for key in session_keys_of(staff) if key != but], by, now, school)


def end_sessions_of(*, staff: Staff, school: School, reason: str, by: Staff, now: datetime) -> int:
    """End every session of somebody else, for a reason where their account is guarded; how many. Raises BadInput without one."""
    reason = " ".join(reason.split())[:500]
    guarded = is_guarded(staff, school, clock.local_day(now))
    if guarded and len(reason) < 3:
        raise BadInput(f"Say why: {staff.name} reads what is kept from others, and is told by email who signed them out and why.")
    with transaction.atomic():
        ended = end_sessions(staff=staff, by=by, now=now, school=school)
        if guarded:
            audit.record(
                "people.guarded.signed_out", by=by, now=now, school_id=school.pk, object_type="staff", object_id=staff.pk,
                detail={"reason": reason},
            )  # fmt: skip
    return ended


def _end(staff: Staff, keys: list[str], by: Actor, now: datetime, school: School | None) -> int:
    if not keys:
        return 0
    with transaction.atomic():
        ended, _ = Session.objects.filter(session_key__in=keys).delete()
        audit.record(
            "people.sessions_ended", by=by, now=now, school_id=school.pk if school else None, object_type="staff", object_id=staff.pk,
            detail={"sessions": ended},
        )  # fmt: skip
    return ended
