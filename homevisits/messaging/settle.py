"""Ending what has waited too long: given up, or never sent in time; and telling people of every text that did not go."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from homevisits.audit.services import closed_chain, hold, record
from homevisits.common import phone
from homevisits.common.actors import Actor, SystemJob
from homevisits.people.models import Contact, Pupil, Role, School

from . import wording
from .models import DeliveryEvent, Message, Notice
from .notices import CLOSED_PURPOSE, tell
from .restored import gone_before
from .staff_unreached import tell_unreached

DELIVERY = SystemJob("Delivery")
ACTIVE = (Message.Status.WAITING, Message.Status.SENDING, Message.Status.RETRYING, Message.Status.UNKNOWN)
# What a restore leaves behind (restored.py).
WENT = "It went before the restore"
NOBODY_KNOWS = "Nobody can say whether it went before the restore"
# Messages to staff make no task each: the notice itself stands in the product, and that somebody was not reached is told once.
TO_STAFF = ("staff_notice", "test_text")


def settle(*, school: School, now: datetime) -> int:
    """End what must not go any more, and what is past its time.

    Handed over but not accepted by `give_up_at` failed; never handed over by `miss_at` missed.

    The office is told of the failed (`text_failed`), office and senior manager of the missed (`text_missed`), once each.
    Answers how many messages it ended.
    """
    with transaction.atomic():
        recalled = Q(recalled=True, status__in=(Message.Status.WAITING, Message.Status.RETRYING))
        _end(school, recalled, Message.Status.CANCELLED, "The reason came while it was on its way", now)
        _end(school, _to_restricted(), Message.Status.CANCELLED, "The contact has been restricted", now)
        went = _end(school, gone_before(sure=True), Message.Status.ACCEPTED, WENT, now)
        Message.objects.filter(pk__in=[message.pk for message in went]).update(accepted_at=now)
        failed = _end(school, gone_before(sure=False), Message.Status.FAILED, NOBODY_KNOWS, now)
        failed += _end(school, _given_up(now), Message.Status.FAILED, "Not accepted in time", now)
        missed = _end(school, Q(handed_at__isnull=True, miss_at__lte=now), Message.Status.MISSED, "Too late to send", now)
        tell_failed(school=school, messages=failed, now=now)
        tell_missed(school=school, messages=missed, now=now)
    return len(went) + len(failed) + len(missed)


def _to_restricted() -> Q:
    """Not handed over yet, and its number is now a restricted contact's of a child whom it is about: such people get nothing."""
    contacts = Contact.objects.filter(
        Q(mobile=OuterRef("to")) | Q(landline=OuterRef("to")), restricted=True, gone=False, pupil__messages_about__message=OuterRef("pk")
    )
    return Q(Exists(contacts), status__in=(Message.Status.WAITING, Message.Status.RETRYING))


def _given_up(now: datetime) -> Q:
    """Handed over, and the time to give up has come. What was first handed over after that time has until `miss_at`;
    what has no such time has a day."""
    in_time = Q(give_up_at__gt=F("handed_at"), give_up_at__lte=now)
    late = Q(give_up_at__lte=F("handed_at")) & (Q(miss_at__lte=now) | Q(miss_at__isnull=True))
    unbounded = Q(give_up_at__isnull=True, handed_at__lte=now - timedelta(hours=24))
    return Q(handed_at__isnull=False) & (in_time | late | unbounded)


def _end(school: School, which: Q, status: str, why: str, now: datetime) -> list[Message]:
    rows = Message.objects.filter(which, school=school, next_attempt_at__isnull=False, status__in=ACTIVE)
    # What a sender holds this minute is its own until the lease ends.
    rows = rows.exclude(status=Message.Status.SENDING, lease_until__gt=now)
    if not rows.exists():
        return []
    hold(school.pk)
    found = list(rows.select_for_update().order_by("pk"))
    if not found:
        return []
    ids = [message.pk for message in found]
    Message.objects.filter(pk__in=ids).update(status=status, finished_at=now, next_attempt_at=None, lease=None, lease_until=None)
    DeliveryEvent.objects.bulk_create([DeliveryEvent(message_id=number, at=now, status=status, detail=why) for number in ids])
    closed = {message.pk for message in found if message.purpose.startswith(CLOSED_PURPOSE)}
    for chain, kept in ((school.pk, [n for n in ids if n not in closed]), (closed_chain(school.pk), sorted(closed))):
        if kept:
            record(f"messaging.{status}", by=DELIVERY, now=now, school_id=chain, object_type="message", detail={"ids": kept})
    return found


def tell_failed(*, school: School, messages: Sequence[Message], now: datetime, by: Actor = DELIVERY) -> Notice | None:
    """Make one task for the office of the texts that failed, one of those to staff apart. None when no family is concerned."""
    tell_unreached(school=school, messages=messages, by=by, now=now)
    family = [message for message in messages if message.template not in TO_STAFF]
    if not family:
        return None
    says = f"{_counted(family)} could not be sent: {_numbers(family)}. Ring instead."
    return tell(
        school=school, role=Role.OFFICE_ADMIN, about="text_failed", says=says, pupils=_pupils(family), link=outbox_page(school),
        clause="PRI-31", task=True, by=by, now=now,
    )  # fmt: skip


def tell_missed(*, school: School, messages: Sequence[Message], now: datetime, by: Actor = DELIVERY) -> list[Notice]:
    """Tell office and senior manager of texts that were not sent because it had become too late."""
    tell_unreached(school=school, messages=messages, by=by, now=now)
    family = [message for message in messages if message.template not in TO_STAFF]
    if not family:
        return []
    says = f"{_counted(family)} not sent because it had become too late: {_numbers(family)}. Ring instead."
    return [
        tell(
            school=school, role=role, about="text_missed", says=says, pupils=_pupils(family), link=outbox_page(school),
            clause="PRI-31", task=role == Role.OFFICE_ADMIN, by=by, now=now,
        )
        for role in (Role.OFFICE_ADMIN, Role.SENIOR_MANAGER)
    ]  # fmt: skip


def _counted(messages: Sequence[Message]) -> str:
    names = {wording.TITLES.get(message.template, message.template) for message in messages}
    kind = f" ({next(iter(names))})" if len(names) == 1 else ""
    channels = {message.channel for message in messages}
    what = str(Message.Channel(channels.pop()).label).lower() if len(channels) == 1 else "message"
    return f"One {what}{kind}" if len(messages) == 1 else f"{len(messages)} {what}s{kind}"


def _numbers(messages: Sequence[Message]) -> str:
    shown = [phone.shown(message.to) if message.to.startswith("+") else message.to for message in messages[:8]]
    return ", ".join(shown) + (f" and {len(messages) - 8} more" if len(messages) > 8 else "")


def _pupils(messages: Collection[Message]) -> list[Pupil]:
    return list(Pupil.objects.filter(messages_about__message__in=messages).distinct().order_by("pk"))


def outbox_page(school: School) -> str:
    """The path of the school's outbox page, for links."""
    return reverse("message_list", args=[school.slug])
