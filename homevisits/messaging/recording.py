"""Writing what came of a batch of hand-overs: status, history, audit and tasks, in bulk and in one transaction."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from homevisits.audit.services import Entry, closed_chain, hold, record_many
from homevisits.common.deadlock import retried
from homevisits.people.models import Role, School

from . import limits, sql
from .models import DeliveryEvent, Message
from .notices import CLOSED_PURPOSE, tell
from .outcome import Found, Kind, LookedUp, Outcome, Outgoing, Transport
from .settle import DELIVERY, outbox_page, tell_failed

LEASE = timedelta(seconds=60)
BACKOFF = (5, 10, 20, 30)  # seconds


@dataclass(frozen=True)
class Result:
    """One message with what came of it and when, on the school's clock. `asked`: it was looked up, not sent."""

    message: Outgoing
    outcome: Outcome
    at: datetime
    asked: bool = False


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 5, 10, 20, then 30 seconds."""
    return timedelta(seconds=BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1])


def answered(answer: LookedUp) -> Outcome:
    """A look-up as the outcome it amounts to: found is accepted, not found may be sent again, no answer is still unsure."""
    if answer.found is Found.YES:
        return Outcome(Kind.ACCEPTED, answer.provider_id, elapsed=answer.elapsed)
    if answer.found is Found.NO:
        return Outcome(Kind.BUSY, error="The provider had not received it", elapsed=answer.elapsed, retry_after=timedelta())
    if answer.found is Found.NO_WAY:
        return Outcome(Kind.REFUSED, error="Nobody can say whether it was sent", elapsed=answer.elapsed)
    return Outcome(Kind.UNSURE, error="The provider does not answer", elapsed=answer.elapsed, after_answer=True)


def record_results(school: School, lease: uuid.UUID, results: Sequence[Result], transport: Transport) -> None:
    """Write what came of a batch in one transaction, with a task for the office for what was refused for good."""
    if results:
        retried(lambda: _record(school, lease, results, transport))


def _record(school: School, lease: uuid.UUID, results: Sequence[Result], transport: Transport) -> None:
    kinds: dict[Kind, list[Result]] = {}
    for result in results:
        kinds.setdefault(_kind(result, transport), []).append(result)
    again = kinds.get(Kind.BUSY, []) + kinds.get(Kind.DAILY_LIMIT, [])
    unsure, refused = kinds.get(Kind.UNSURE, []), kinds.get(Kind.REFUSED, [])
    with transaction.atomic():
        hold(school.pk)
        accepted = [(row.message.id, row.at, row.outcome.provider_id) for row in kinds.get(Kind.ACCEPTED, [])]
        accept(school, accepted, Message.Status.ACCEPTED, transport.name)
        sql.put_back(lease, [(row.message.id, row.at) for row in kinds.get(Kind.NOT_STARTED, [])])
        sql.mark_again(lease, [(row.message.id, _ask_at(row), row.outcome.error) for row in unsure], status=Message.Status.UNKNOWN)
        sql.mark_again(lease, [(row.message.id, _try_at(row), row.outcome.error) for row in again], status=Message.Status.RETRYING)
        sql.mark_refused(lease, [(row.message.id, row.at, row.outcome.error) for row in refused])
        history = [(unsure, Message.Status.UNKNOWN), (again, Message.Status.RETRYING), (refused, Message.Status.FAILED)]
        _history(school, history)
        if refused:
            failed = Message.objects.filter(pk__in=[row.message.id for row in refused], status=Message.Status.FAILED)
            tell_failed(school=school, messages=list(failed), now=max(row.at for row in refused))
        if Kind.DAILY_LIMIT in kinds:
            _stop_for_today(school, transport, kinds[Kind.DAILY_LIMIT][0])


def accept(school: School, rows: Sequence[tuple[int, datetime, str]], status: str, provider: str) -> None:
    """Write acceptances, or what shadow mode would have sent: (message id, at, the provider's id)."""
    if not rows:
        return
    sql.mark_accepted(rows, status=status, provider=provider)
    DeliveryEvent.objects.bulk_create([DeliveryEvent(message_id=number, at=at, status=status) for number, at, _ in rows])
    _audit(school, [_entry(status, [number for number, _, _ in rows])], max(at for _, at, _ in rows))


def _kind(result: Result, transport: Transport) -> Kind:
    """The kind of an outcome, where the way out cannot be asked afterwards or a look-up was not started."""
    kind = result.outcome.kind
    if kind is Kind.NOT_STARTED and result.asked:
        return Kind.UNSURE
    if kind is Kind.UNSURE and not transport.can_look_up:
        return Kind.REFUSED
    return kind


def _try_at(result: Result) -> datetime:
    if result.outcome.kind is Kind.DAILY_LIMIT:
        return limits.tomorrow(result.at)
    wait = result.outcome.retry_after
    return result.at + (backoff(result.message.attempts + 1) if wait is None else wait)


def _ask_at(result: Result) -> datetime:
    """When to ask about an unsure one: after the lease while the provider may still be at it, else after the usual wait."""
    if result.outcome.kind is Kind.NOT_STARTED:
        return result.at
    wait, took = backoff(result.message.attempts + 1), result.outcome.elapsed or timedelta()
    if result.outcome.after_answer:
        return result.at + max(wait - took, timedelta())  # the wait counts from when it was asked
    return result.at + max(wait, LEASE - (took or LEASE / 2))


def _stop_for_today(school: School, transport: Transport, result: Result) -> None:
    """The account has sent all it may today: stop, and make a task of it once."""
    if not transport.account or limits.stop_for_today(account=transport.account, now=result.at):
        tell_daily_limit(school, result.at)


def tell_daily_limit(school: School, now: datetime) -> None:
    """Make a task for the office: the account sends nothing more until tomorrow."""
    tell(
        school=school, role=Role.OFFICE_ADMIN, about="daily_limit", link=outbox_page(school), clause="PRI-31", task=True, by=DELIVERY,
        now=now, says="The account at the provider has reached its limit for today. Texts wait for tomorrow: ring instead.",
    )  # fmt: skip


def _history(school: School, groups: Sequence[tuple[Sequence[Result], str]]) -> None:
    events = [
        DeliveryEvent(message_id=row.message.id, at=row.at, status=status, detail=row.outcome.error[:300])
        for rows, status in groups
        for row in rows
    ]
    if not events:
        return
    DeliveryEvent.objects.bulk_create(events)
    entries = [_entry(status, [row.message.id for row in rows]) for rows, status in groups if rows]
    _audit(school, entries, max(event.at for event in events))


def _entry(status: str, ids: list[int]) -> Entry:
    return Entry(f"messaging.message.{status}", "message", "", {"ids": ids})


def _audit(school: School, entries: list[Entry], at: datetime) -> None:
    """Messages of which nobody else may find a sign stand in the closed chain: the school's own would tell when one went (ATT-55)."""
    ids = [number for entry in entries for number in entry.detail["ids"]]
    closed = set(Message.objects.filter(pk__in=ids, purpose__startswith=CLOSED_PURPOSE).values_list("pk", flat=True))
    record_many(_of(entries, set(ids) - closed), by=DELIVERY, now=at, school_id=school.pk)
    record_many(_of(entries, closed), by=DELIVERY, now=at, school_id=closed_chain(school.pk))


def _of(entries: list[Entry], numbers: set[int]) -> list[Entry]:
    """The entries as far as they are about these messages."""
    kept = [(entry, [number for number in entry.detail["ids"] if number in numbers]) for entry in entries]
    return [replace(entry, detail={"ids": ids}) for entry, ids in kept if ids]
