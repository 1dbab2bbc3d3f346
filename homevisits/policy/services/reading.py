"""Staff confirm that they have read a version (ATT-02, MAT-10)."""

from datetime import datetime

from django.db import transaction

from homevisits.common.errors import Block, Blocked
from homevisits.people.models import Staff

from ..models import PolicyRead, PolicyVersion
from .common import record_on


@transaction.atomic
def confirm_read(*, version: PolicyVersion, by: Staff, now: datetime) -> PolicyRead:
    """Record that `by` has read this version; a second time changes nothing. Raises Blocked for a draft: it is not what holds."""
    if version.status != PolicyVersion.Status.AGREED:
        raise Blocked([Block("A draft cannot be confirmed as read: it is not in force.", "ATT-02")])
    row, created = PolicyRead.objects.get_or_create(version=version, staff=by, defaults={"at": now})
    if created:
        record_on(version, "policy_read", by=by, now=now)
    return row
