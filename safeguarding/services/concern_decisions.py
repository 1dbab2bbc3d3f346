"""Decisions about a concern, and what is to be done by whom and when."""

from datetime import date, datetime, time, timedelta
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.db.models import Min, Q

from homevisits.audit.services import record
from homevisits.common.actors import SystemJob
from homevisits.common.clock import instant, local_day
from homevisits.common.errors import BadInput, refuse_if
from homevisits.messaging.notices import tell
from homevisits.people.access import holders
from homevisits.people.models import Role, Staff
from homevisits.people.school_calendar import next_school_day
from homevisits.policy.selectors import find_version_in_force

from ..models import Concern, ConcernAction, ConcernDecision, Referral
from ..rules.concerns import work_blocks
from .concern_history import note
from .concern_telling import page_of
from .concern_work import locked
from .referrals import open_referral

Kind = ConcernDecision.Kind
REFERS = {Kind.SOCIAL_CARE: Referral.Kind.SOCIAL_CARE, Kind.POLICE: Referral.Kind.POLICE}
REMINDERS = SystemJob("Safeguarding reminders")
REPEAT = 60  # minutes, in a school that has agreed no policy yet
REMINDED = "concern_action"
# When a reminder of something overdue comes, on the first school day after its day, and on every one after that.
AT = time(8, 0)


class MoreOfDecision(TypedDict, total=False):
    """What can be recorded with a decision."""

    consent: str
    emergency_at: datetime | None
    emergency_reference: str


def decide(
    *, concern: Concern, kind: str, because: str, token: UUID | None = None, by: Staff, now: datetime, **more: Unpack[MoreOfDecision]
) -> ConcernDecision:
    """Record what is decided and why; a referral is opened with it and told again until it is sent (MAT-12, PRI-40).

    Raises Blocked, and BadInput for a decision that does not exist, without a reason, or a call to 999 that is still to come.
    """
    if kind not in Kind.values:
        raise BadInput("Choose what is decided from the list.")
    if not because.strip():
        raise BadInput("Give the reason: not to refer is a decision too, and its reason is what will be asked for.")
    if (called := more.get("emergency_at")) is not None and called > now:
        raise BadInput("The call to 999 cannot be later than now.")
    with transaction.atomic():
        row = locked(concern)
        if token and (known := ConcernDecision.objects.filter(concern=row, token=token).first()):
            return known
        refuse_if(work_blocks(row, by, now))
        made = ConcernDecision.objects.create(
            concern=row,
            kind=kind,
            because=because.strip(),
            referral_id=_refer(row, kind, because.strip(), by, now),
            token=token,
            at=now,
            by=by,
            **more,
        )
        note(row, "decided", by=by, now=now, says=f"{made.get_kind_display()}: {made.because}")
        record(
            "safeguarding.concern.decided", by=by, now=now, school_id=row.school_id, object_type="Concern", object_id=row.pk,
            detail={"decision": made.pk},
        )  # fmt: skip
    return made


def _refer(concern: Concern, kind: str, because: str, by: Staff, now: datetime) -> int | None:
    """The number of the referral that a decision opens; the same one while it is not sent, not a second beside it."""
    to, pupils = REFERS.get(Kind(kind)), sorted(concern.pupils.values_list("pk", flat=True))
    if to is None:
        return None
    before = [row.referral_id for row in concern.decisions.filter(kind=kind) if row.referral_id is not None]
    if unsent := Referral.objects.filter(pk__in=before, sent_at=None).first():
        return unsent.pk
    version = find_version_in_force(concern.school, local_day(now))
    referral = open_referral(
        school=concern.school, kind=to, pupil_ids=pupils, clause="MAT-12", concern=concern, why=because, by=by, now=now,
        repeat_minutes=version.values.referral_repeat if version else REPEAT,
    )  # fmt: skip
    return referral.pk


