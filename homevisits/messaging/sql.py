"""The outbox's set-based statements, the same for SQLite and PostgreSQL but for the lock that only the latter has.

Values go in by parameters; the few words that are put together here are constants of this file.
"""

import json
import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from .outcome import Outgoing

_COLUMNS = 'id, school_id, channel, template, language, "to", subject, body, reference, fields, attempts'


def claim_to_send(*, school_ids: Collection[int], now: datetime, until: datetime, lease: uuid.UUID, limit: int) -> list[Outgoing]:
    """Claim what is due to be sent: never held or cancelled rows, never a stale one, never one another sender has.

    One conditional UPDATE: whoever commits a withdrawal first wins, and so does whoever claims first.
    """
    return _claim(
        "status IN ('waiting', 'retrying') AND NOT recalled AND (miss_at IS NULL OR miss_at > %s OR handed_at IS NOT NULL)",
        [_at(now)], "sending", school_ids, now, until, lease, limit,
    )  # fmt: skip


def claim_to_look_up(*, school_ids: Collection[int], now: datetime, until: datetime, lease: uuid.UUID, limit: int) -> list[Outgoing]:
    """Claim what must be asked about: unsure hand-overs, and claims whose sender died (their lease has run out)."""
    return _claim(
        "status IN ('sending', 'unknown') AND (lease_until IS NULL OR lease_until <= %s)",
        [_at(now)], "unknown", school_ids, now, until, lease, limit,
    )  # fmt: skip


def _claim(
    where: str, values: list[Any], status: str, school_ids: Collection[int], now: datetime, until: datetime, lease: uuid.UUID, limit: int
) -> list[Outgoing]:
    if not school_ids or limit <= 0:
        return []
    marks = ", ".join(["%s"] * len(school_ids))
    skip = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    statement = f"""
        UPDATE messaging_message
           SET status = '{status}', lease = %s, lease_until = %s, next_attempt_at = %s, handed_at = COALESCE(handed_at, %s)
         WHERE id IN (SELECT id FROM messaging_message
                       WHERE next_attempt_at <= %s AND {where} AND NOT quarantined AND school_id IN ({marks})
                       ORDER BY next_attempt_at, id LIMIT %s {skip})
           AND {where}
        RETURNING {_COLUMNS}"""
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [_uuid(lease), _at(until), _at(until), _at(now), _at(now), *values, *school_ids, limit, *values],
        )
        return sorted((_outgoing(row) for row in cursor.fetchall()), key=lambda message: message.id)


def mark_accepted(lease: uuid.UUID, rows: Sequence[tuple[int, datetime, str]], *, status: str, provider: str) -> None:
    """Record acceptances: (message id, at, the provider's id). An acceptance is true even when the lease has run out meanwhile."""
    _update(
        "status = %s, provider = %s, accepted_at = column2, finished_at = column2, provider_id = column3, error = '',"
        " attempts = attempts + 1, next_attempt_at = NULL, lease = NULL, lease_until = NULL",
        [status, provider], rows, "messaging_message.status IN ('sending', 'unknown', 'retrying')", [],
    )  # fmt: skip


def mark_again(lease: uuid.UUID, rows: Sequence[tuple[int, datetime, str]], *, status: str, attempts: int = 1) -> None:
    """Record what is to be tried or asked again: (message id, when, the error). Only by whoever still holds the lease."""
    _update(
        "status = %s, next_attempt_at = column2, error = column3, attempts = attempts + %s, lease = NULL, lease_until = NULL",
        [status, attempts], rows, "messaging_message.lease = %s", [_uuid(lease)],
    )  # fmt: skip


def put_back(lease: uuid.UUID, rows: Sequence[tuple[int, datetime]]) -> None:
    """Record claims that were never handed over: (message id, when to try). They are as they were before the claim."""
    _update(
        "status = CASE WHEN attempts = 0 THEN 'waiting' ELSE 'retrying' END, next_attempt_at = column2,"
        " handed_at = CASE WHEN attempts = 0 THEN NULL ELSE handed_at END, lease = NULL, lease_until = NULL",
        [], rows, "messaging_message.lease = %s", [_uuid(lease)],
    )  # fmt: skip


def mark_refused(lease: uuid.UUID, rows: Sequence[tuple[int, datetime, str]]) -> None:
    """Record refusals for good: (message id, at, the error)."""
    _update(
        "status = 'failed', finished_at = column2, error = column3, attempts = attempts + 1, next_attempt_at = NULL,"
        " lease = NULL, lease_until = NULL",
        [], rows, "messaging_message.lease = %s", [_uuid(lease)],
    )  # fmt: skip


def _update(assign: str, assigned: list[Any], rows: Sequence[tuple[Any, ...]], where: str, conditions: list[Any]) -> None:
    """One UPDATE for many rows. Both engines call the columns of VALUES column1, column2 …"""
    if not rows:
        return
    shape = "(" + ", ".join(["%s"] * len(rows[0])) + ")"
    values = [_at(value) if isinstance(value, datetime) else value for row in rows for value in row]
    statement = f"""
        UPDATE messaging_message SET {assign}
          FROM (VALUES {", ".join([shape] * len(rows))}) AS given
         WHERE messaging_message.id = given.column1 AND {where}"""
    with connection.cursor() as cursor:
        cursor.execute(statement, [*assigned, *values, *conditions])


def _outgoing(row: Sequence[Any]) -> Outgoing:
    number, school, channel, template, language, to, subject, body, reference, fields, attempts = row
    return Outgoing(
        id=number, school_id=school, channel=channel, template=template, language=language, to=to, subject=subject, body=body,
        reference=uuid.UUID(str(reference)), fields=json.loads(fields) if isinstance(fields, str) else fields, attempts=attempts,
    )  # fmt: skip


def _at(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _uuid(value: uuid.UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.hex
