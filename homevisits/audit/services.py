"""Writing the audit trail. Call it inside the transaction of the act that it records, last: the chain stays locked until it commits."""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from homevisits.common.actors import Actor

from .models import AuditChain, AuditEvent

_written: ContextVar[int] = ContextVar("events written", default=0)


@dataclass(frozen=True)
class Entry:
    """One event to record: what was done to what. `detail` holds ids and values, never free text of a concern."""

    act: str
    object_type: str = ""
    object_id: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


def record(
    act: str,
    *,
    by: Actor,
    now: datetime,
    school_id: int | None = None,
    object_type: str = "",
    object_id: object = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Append one event to the school's chain (chain 0 when it belongs to none).

    `detail` takes ids and values; what JSON does not know (dates, numbers from the database, sets) is kept as its text.
    Raises TransactionManagementError outside a transaction: an act and its audit row stand or fall together;
    ValueError for an act without a name or a `now` without a time zone.
    """
    record_many([Entry(act, object_type, str(object_id), detail or {})], by=by, now=now, school_id=school_id)


def record_many(entries: Sequence[Entry], *, by: Actor, now: datetime, school_id: int | None = None) -> None:
    """Append several events of one act at once, in order: two queries however many they are. Raises as `record` does.

    The database moves the chain's head with each event (triggers.py); without its triggers the second act is refused.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An audit event is written in the transaction of its act.")
    if now.tzinfo is None or not all(entry.act for entry in entries):
        raise ValueError("An audit event has a named act and a time with its zone.")
    if not entries:
        return
    chain = _locked(school_id or 0)
    rows = []
    for entry in entries:
        row = AuditEvent(
            chain=chain.school_id, place=chain.length + 1, at=now, act=entry.act, by_id=by.pk, by_name=_text(by.name),
            object_type=entry.object_type, object_id=_text(entry.object_id), detail=plain(entry.detail), previous=chain.head,
        )  # fmt: skip
        row.hash = digest(row)
        chain.length, chain.head = row.place, row.hash
        rows.append(row)
    AuditEvent.objects.bulk_create(rows)
    _written.set(_written.get() + len(rows))


def written() -> int:
    """How many events this thread has written: for the gate, which asks whether a page said itself what was read."""
    return _written.get()


def closed_chain(school_id: int) -> int:
    """The number of a school's closed chain, to give as `school_id`: for acts of which the school's own screen, its list of kinds and
    its length must not betray anything to those who read them, because one of them may be whom the act is about (ATT-55).

    It is chained, guarded and verified as every other; only the page of the record itself shows what stands in it.
    """
    return -school_id


def hold(school_id: int | None) -> None:
    """Take the chain's lock now, before rows that others lock after they have audited: whoever locks both locks the chain first.

    Without it two transactions that take them in different orders wait for each other, and the database ends one of them.
    """
    _locked(school_id or 0)


def digest(row: AuditEvent) -> str:
    """SHA-256, hex, over every column of the event and the hash before it."""
    said = [
        row.chain, row.place, row.at.astimezone(UTC).isoformat(), row.act, row.by_id, row.by_name, row.object_type, row.object_id,
        row.detail, row.previous,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def plain(value: Any) -> Any:
    """`value` as both databases give it back, so that the hash still fits when it is read again.

    PostgreSQL turns 1e5 into 100000 and refuses NUL; JSON makes every key a text and knows no date, set or decimal.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else _fraction(value)
    if isinstance(value, Mapping):
        return {_text(key): plain(each) for key, each in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(each) for each in value), key=str)
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [plain(each) for each in value]
    return _text(value)


def _fraction(value: float) -> float | str:
    return value if math.isfinite(value) and "e" not in repr(value) else repr(value)


def _text(value: object) -> str:
    return str(value).replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _locked(number: int) -> AuditChain:
    """The chain's head, locked until the transaction ends; made on first use."""
    chain = AuditChain.objects.select_for_update().filter(pk=number).first()
    if chain is None:
        AuditChain.objects.bulk_create([AuditChain(school_id=number)], ignore_conflicts=True)
        chain = AuditChain.objects.select_for_update().get(pk=number)
    return chain
