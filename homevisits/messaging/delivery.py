"""Delivery: claims due messages with a lease, sends them, records what came of it.

A row is claimed before it is sent and recorded after; a claim that nobody recorded is asked about by its reference before it is
sent again (reliability.md R2, R3). On screen and in shadow mode there is nobody to hand to: claim and record are one transaction.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Min, Q

from homevisits.audit.services import Entry, record_many
from homevisits.people.models import School

from . import sql, transports
from .models import DeliveryEvent, Message
from .outcome import Found, Kind, LookedUp, Outcome, Outgoing, Transport
from .settle import ACTIVE, DELIVERY, TO_STAFF, settle, tell_failed

LEASE = timedelta(seconds=60)
BACKOFF = (5, 10, 20, 30)
BATCH = 500

TransportFor = Callable[[School], Transport]
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Result:
    """One message with what came of it and when, on the school's clock."""

    message: Outgoing
    outcome: Outcome
    at: datetime


def deliver(*, now: datetime, clock: Clock | None = None, transport_for: TransportFor | None = None, limit: int = 2000) -> int:
    """Send, look up and settle everything that is due; answers how many messages it dealt with.

    `now` is the real instant; a demo school's rows are taken at the time of its own clock. `clock` tells the time at which a
    hand-over ended; without it a hand-over takes no time, or as long as its outcome says.
    """
    done = 0
    for school in _due_schools(now):
        tick = _school_clock(school, now, clock)
        done += settle(school=school, now=tick())
        done += _deliver_school(school, tick, (transport_for or transports.transport_for)(school), limit - done)
    return done


