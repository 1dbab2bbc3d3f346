"""Sessions end: one's own on a machine left behind, somebody else's, everything of whoever lost their last role."""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction

from homevisits.audit import services as audit
from homevisits.common.actors import Actor

from ..models import School, Staff
from ..selectors.sessions import session_keys_of, sessions_of


def end_session(*, staff: Staff, mark: str, by: Actor, now: datetime) -> bool:
    """End the one open session of a person that has this mark; whether there was one. Its tablet's key dies with it."""
    keys = [seen.key for seen in sessions_of(staff, now) if seen.mark == mark]
    return _end(staff, keys, by, now, None) > 0


def end_sessions(*, staff: Staff, by: Actor, now: datetime, but: str = "", school: School | None = None) -> int:
    """End every session of a person, but for the one with the key `but`; how many. The next word of each is a sign-in."""
    return _end(staff, [key for key in session_keys_of(staff) if key != but], by, now, school)


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
