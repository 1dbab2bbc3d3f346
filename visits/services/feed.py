"""A person's calendar of their own visits: a secret address, shown once, kept as a hash, and ended at any time."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.people.models import School, Staff

from ..models import CalendarFeed


def digest(secret: str) -> str:
    """What is kept of the secret: SHA-256, hex. The secret has 256 bits of its own, so that nothing slower is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_feed(*, staff: Staff, school: School, now: datetime) -> str:
    """A new secret for the person's own calendar in a school; it ends the one before. The answer is shown once and kept nowhere."""
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=staff.pk)
        CalendarFeed.objects.filter(staff=staff, school=school, revoked_at__isnull=True).update(revoked_at=now)
        row = CalendarFeed.objects.create(staff=staff, school=school, secret_hash=digest(secret), made_at=now)
        record("visits.feed.made", by=staff, now=now, school_id=school.pk, object_type="CalendarFeed", object_id=row.pk)
    return secret


def end_feed(*, staff: Staff, school: School, now: datetime) -> bool:
    """End the person's calendar address: whoever has it gets nothing from now on. Whether there was one."""
    with transaction.atomic():
        ended = CalendarFeed.objects.filter(staff=staff, school=school, revoked_at__isnull=True).update(revoked_at=now)
        if ended:
            record("visits.feed.ended", by=staff, now=now, school_id=school.pk, object_type="Staff", object_id=staff.pk)
    return bool(ended)