def add_action(
    *, concern: Concern, says: str, owner: Staff, due_on: date, token: UUID | None = None, by: Staff, now: datetime
) -> ConcernAction:
    """Say what is to be done, by whom of the team and by which day. Raises Blocked and BadInput."""
    if not says.strip():
        raise BadInput("Say what is to be done.")
    if due_on < local_day(now):
        raise BadInput("That day has passed: choose today or a later one.")
    with transaction.atomic():
        row = locked(concern)
        if token and (known := ConcernAction.objects.filter(concern=row, token=token).first()):
            return known
        refuse_if(work_blocks(row, by, now))
        if not holders(row.school, Role.DSL, local_day(now)).filter(pk=owner.pk).exists():
            raise BadInput("Choose one of the safeguarding team: nobody else may read of a concern.")
        made = ConcernAction.objects.create(
            concern=row, says=says.strip(), owner=owner, due_on=due_on, next_action_at=_reminds(row, due_on), token=token, at=now, by=by
        )
        note(row, "action", by=by, now=now, says=f"{made.says} ({owner.name}, by {due_on.day} {due_on:%B %Y})")
        record("safeguarding.concern.action", by=by, now=now, school_id=row.school_id, object_type="Concern", object_id=row.pk)
    return made


def end_action(*, action: ConcernAction, says: str, by: Staff, now: datetime) -> None:
    """It is done, or not needed any more: in words. Said again it changes nothing. Raises Blocked, and BadInput without words."""
    if not says.strip():
        raise BadInput("Say what was done, or why it is not needed any more.")
    with transaction.atomic():
        row = locked(action.concern)
        refuse_if(work_blocks(row, by, now))
        ended = ConcernAction.objects.filter(pk=action.pk, done_at=None)
        if ended.update(done_at=now, done_by=by, done_says=says.strip(), next_action_at=None):
            note(row, "action_done", by=by, now=now, says=f"{action.says}: {says.strip()}")
            record("safeguarding.concern.action_done", by=by, now=now, school_id=row.school_id, object_type="Concern", object_id=row.pk)


def remind_of_actions(real: datetime) -> int:
    """Remind owners of what is overdue, each school by its own clock; somebody who has left the team is not told, the team is. How many."""
    told = 0
    own_clock = Q(concern__school__clock_from__isnull=False)
    due = ConcernAction.objects.filter(own_clock | Q(next_action_at__lte=real), next_action_at__isnull=False)
    for action in due.select_related("concern__school", "owner").order_by("pk"):
        now = action.concern.school.at(real)
        if action.next_action_at is not None and action.next_action_at <= now:
            told += _remind(action, now)
    return told


def _remind(action: ConcernAction, now: datetime) -> bool:
    concern = action.concern
    with transaction.atomic():
        claimed = ConcernAction.objects.filter(pk=action.pk, next_action_at=action.next_action_at, done_at=None)
        if not claimed.update(next_action_at=_reminds(concern, local_day(now))):
            return False
        team = holders(concern.school, Role.DSL, local_day(now))
        people = [action.owner] if team.filter(pk=action.owner_id).exists() else list(team)
        tell(
            school=concern.school, role=Role.DSL, about=REMINDED, says="Something that was to be done about a concern is overdue.",
            link=page_of(concern), people=people, by=REMINDERS, now=now,
        )  # fmt: skip
        record(
            "safeguarding.concern.reminded", by=REMINDERS, now=now, school_id=concern.school_id, object_type="Concern", object_id=concern.pk
        )
    return True


def _reminds(concern: Concern, day: date) -> datetime:
    """When something due on `day`, or reminded of on it, is told again: the next school day, else in a week."""
    following = next_school_day(concern.school, day) or day + timedelta(days=7)
    return instant(following, AT)


def next_due() -> datetime | None:
    """The earliest instant at which something overdue is told; None when nothing is."""
    at: datetime | None = ConcernAction.objects.aggregate(at=Min("next_action_at"))["at"]
    return at
