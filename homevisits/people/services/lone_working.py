"""Lone-worker assessments: made, amended, made stale by a change of circumstances (ATT-10, ALT-23)."""

from datetime import date, datetime

from django.db import transaction

from homevisits.audit import services as audit
from homevisits.common import clock
from homevisits.common.actors import Actor, staff_id
from homevisits.common.errors import BadInput

from ..models import LoneWorkerAssessment, School, Staff


def assess_lone_worker(
    *, school: School, staff: Staff, hazards: str, measures: str, review_on: date, by: Actor, now: datetime
) -> LoneWorkerAssessment:  # fmt: skip
    """Assess a person's lone working; the assessment before, current or stale, is kept and replaced.

    The same once more, sent twice, changes nothing. Raises BadInput for an empty part or a review that does not lie ahead.
    """
    hazards, measures = hazards.strip(), measures.strip()
    if not hazards or not measures:
        raise BadInput("Enter the hazards, and what is done about them.")
    if review_on <= clock.local_day(now):
        raise BadInput("The day of the next review must lie ahead.")
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=staff.pk)  # two at once, one after the other
        before = LoneWorkerAssessment.objects.filter(school=school, staff=staff, replaced_at=None).first()
        values = {"hazards": hazards, "measures": measures, "review_on": review_on}
        if before and before.stale_at is None and all(getattr(before, name) == value for name, value in values.items()):
            return before
        LoneWorkerAssessment.objects.filter(school=school, staff=staff, replaced_at=None).update(replaced_at=now)
        row = LoneWorkerAssessment.objects.create(school=school, staff=staff, at=now, by_id=staff_id(by), **values)
        detail = {"staff": staff.pk, "review_on": review_on, "replaces": before.pk if before else None}
        _record("people.lone_worker.assessed", row, detail, by, now)
    return row


def mark_stale(*, assessment: LoneWorkerAssessment, because: str, by: Actor, now: datetime) -> None:
    """A change of circumstances makes an assessment stale: nobody works alone on it until it is made anew.

    Raises BadInput without the change, or when it is replaced already.
    """
    because = because.strip()
    if not because:
        raise BadInput("Enter what has changed.")
    with transaction.atomic():
        mine = LoneWorkerAssessment.objects.filter(pk=assessment.pk, replaced_at=None)
        if not mine.exists():
            raise BadInput("A newer assessment has replaced this one.")
        if mine.filter(stale_at=None).update(stale_at=now, stale_because=because[:200]):
            _record("people.lone_worker.stale", assessment, {"staff": assessment.staff_id}, by, now)


def _record(act: str, row: LoneWorkerAssessment, detail: dict[str, object], by: Actor, now: datetime) -> None:
    audit.record(act, by=by, now=now, school_id=row.school_id, object_type="lone_worker_assessment", object_id=row.pk, detail=detail)
