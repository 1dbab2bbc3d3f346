"""What to enter into the school's information system: suggested, listed, ticked off (PRI-30, PRI-32, PRI-33)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.people.models import Pupil, School, Staff

from ..models import MisEntry
from ..models.registers import Session


def suggest(pupil: Pupil, school: School, day: date, code: str, *, session: str = Session.AM, comment: str = "", now: datetime) -> None:
    """Put a code on the list of what to enter; a newer suggestion replaces one not entered yet."""
    MisEntry.objects.update_or_create(
        pupil=pupil, day=day, session=session, done_at=None, defaults={"school": school, "code": code, "comment": comment[:300], "at": now}
    )


def withdraw_suggestions(pupil: Pupil, day: date) -> None:
    """Take back what is not entered yet, since its cause was undone. What was entered stays on the list as done."""
    MisEntry.objects.filter(pupil=pupil, day=day, done_at__isnull=True).delete()


def tick_off(*, school: School, entry_ids: Iterable[int], by: Staff, now: datetime) -> int:
    """Mark entries as entered by this person. How many were still open."""
    with transaction.atomic():
        ids = list(MisEntry.objects.filter(school=school, pk__in=list(entry_ids), done_at__isnull=True).values_list("pk", flat=True))
        MisEntry.objects.filter(pk__in=ids).update(done_at=now, done_by=by)
        if ids:
            record("attendance.mis.entered", by=by, now=now, school_id=school.pk, detail={"entries": ids})
    return len(ids)
