"""That somebody was reminded of an entry of a staff register: each entry once ahead, and once when it has expired."""

from datetime import date, datetime

from django.db import transaction

from homevisits.audit import services as audit
from homevisits.common.actors import Actor

from ..models import RegisterReminder, School


def mark_reminded_of(
    *, school: School, register: str, row: int, due_on: date, expired: bool, by: Actor, now: datetime
) -> bool:  # fmt: skip
    """Note that an entry is reminded of; False when it was before. Call it in the transaction of the telling."""
    key = {"register": register, "row": row, "due_on": due_on, "expired": expired}
    with transaction.atomic():
        _, new = RegisterReminder.objects.get_or_create(school=school, **key, defaults={"at": now})
        if new:
            audit.record("people.register.reminded", by=by, now=now, school_id=school.pk, object_type=register, object_id=row, detail=key)
    return new
