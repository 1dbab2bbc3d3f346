"""Other agencies of a family: asked to be told, and told (PRI-41)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput, Block, Blocked, refuse_if
from homevisits.people.models import Agency, School, Staff

from ..models import AgencyTask

# So long after it was asked for it is told again, then once a day.
FIRST_REMINDER = timedelta(hours=2)


def ask_to_tell_agencies(
    *, school: School, pupil_ids: Collection[int], by: Actor, now: datetime, visit_id: int | None = None
) -> list[AgencyTask]:
    """A task for each agency that works with these pupils' family (PRI-41)."""
    agencies: dict[str, list[int]] = {}
    for pupil, name in (
        Agency.objects.filter(pupil__school=school, pupil__in=list(pupil_ids)).order_by("pk").values_list("pupil_id", "name")
    ):
        agencies.setdefault(name, []).append(pupil)
    with transaction.atomic():
        tasks = []
        for name, pupils in agencies.items():
            task = AgencyTask.objects.create(
                school=school, agency=name, opened_at=now, visit_id=visit_id, next_action_at=now + FIRST_REMINDER
            )
            task.pupils.set(pupils)
            record("safeguarding.agency_task.opened", by=by, now=now, school_id=school.pk, object_type="AgencyTask", object_id=task.pk)
            tasks.append(task)
    return tasks


def mark_agency_told(
    *, school: School, pupil_id: int, agency: str, by: Staff, now: datetime, spoke_with: str = "", told_note: str = "",
    told_at: datetime | None = None,
) -> None:  # fmt: skip
    """Mark that an agency was told about a pupil, in all that asks for it. Raises Blocked when nothing does."""
    with transaction.atomic():
        ids = list(
            AgencyTask.objects.filter(school=school, agency=agency, pupils=pupil_id, told_at__isnull=True).values_list("pk", flat=True)
        )
        if not ids:
            raise Blocked([Block("There is no such agency waiting to be told.")])
        _told(ids, by, now, spoke_with=spoke_with, told_note=told_note, told_at=told_at or now)
        record("safeguarding.agency.told", by=by, now=now, school_id=school.pk, detail={"tasks": ids})


def agency_told(
    *, task: AgencyTask, spoke_with: str, by: Staff, now: datetime, told_note: str = "", told_at: datetime | None = None
) -> None:
    """Mark one task as done: with whom there it was spoken, when (None is now), and what they said.

    Raises Blocked when it is done already, BadInput without a name or for a time that cannot be.
    """
    when = told_at or now
    if not spoke_with.strip():
        raise BadInput("Say with whom you spoke.")
    if when > now or when < task.opened_at.replace(second=0, microsecond=0):
        raise BadInput("The time lies between when it was asked for and now.")
    with transaction.atomic():
        row = AgencyTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
        refuse_if([Block("This agency is told already.", "PRI-41")] if row.told_at else [])
        _told([row.pk], by, now, spoke_with=spoke_with, told_note=told_note, told_at=when)
        record("safeguarding.agency.told", by=by, now=now, school_id=row.school_id, object_type="AgencyTask", object_id=row.pk)


def _told(ids: list[int], by: Staff, now: datetime, *, spoke_with: str, told_note: str, told_at: datetime) -> None:
    AgencyTask.objects.filter(pk__in=ids).update(
        told_at=told_at,
        told_by=by,
        spoke_with=spoke_with.strip()[:150],
        told_note=told_note.strip()[:500],
        recorded_at=now,
        next_action_at=None,
    )
