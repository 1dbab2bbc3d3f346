"""What a person enters in the school's own safeguarding system: marked by whom, when, under which reference (ALT-16, ALT-18)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput
from homevisits.people.models import School, Staff

from ..models import SystemEntry

State = SystemEntry.State


def queue_entries(*, school: School, system: str, source: str, pairs: Sequence[tuple[int, int]], by: Actor, now: datetime) -> int:
    """Put rows of a source, each with a pupil, on the list of what is to be entered; what is there already stays. How many were new."""
    rows = [SystemEntry(school=school, system=system[:60], source=source, row=row, pupil_id=pupil, queued_at=now) for row, pupil in pairs]
    with transaction.atomic():
        before = SystemEntry.objects.filter(school=school, source=source).count()
        SystemEntry.objects.bulk_create(rows, ignore_conflicts=True)  # another worker may have been quicker
        new = SystemEntry.objects.filter(school=school, source=source).count() - before
        if new:
            detail = {"source": source, "rows": [pair[0] for pair in pairs]}
            record("safeguarding.system.queued", by=by, now=now, school_id=school.pk, detail=detail)
    return new


def mark_entries(
    *, school: School, entry_ids: Iterable[int], state: str, reference: str = "", reason: str = "", by: Staff, now: datetime
) -> int:
    """Say that entries were entered, with the reference that the system gave, or are not needed there, or are to enter after all.

    How many changed. Raises BadInput for a state that does not exist, or one without the reason that it needs.
    """
    if state not in State.values:
        raise BadInput("Choose what became of them.")
    reason, reference = reason.strip()[:200], reference.strip()[:100]
    if state == State.NOT_NEEDED and not reason:
        raise BadInput("Say why it is not needed there.")
    with transaction.atomic():
        found = SystemEntry.objects.select_for_update().filter(school=school, pk__in=list(entry_ids)).exclude(state=state)
        ids = list(found.values_list("pk", flat=True))
        SystemEntry.objects.filter(pk__in=ids).update(
            state=state, changed_at=now, changed_by=by, reason=reason if state == State.NOT_NEEDED else "",
            reference=reference if state == State.ENTERED else "",
        )  # fmt: skip
        if ids:
            detail = {"state": state, "entries": ids, "reference": reference}
            record("safeguarding.system.marked", by=by, now=now, school_id=school.pk, detail=detail)
    return len(ids)
