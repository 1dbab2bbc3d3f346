"""Writing messages, and taking back what has not gone. Called inside the transaction of the act that causes it."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import models, transaction

from homevisits.audit.services import hold, record
from homevisits.common import phone
from homevisits.common.actors import Actor
from homevisits.common.errors import refuse_if
from homevisits.documents.models import Document
from homevisits.people.models import Pupil, School

from . import wording as words
from .models import DeliveryEvent, Message, MessageAbout
from .rules import may_try_again

# Not in flight, and certainly not accepted: what a closing may still take back.
ON_THE_WAY = (Message.Status.SENDING, Message.Status.UNKNOWN)
# An appointment or a letter stands whatever reason came for a morning: an appointment is taken back by its own act (`cancel`).
_OF_A_MORNING = ~models.Q(template__startswith="appointment") & ~models.Q(document__isnull=False)
WITHDRAWABLE = (Message.Status.HELD, Message.Status.WAITING, Message.Status.RETRYING)


def put(
    *,
    school: School,
    day: date,
    template: str,
    to: str,
    purpose: str,
    fields: Mapping[str, str] | None = None,
    about: Sequence[tuple[int, int | None]] = (),
    channel: str = Message.Channel.TEXT,
    language: str = "",
    due_at: datetime,
    give_up_at: datetime | None = None,
    miss_at: datetime | None = None,
    held: bool = False,
    document: Document | None = None,
    by: Actor,
    now: datetime,
) -> Message | None:
    """Write one message, rendered and addressed; None when the school already has one for this purpose.

    `about` are (pupil id, contact id) pairs. ((school)), ((phone)) and ((children)) are filled in here, the last from the
    pupils' first names, so that no surname can get in. An email carries its `document`, a letter is one.
    Raises ValueError for a field the message does not have.
    """
    names = Pupil.objects.filter(pk__in={pupil for pupil, _ in about}).values_list("first_name", flat=True) if about else []
    filled = _filled(school, template, {**(fields or {})}, list(names))
    said = words.wording(school, template, language)
    message = Message(
        school=school, day=day, channel=channel, template=template, document=document, to=to, purpose=purpose,
        language=language, fields=filled, subject=words.render(said.subject, filled)[:200],
        body=words.render(said.body, filled), reference=uuid.uuid4(),
        status=Message.Status.HELD if held else Message.Status.WAITING, created_at=now, due_at=due_at,
        next_attempt_at=None if held else max(due_at, now), give_up_at=give_up_at, miss_at=miss_at,
    )  # fmt: skip
    with transaction.atomic():
        Message.objects.bulk_create([message], ignore_conflicts=True)
        written = Message.objects.filter(reference=message.reference).first()
        if written is None:
            return None
        MessageAbout.objects.bulk_create(
            [MessageAbout(message=written, pupil_id=pupil, contact_id=contact) for pupil, contact in dict.fromkeys(about)]
        )
        _note([written], written.status, now, f"Written by {by.name}")
    return written


def withdraw(*, school_id: int, pupil_ids: Collection[int], now: datetime) -> list[int]:
    """Take these pupils out of every message about them that has not gone; cancel those about nobody else.

    Call it in the transaction that closes their cases. Messages in flight, or whose fate is unknown, are recalled: found to have
    been accepted they count as sent and an all-clear may be due,
    otherwise they are not sent again. Answers the ids of the messages that were
    changed or cancelled.
    """
    with transaction.atomic():
        _recall(school_id, pupil_ids)
        found = _locked(Message.objects.filter(_OF_A_MORNING, school_id=school_id, about__pupil_id__in=pupil_ids))
        if not found:
            return []
        left: dict[int, list[str]] = {}
        remaining = MessageAbout.objects.filter(message__in=found).exclude(pupil_id__in=pupil_ids)
        for row in remaining.select_related("pupil").order_by("pupil__first_name"):
            left.setdefault(row.message_id, []).append(row.pupil.first_name)
        # A message that is cancelled as a whole keeps whom it was about, so that an undone reason can restore it.
        MessageAbout.objects.filter(message__in=list(left), pupil_id__in=pupil_ids).delete()
        _rerender([message for message in found if message.pk in left], left)
        _cancel([message for message in found if message.pk not in left], now, "The reason came before it was sent")
    return [message.pk for message in found]


def _recall(school_id: int, pupil_ids: Collection[int]) -> None:
    """Mark messages on their way about nobody but these pupils: what did not arrive is not sent again."""
    on_the_way = Message.objects.filter(_OF_A_MORNING, school_id=school_id, about__pupil_id__in=pupil_ids, status__in=ON_THE_WAY)
    others = MessageAbout.objects.exclude(pupil_id__in=pupil_ids).values("message")
    ids = list(on_the_way.exclude(pk__in=others).values_list("pk", flat=True).distinct())
    if ids:
        hold(school_id)
        Message.objects.filter(pk__in=ids, status__in=ON_THE_WAY).update(recalled=True)


def restore(*, school_id: int, pupil_id: int, day: date, now: datetime) -> int:
    """Give messages about a pupil, cancelled because a reason came, another chance: that reason was undone. How many.

    Only messages that never left and are about that pupil alone; the case that reopens calls it in its transaction. Their pupil is
    put back, their time is now; what is too late by `miss_at` is settled as missed.
    """
    with transaction.atomic():
        hold(school_id)
        Message.objects.filter(school_id=school_id, about__pupil_id=pupil_id, day=day, recalled=True).update(recalled=False)
        cancelled = (
            Message.objects.select_for_update()
            .filter(
                _OF_A_MORNING,
                school_id=school_id,
                day=day,
                status=Message.Status.CANCELLED,
                handed_at__isnull=True,
                about__pupil_id=pupil_id,
            )
            .exclude(template="all_clear")
        )
        rows = list(cancelled)
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(
            status=Message.Status.WAITING, next_attempt_at=now, due_at=now, finished_at=None
        )
        _note(rows, Message.Status.WAITING, now, "The reason was undone")
    return len(rows)


def withdraw_all_clears(*, school_id: int, pupil_id: int, day: date, now: datetime) -> None:
    """Cancel all-clears about a pupil that have not gone: the case is open again, so there is no news to give."""
    with transaction.atomic():
        found = _locked(Message.objects.filter(school_id=school_id, template="all_clear", day=day, about__pupil_id=pupil_id))
        _cancel(found, now, "The reason was undone: there is no news")


def preview(*, school: School, template: str, language: str = "", names: Sequence[str] = ()) -> str:
    """The words that `put` would write about children with these first names."""
    said = words.wording(school, template, language)
    return words.render(said.body, _filled(school, template, {}, names))


def cancel_to_numbers(*, school_id: int, numbers: Collection[str], now: datetime, why: str = "The number is wrong or dead") -> list[int]:
    """Cancel every family message to these E.164 numbers that has not gone (a number reported wrong or dead gets nothing more)."""
    with transaction.atomic():
        found = _locked(Message.objects.filter(school_id=school_id, to__in=numbers).exclude(template="staff_notice"))
        _cancel(found, now, why)
    return [message.pk for message in found]


def cancel(*, message_ids: Collection[int], now: datetime, why: str) -> list[int]:
    """Cancel those of these messages that have not gone. Answers which: who gets one of the others has to be told. The caller audits."""
    with transaction.atomic():
        found = _locked(Message.objects.filter(pk__in=message_ids))
        _cancel(found, now, why)
    return [message.pk for message in found]


def release(*, message_ids: Collection[int], now: datetime) -> int:
    """Let held messages go: they wait to be sent from now on. The caller has decided and audits it. Answers how many."""
    with transaction.atomic():
        _hold(message_ids)
        held = list(Message.objects.select_for_update().filter(pk__in=message_ids, status=Message.Status.HELD).order_by("pk"))
        Message.objects.filter(pk__in=[row.pk for row in held]).update(status=Message.Status.WAITING, next_attempt_at=now)
        _note(held, Message.Status.WAITING, now, "Released")
    return len(held)


def say_in_their_language(*, school: School, day: date, template: str, created_at: datetime, wordings: Mapping[str, words.Wording]) -> int:
    """Render again what a set-based statement wrote in English, where the school has the words in the contact's language.

    `wordings` are the school's, by language.
    A number whose contacts differ in language stays English. Three children and more are named here too, as everywhere. How many.
    """
    theirs = {language.lower(): language for language in wordings if language}
    written = Message.objects.filter(school=school, day=day, template=template, created_at=created_at)
    several = written.filter(fields__children__icontains=",")
    foreign = written.filter(about__contact__language__in=[*theirs.values(), *theirs]) if theirs else written.none()
    changed = []
    for message in Message.objects.filter(pk__in=[*several.values_list("pk", flat=True), *foreign.values_list("pk", flat=True)]):
        rows = list(message.about.select_related("pupil", "contact"))
        languages = {words.plain(row.contact.language).lower() for row in rows if row.contact}
        message.language = theirs.get(languages.pop(), "") if len(languages) == 1 else ""
        message.fields = {**message.fields, "children": words.first_names([row.pupil.first_name for row in rows])}
        said = wordings[message.language]
        message.subject, message.body = words.render(said.subject, message.fields)[:200], words.render(said.body, message.fields)
        changed.append(message)
    Message.objects.bulk_update(changed, ["language", "fields", "subject", "body"])
    return len(changed)


def common_fields(school: School) -> dict[str, str]:
    """The fields that every family message of a school shares: its name, and its number as people dial it."""
    return {"school": school.name, "phone": phone.shown(school.phone)}


def _filled(school: School, template: str, fields: dict[str, str], names: Sequence[str]) -> dict[str, str]:
    words.check_fields(template, fields)
    for name, value in common_fields(school).items():
        if name in words.FIELDS[template]:
            fields.setdefault(name, value)
    if "children" in words.FIELDS[template]:
        fields["children"] = words.first_names(names)
    return fields


def _locked(rows: "models.QuerySet[Message]") -> list[Message]:
    """Those of `rows` that can still be taken back, locked in a fixed order so that two closings cannot deadlock."""
    ids = list(rows.filter(status__in=WITHDRAWABLE).order_by("pk").values_list("pk", flat=True).distinct())
    if not ids:
        return []
    _hold(ids)
    # The status is asked again under the lock: the sender may have claimed one in between.
    return list(
        Message.objects.select_for_update(of=("self",)).filter(pk__in=ids, status__in=WITHDRAWABLE).select_related("school").order_by("pk")
    )


def _hold(message_ids: Collection[int]) -> None:
    """The audit chain before the messages: the office writes what it did before it takes messages back, and so does the engine."""
    for number in Message.objects.filter(pk__in=message_ids).order_by("school").values_list("school", flat=True).distinct():
        hold(number)


def _rerender(messages: Sequence[Message], names: Mapping[int, Sequence[str]]) -> None:
    for message in messages:
        message.fields = {**message.fields, "children": words.first_names(names[message.pk])}
        said = words.wording(message.school, message.template, message.language)
        message.subject, message.body = words.render(said.subject, message.fields)[:200], words.render(said.body, message.fields)
    Message.objects.bulk_update(messages, ["fields", "subject", "body"])


def _cancel(messages: Sequence[Message], now: datetime, why: str) -> None:
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(
        status=Message.Status.CANCELLED, next_attempt_at=None, lease=None, lease_until=None, finished_at=now
    )
    _note(messages, Message.Status.CANCELLED, now, why)


def _note(messages: Sequence[Message], status: str, now: datetime, detail: str) -> None:
    DeliveryEvent.objects.bulk_create([DeliveryEvent(message=message, at=now, status=status, detail=detail[:300]) for message in messages])


def try_again(*, message: Message, by: Actor, now: datetime) -> Message:
    """Try a failed message again: the provider is asked about it first, so that it cannot go twice. Raises Blocked."""
    with transaction.atomic():
        hold(message.school_id)
        row = Message.objects.select_for_update().get(pk=message.pk)
        refuse_if(may_try_again(row, now))
        row.status, row.next_attempt_at, row.finished_at = Message.Status.UNKNOWN, now, None
        row.handed_at, row.give_up_at, row.lease, row.lease_until = row.handed_at or now, now + timedelta(minutes=15), None, None
        row.save()
        _note([row], row.status, now, f"Tried again by {by.name}")
        record("messaging.message.tried_again", by=by, now=now, school_id=row.school_id, object_type="message", object_id=row.pk)
    return row