def next_due() -> datetime | None:
    """The earliest instant at which `deliver` has something to do; None when nothing is waiting. It may have passed."""
    active = Message.objects.filter(next_attempt_at__isnull=False, status__in=ACTIVE, quarantined=False)
    handed = Q(handed_at__isnull=False)
    found = active.aggregate(
        attempt=Min("next_attempt_at"),
        give_up=Min("give_up_at", filter=handed & Q(give_up_at__gt=F("handed_at"))),
        miss=Min("miss_at", filter=~handed | Q(give_up_at__lte=F("handed_at"))),
    )
    return min((at for at in found.values() if at), default=None)


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 5, 10, 20, then 30 seconds."""
    return timedelta(seconds=BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1])


def _due_schools(now: datetime) -> list[School]:
    """Schools with anything active; each looks at its rows with its own clock. One query a knock when all is quiet."""
    return list(School.objects.filter(pk__in=Message.objects.filter(next_attempt_at__isnull=False, status__in=ACTIVE).values("school")))


def _school_clock(school: School, now: datetime, clock: Clock | None) -> Clock:
    return (lambda: school.at(clock())) if clock else (lambda: school.at(now))


def _deliver_school(school: School, tick: Clock, transport: Transport, limit: int) -> int:
    done = 0
    while done < limit:
        size = min(BATCH, limit - done)
        count = _inline(school, tick, transport, size) if transport.inline or _shadow(school) else _remote(school, tick, transport, size)
        if not count:
            break
        done += count
    return done


def _shadow(school: School) -> bool:
    return school.sending == School.Sending.SHADOW


def _inline(school: School, tick: Clock, transport: Transport, size: int) -> int:
    """Claim and record in one transaction: exactly once, because there is nobody to hand to."""
    now, lease = tick(), uuid.uuid4()
    with transaction.atomic():
        claimed = sql.claim_to_send(school_ids=[school.pk], now=now, until=now + LEASE, lease=lease, limit=size)
        claimed += sql.claim_to_look_up(school_ids=[school.pk], now=now, until=now + LEASE, lease=lease, limit=size - len(claimed))
        shadow = [row for row in claimed if _shadow(school) and row.template not in TO_STAFF]
        open_ = [row for row in claimed if row not in shadow] if shadow else claimed
        _accept(school, lease, [(row.id, now, "") for row in shadow], Message.Status.SHADOW, transport.name)
        _accept(school, lease, [(row.id, now, "") for row in open_], Message.Status.ACCEPTED, transport.name)
    return len(claimed)


def _remote(school: School, tick: Clock, transport: Transport, size: int) -> int:
    now, lease = tick(), uuid.uuid4()
    with transaction.atomic():
        asked = sql.claim_to_look_up(school_ids=[school.pk], now=now, until=now + LEASE, lease=lease, limit=size)
    results = [_looked_up(message, transport.find(str(message.reference)), tick) for message in asked]
    record_results(school, lease, results, transport)
    now = tick()
    with transaction.atomic():
        claimed = sql.claim_to_send(school_ids=[school.pk], now=now, until=now + LEASE, lease=lease, limit=size)
    sent = [_sent(message, transport.send(message), tick) for message in claimed]
    record_results(school, lease, sent, transport)
    return len(asked) + len(claimed)


def _sent(message: Outgoing, outcome: Outcome, tick: Clock) -> Result:
    return Result(message, outcome, tick() + (outcome.elapsed or timedelta()))


def _looked_up(message: Outgoing, answer: LookedUp, tick: Clock) -> Result:
    """A look-up as the outcome it amounts to: found is accepted, not found may be sent again, no answer is still unsure."""
    kinds = {Found.YES: Kind.ACCEPTED, Found.NO: Kind.BUSY, Found.NO_ANSWER: Kind.UNSURE}
    errors = {Found.YES: "", Found.NO: "The provider has not got it", Found.NO_ANSWER: "The provider does not answer"}
    again = timedelta() if answer.found is Found.NO else None
    outcome = Outcome(kinds[answer.found], answer.provider_id, errors[answer.found], answer.elapsed, retry_after=again, after_answer=True)
    return Result(message, outcome, tick() + (answer.elapsed or timedelta()))


def record_results(school: School, lease: uuid.UUID, results: Sequence[Result], transport: Transport) -> None:
    """Write what came of a batch in one transaction: status, history, audit, and the task for what was refused for good."""
    if not results:
        return
    by_kind: dict[Kind, list[Result]] = {}
    for result in results:
        by_kind.setdefault(result.outcome.kind, []).append(result)
    with transaction.atomic():
        accepted = [(row.message.id, row.at, row.outcome.provider_id) for row in by_kind.pop(Kind.ACCEPTED, [])]
        _accept(school, lease, accepted, Message.Status.ACCEPTED, transport.name)
        sql.put_back(lease, [(row.message.id, row.at) for row in by_kind.pop(Kind.NOT_STARTED, [])])
        unsure = by_kind.pop(Kind.UNSURE, [])
        sql.mark_again(lease, [(row.message.id, _ask_at(row), row.outcome.error) for row in unsure], status=Message.Status.UNKNOWN)
        _history(school, unsure, Message.Status.UNKNOWN)
        refused = by_kind.pop(Kind.REFUSED, [])
        sql.mark_refused(lease, [(row.message.id, row.at, row.outcome.error[:300]) for row in refused])
        _history(school, refused, Message.Status.FAILED)
        again = [row for rows in by_kind.values() for row in rows]
        sql.mark_again(lease, [(row.message.id, _try_at(row), row.outcome.error) for row in again], status=Message.Status.RETRYING)
        _history(school, again, Message.Status.RETRYING)
        if refused:
            failed = Message.objects.filter(pk__in=[row.message.id for row in refused], status=Message.Status.FAILED)
            tell_failed(school=school, messages=list(failed), now=max(row.at for row in refused))


def _try_at(result: Result) -> datetime:
    wait = result.outcome.retry_after
    return result.at + (backoff(result.message.attempts + 1) if wait is None else wait)


def _ask_at(result: Result) -> datetime:
    """When to ask about an unsure one: after the lease when the provider may still be at it, else after the usual wait."""
    wait = backoff(result.message.attempts + 1)
    return result.at + (wait if result.outcome.after_answer else max(wait, LEASE / 2))


def _accept(school: School, lease: uuid.UUID, rows: Sequence[tuple[int, datetime, str]], status: str, provider: str) -> None:
    if not rows:
        return
    sql.mark_accepted(lease, rows, status=status, provider=provider)
    DeliveryEvent.objects.bulk_create([DeliveryEvent(message_id=number, at=at, status=status) for number, at, _ in rows])
    _audit(school, status, [number for number, _, _ in rows], max(at for _, at, _ in rows))


def _history(school: School, results: Sequence[Result], status: str) -> None:
    if not results:
        return
    DeliveryEvent.objects.bulk_create(
        [DeliveryEvent(message_id=row.message.id, at=row.at, status=status, detail=row.outcome.error[:300]) for row in results]
    )
    _audit(school, status, [row.message.id for row in results], max(row.at for row in results))


def _audit(school: School, status: str, ids: list[int], at: datetime) -> None:
    record_many([Entry(f"messaging.{status}", "message", "", {"ids": ids})], by=DELIVERY, now=at, school_id=school.pk)
