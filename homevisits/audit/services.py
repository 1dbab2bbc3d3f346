"""Writing the audit trail. Call it inside the transaction of the act that it records."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from homevisits.common.actors import Actor

from .models import AuditChain, AuditEvent


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

    Raises TransactionManagementError outside a transaction: an act and its audit row stand or fall together.
    """
    record_many([Entry(act, object_type, str(object_id), detail or {})], by=by, now=now, school_id=school_id)


def record_many(entries: Sequence[Entry], *, by: Actor, now: datetime, school_id: int | None = None) -> None:
    """Append several events of one act at once, in order."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An audit event is written in the transaction of its act.")
    chain = _locked(school_id or 0)
    rows = []
    for entry in entries:
        row = AuditEvent(
            chain=chain.school_id, place=chain.length + 1, at=now, act=entry.act, by_id=by.pk, by_name=by.name,
            object_type=entry.object_type, object_id=entry.object_id, detail=entry.detail, previous=chain.head,
        )  # fmt: skip
        row.hash = digest(row)
        chain.length, chain.head = row.place, row.hash
        rows.append(row)
    AuditEvent.objects.bulk_create(rows)
    chain.save(update_fields=["length", "head"])


def digest(row: AuditEvent) -> str:
    """SHA-256, hex, over every column of the event and the hash before it."""
    said = [
        row.chain, row.place, row.at.astimezone(UTC).isoformat(), row.act, row.by_id, row.by_name, row.object_type, row.object_id,
        row.detail, row.previous,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":"), default=str).encode()).hexdigest()


def _locked(number: int) -> AuditChain:
    """The chain's head, locked until the transaction ends; made on first use."""
    AuditChain.objects.bulk_create([AuditChain(school_id=number)], ignore_conflicts=True)
    return AuditChain.objects.select_for_update().get(pk=number)
