"""After a restore nothing is sent until a person lets it go: what went since the backup is asked of the provider first (R14).

What the backup still has to send, and the provider has under its reference, is marked as sent. What went since the backup and is not
in it is remembered by address and day: the engine writes such a message again, and it is then taken for sent.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from homevisits.audit.services import hold, record
from homevisits.common import clock
from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput
from homevisits.people.models import School, Staff

from . import transports
from .models import DeliveryEvent, Message, Quarantine, SentBefore
from .outcome import Gone, NoAnswer, Transport
from .selectors import listed
from .settle import ACTIVE, WENT

OPEN = (Message.Status.HELD, *ACTIVE)
CLOCKS = timedelta(minutes=5)  # by which the provider's clock may differ from ours
REASON = 10  # letters at least


def begin(*, backup_at: datetime, by: Actor, now: datetime) -> list[Quarantine]:
    """Put every real school of a restored database into quarantine. A school that is in it already keeps the earlier backup's."""
    begun = []
    with transaction.atomic():
        for school in School.objects.filter(is_demo=False).exclude(pk__in=Quarantine.objects.filter(lifted_at=None).values("school")):
            begun.append(Quarantine.objects.create(school=school, backup_at=backup_at, restored_at=now))
            record(
                "messaging.quarantine.begun", by=by, now=now, school_id=school.pk, object_type="quarantine", object_id=begun[-1].pk,
                detail={"backup_at": backup_at.isoformat()},
            )  # fmt: skip
    return begun


def current(school: School) -> Quarantine | None:
    """The school's quarantine that nobody has lifted yet."""
    return Quarantine.objects.filter(school=school, lifted_at=None).first()


def last(school: School) -> Quarantine | None:
    """The one that was lifted last."""
    return Quarantine.objects.filter(school=school).exclude(lifted_at=None).select_related("lifted_by").order_by("-lifted_at").first()


def waiting(school: School) -> list[Message]:
    """What the school's outbox still has to send, the earliest first; without what only who gets it may know of."""
    return list(listed(school).filter(status__in=OPEN).order_by("due_at", "pk"))


def reconcile(
    *, school: School, by: Actor, now: datetime, transport_for: Callable[[School], Transport] = transports.transport_for
) -> Quarantine:
    """Ask the provider for everything since the backup, mark what went, remember the rest. May be done again and again.

    Raises BadInput where there is no quarantine.
    """
    row, transport = _must(school), transport_for(school)
    try:
        gone: Sequence[Gone] | None = transport.gone_since(row.backup_at - CLOCKS)
    except NoAnswer:
        gone = None
    with transaction.atomic():
        hold(school.pk)
        row = Quarantine.objects.select_for_update().get(pk=row.pk)
        row.asked_at, row.answered = now, gone is not None
        if gone is not None:
            went = _mark(school, gone, transport, now)
            others = _remember(row, gone)
            _blind(row, transport.blind)
            row.found = {"sent": row.found.get("sent", 0) + went, "others": others, **_left(school, row, transport)}
        row.save(update_fields=["asked_at", "answered", "found"])
        detail = {"answered": row.answered, **row.found}
        record("messaging.quarantine.asked", by=by, now=now, school_id=school.pk, object_type="quarantine", object_id=row.pk, detail=detail)
    return row


def lift(*, school: School, reason: str, without_answer: bool, by: Staff, now: datetime) -> Quarantine:
    """Let messages go again. Raises BadInput without a reason, or before the provider was asked.

    `without_answer`: the provider does not answer, and the person goes on without it: what was due before the restore is not sent,
    since nobody can say whether it went, and the office is told to ring.
    """
    if len(reason.strip()) < REASON:
        raise BadInput("Say in a sentence why messages may go again.")
    with transaction.atomic():
        hold(school.pk)
        row = Quarantine.objects.select_for_update().get(pk=_must(school).pk)
        if row.asked_at is None:
            raise BadInput("Ask the provider first what went since the backup.")
        if not row.answered and not without_answer:
            raise BadInput("The provider has not answered. Ask again, or tick that you go on without its answer.")
        if not row.answered:
            _blind(row, ("*",))
        row.lifted_at, row.lifted_by, row.reason = now, by, reason.strip()[:400]
        row.save(update_fields=["lifted_at", "lifted_by", "reason"])
        record(
            "messaging.quarantine.lifted", by=by, now=now, school_id=school.pk, object_type="quarantine", object_id=row.pk,
            detail={"reason": row.reason, "answered": row.answered},
        )  # fmt: skip
    return row


def _must(school: School) -> Quarantine:
    row = current(school)
    if row is None:
        raise BadInput("Messages of this school are not held back after a restore.")
    return row


def _mark(school: School, gone: Sequence[Gone], transport: Transport, now: datetime) -> int:
    """Mark what the backup still has to send, and the provider knows by its reference."""
    known = {each.reference: each for each in gone}
    rows = [row for row in Message.objects.select_for_update().filter(school=school, status__in=OPEN) if str(row.reference) in known]
    for row in rows:
        told = known[str(row.reference)]
        row.status, row.provider, row.provider_id = Message.Status.ACCEPTED, transport.name, told.provider_id
        row.handed_at, row.accepted_at, row.finished_at = row.handed_at or told.at, told.at, told.at
        row.next_attempt_at = row.lease = row.lease_until = None
    fields = ["status", "provider", "provider_id", "handed_at", "accepted_at", "finished_at", "next_attempt_at", "lease", "lease_until"]
    Message.objects.bulk_update(rows, fields, batch_size=200)
    DeliveryEvent.objects.bulk_create([DeliveryEvent(message=row, at=now, status=row.status, detail=WENT) for row in rows])
    return len(rows)


def _remember(quarantine: Quarantine, gone: Sequence[Gone]) -> int:
    """Keep what went since the backup and is not in it: the engine may write it again."""
    references = [each.reference for each in gone if each.reference]
    ours = {str(one) for one in Message.objects.filter(reference__in=references).values_list("reference", flat=True)}
    others = [each for each in gone if each.reference not in ours and each.to and each.at <= quarantine.restored_at + CLOCKS]
    SentBefore.objects.bulk_create(
        [
            SentBefore(
                school=quarantine.school, quarantine=quarantine, sure=True, channel=each.channel, to=each.to, template=each.template,
                body="" if each.template else each.body, day=clock.local_day(each.at), provider_id=each.provider_id,
            )
            for each in others
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return len(others)


def _blind(quarantine: Quarantine, channels: Sequence[str]) -> None:
    """What goes by a way that keeps no record, and was due before the restore, is not sent: it may have gone."""
    for channel in channels:
        SentBefore.objects.get_or_create(
            school=quarantine.school, quarantine=quarantine, sure=False, to="", template="", body="", provider_id="",
            channel="" if channel == "*" else channel, due_until=quarantine.restored_at,
        )  # fmt: skip


def _left(school: School, quarantine: Quarantine, transport: Transport) -> dict[str, int]:
    """How many are still to be sent, and of how many nobody can say whether they went."""
    rows = listed(school).filter(status__in=OPEN)
    early = rows.filter(due_at__lte=quarantine.restored_at)
    unknown = early.count() if "*" in transport.blind else early.filter(channel__in=transport.blind).count()
    return {"not_sent": rows.count() - unknown, "unknown": unknown}
