"""Opening referrals and tasks for other agencies; marking them done; telling again what is not."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min, Q

from homevisits.audit.services import record
from homevisits.common.actors import Actor, SystemJob
from homevisits.common.errors import Block, Blocked
from homevisits.messaging.notices import tell
from homevisits.people.models import Agency, Role, School, Staff

from ..models import AgencyTask, Referral

REMINDERS = SystemJob("Safeguarding reminders")


def open_referral(
    *, school: School, kind: str, pupil_ids: Collection[int], repeat_minutes: int, clause: str = "", by: Actor, now: datetime
) -> Referral:
    """Open a referral; it is told again every `repeat_minutes` until somebody marks it sent (PRI-40)."""
    with transaction.atomic():
        referral = Referral.objects.create(
            school=school, kind=kind, opened_at=now, opened_by_id=by.pk, repeat_minutes=repeat_minutes, clause=clause,
            next_action_at=now + timedelta(minutes=repeat_minutes),
        )  # fmt: skip
        referral.pupils.set(list(pupil_ids))
        record("safeguarding.referral.opened", by=by, now=now, school_id=school.pk, object_type="Referral", object_id=referral.pk)
    return referral


def ask_to_tell_agencies(*, school: School, pupil_ids: Collection[int], by: Actor, now: datetime) -> list[AgencyTask]:
    """A task for each agency that works with these pupils' family (PRI-41)."""
    agencies: dict[str, list[int]] = {}
    for pupil, name in (
        Agency.objects.filter(pupil__school=school, pupil__in=list(pupil_ids)).order_by("pk").values_list("pupil_id", "name")
    ):
        agencies.setdefault(name, []).append(pupil)
    with transaction.atomic():
        tasks = []
        for name, pupils in agencies.items():
            task = AgencyTask.objects.create(school=school, agency=name, opened_at=now)
            task.pupils.set(pupils)
            record("safeguarding.agency_task.opened", by=by, now=now, school_id=school.pk, object_type="AgencyTask", object_id=task.pk)
            tasks.append(task)
    return tasks


def mark_referral_sent(*, school: School, pupil_id: int, kind: str, by: Staff, now: datetime) -> None:
    """Mark the open referral of a kind as sent. Raises Blocked when there is none."""
    with transaction.atomic():
        open_ones = Referral.objects.select_for_update().filter(school=school, kind=kind, pupils=pupil_id, sent_at__isnull=True)
        ids = [referral.pk for referral in open_ones]
        if not ids:
            raise Blocked([Block("There is no such referral waiting to be sent.")])
        Referral.objects.filter(pk__in=ids).update(sent_at=now, sent_by=by, next_action_at=None)
        record("safeguarding.referral.sent", by=by, now=now, school_id=school.pk, detail={"referrals": ids})


def mark_agency_told(*, school: School, pupil_id: int, agency: str, by: Staff, now: datetime) -> None:
    """Mark that an agency was told. Raises Blocked when nobody asked for it."""
    with transaction.atomic():
        ids = list(
            AgencyTask.objects.filter(school=school, agency=agency, pupils=pupil_id, told_at__isnull=True).values_list("pk", flat=True)
        )
        if not ids:
            raise Blocked([Block("There is no such agency waiting to be told.")])
        AgencyTask.objects.filter(pk__in=ids).update(told_at=now, told_by=by)
        record("safeguarding.agency.told", by=by, now=now, school_id=school.pk, detail={"tasks": ids})


def remind_of_referrals(real: datetime) -> int:
    """Tell again of referrals that are not sent, each school by its own clock. How many were told."""
    told = 0
    # One statement while nothing is due. A school with a clock of its own may be anywhere: its referrals are looked at by that clock.
    own_clock = Q(school__clock_from__isnull=False)
    waiting = Referral.objects.filter(own_clock | Q(next_action_at__lte=real), next_action_at__isnull=False).select_related("school")
    for referral in waiting.order_by("pk"):
        now = referral.school.at(real)
        if referral.next_action_at is not None and referral.next_action_at <= now:
            told += _remind(referral.school, referral, now)
    return told


def _remind(school: School, referral: Referral, now: datetime) -> bool:
    step = timedelta(minutes=referral.repeat_minutes)
    assert referral.next_action_at is not None
    # Kept to the referral's own rhythm; what an outage swallowed is told once.
    following = referral.next_action_at + step * ((now - referral.next_action_at) // step + 1)
    with transaction.atomic():
        if not Referral.objects.filter(pk=referral.pk, next_action_at__lte=now, sent_at__isnull=True).update(next_action_at=following):
            return False
        pupils = [pupil.pk for pupil in referral.pupils.all()]
        for role in (Role.DSL, Role.HEADTEACHER):
            tell(school=school, role=role, about="referral_due",
            says=f"The referral to {referral.get_kind_display().lower()} is not sent yet.",
                 pupils=pupils, alarm=True, clause=referral.clause, by=REMINDERS, now=now)  # fmt: skip
        record("safeguarding.referral.reminded", by=REMINDERS, now=now, school_id=school.pk, object_type="Referral", object_id=referral.pk)
    return True


def next_due() -> datetime | None:
    """The earliest instant at which a referral is told again; None when none waits."""
    at: datetime | None = Referral.objects.aggregate(at=Min("next_action_at"))["at"]
    return at
