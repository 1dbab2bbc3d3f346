"""Dealing with what the engine put aside."""

from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.people.models import School, Staff

from ..models import CaseEvent, SetAside, UnexplainedAbsence


def deal_with(*, school: School, row: SetAside, by: Staff, now: datetime) -> None:
    """Somebody acted by hand: the row is closed and its case climbs on from its next step at the next knock. Twice changes nothing."""
    with transaction.atomic():
        if not SetAside.objects.filter(pk=row.pk, school=school, dealt_at=None).update(dealt_at=now, dealt_by=by):
            return
        if row.what.startswith("case:"):
            case = UnexplainedAbsence.objects.select_for_update().filter(school=school, pk=row.row_id).first()
            if case and case.set_aside_at:
                case.set_aside_at = None
                case.save(update_fields=["set_aside_at"])
                CaseEvent.objects.create(case=case, at=now, what="aside_dealt", by=by, note="Done by hand after a fault")
        record("attendance.set_aside.dealt", by=by, now=now, school_id=school.pk, object_type="SetAside", object_id=row.pk)
