"""The brake on the texts: released by a person, never by itself (rehearsal.md, 3)."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from homevisits.audit.services import record
from homevisits.common.actors import Actor
from homevisits.common.errors import refuse_if
from homevisits.messaging.models import Message, MessageAbout
from homevisits.messaging.notices import tell
from homevisits.people.models import School, Staff
from homevisits.policy.clauses import clause_for
from homevisits.policy.selectors import version_in_force

from ..models import Hold
from ..rules import release_blocks
from .closing import TEXTS
from .names import LADDER, named, today_link
from .opening import climb_of


def release_hold(*, school: School, by: Staff, now: datetime, reason: str = "") -> Hold:
    """Send what the brake holds. `reason` is what the person saw, in their words.

    Raises Blocked when nothing is held, or when this person may not release it.
    """
    with transaction.atomic():
        hold = current_hold(school, lock=True)
        refuse_if(release_blocks(school, by, hold, now))
        assert hold is not None
        hold.released_at, hold.released_by, hold.release_reason, hold.next_action_at = now, by, reason, None
        hold.save(update_fields=["released_at", "released_by", "release_reason", "next_action_at"])
        climb = climb_of(school, version_in_force(school, hold.day), hold.day, hold.session)
        # What a hold delays is not late: the texts are due from now.
        _held(school, hold.day).update(
            status=Message.Status.WAITING, next_attempt_at=now, due_at=now, give_up_at=climb.give_up_at(now), miss_at=climb.catch_up_until
        )
        record(
            "attendance.hold.released",
            by=by,
            now=now,
            school_id=school.pk,
            object_type="Hold",
            object_id=hold.pk,
            detail={"cases": hold.cases.count()},
        )
    return hold


def expire(*, hold: Hold, by: Actor, now: datetime) -> None:
    """What is still held when texts are too late is not sent, and people are told (text_catch_up_until)."""
    with transaction.atomic():
        hold = Hold.objects.select_for_update().get(pk=hold.pk)
        if hold.next_action_at is None:
            return
        Hold.objects.filter(pk=hold.pk).update(next_action_at=None)
        held = _held(hold.school, hold.day)
        pupils = sorted(set(MessageAbout.objects.filter(message__in=held).values_list("pupil_id", flat=True)))
        held.update(status=Message.Status.MISSED, next_attempt_at=None, finished_at=now)
        values = version_in_force(hold.school, hold.day).values
        for role in ("office_admin", "senior_manager") if pupils else ():
            tell(
                school=hold.school, role=role, about="text_missed", pupils=pupils, link=today_link(hold.school), alarm=True,
                says=f"The texts were held until it was too late to send them: {named(hold.school, pupils)}. Calls and visits go on.",
                clause=clause_for(values.preset, "text_catch_up_until") or "", by=LADDER, now=now,
            )  # fmt: skip
        record("attendance.hold.expired", by=by, now=now, school_id=hold.school_id, object_type="Hold", object_id=hold.pk)


def current_hold(school: School, *, lock: bool = False) -> Hold | None:
    """The hold that is on now, if any."""
    holds = Hold.objects.filter(school=school, next_action_at__isnull=False).order_by("-held_at")
    return (holds.select_for_update() if lock else holds).first()


def _held(school: School, day: date) -> QuerySet[Message]:
    return Message.objects.filter(school=school, day=day, status=Message.Status.HELD, template__in=TEXTS)
