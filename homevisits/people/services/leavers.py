"""Access ends with the role: whoever lost the last one is signed out, and their account closes."""

from datetime import datetime

from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from homevisits.audit import services as audit
from homevisits.common.actors import Actor

from ..models import Staff
from ..selectors.staff import people_over
from .sessions import end_sessions


def close_accounts(*, by: Actor, now: datetime) -> int:
    """Close the account of everybody whose every role has ended, by the clock of its school; how many.

    The pages of a school are closed to them from the first minute in any case: roles are read with every request.
    """
    return sum(close_account(staff=staff, by=by, now=now) for staff in people_over())


def close_account(*, staff: Staff, by: Actor, now: datetime) -> bool:
    """Close one and end its sessions, unless a role came meanwhile; whether it was open."""
    with transaction.atomic():
        found = Staff.objects.select_for_update().filter(pk=staff.pk, is_active=True).first()
        if found is None or found not in people_over():
            return False
        found.is_active = False
        found.save(update_fields=["is_active"])
        audit.record("people.staff.account_closed", by=by, now=now, object_type="staff", object_id=staff.pk)
        end_sessions(staff=found, by=by, now=now)
    return True


def forget_dead_sessions() -> None:
    """Delete the rows of sessions that nobody can use any more, by the clock that Django gave them their end by."""
    SessionStore.clear_expired()
