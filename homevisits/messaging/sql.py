"""The outbox's set-based statements, the same for SQLite and PostgreSQL but for the lock that only the latter has.

Values go in by parameters; the few words that are put together here are constants of this file.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from .outcome import Outgoing

_COLUMNS = 'id, school_id, channel, template, language, "to", subject, body, reference, fields, attempts, document_id'


# Messages to staff go out in shadow mode too: alarms about visits are real whatever the texts to families are.
_WHOSE = {
    "": "TRUE",
    "family": "template NOT IN ('staff_notice', 'test_text')",
    "staff": "template IN ('staff_notice', 'test_text')",
}


# Nothing goes while a person has not let go what came from a backup (R14), and what went before the restore never goes again.
_FREE = """
    NOT EXISTS (SELECT 1 FROM messaging_quarantine WHERE school_id = %s AND lifted_at IS NULL)
    AND NOT EXISTS (
        SELECT 1 FROM messaging_sentbefore gone
         WHERE gone.school_id = messaging_message.school_id AND gone."to" IN ('', messaging_message."to")
           AND gone.channel IN ('', messaging_message.channel) AND gone.template IN ('', messaging_message.template)
           AND gone.body IN ('', messaging_message.body) AND (gone.day IS NULL OR gone.day = messaging_message.day)
           AND (gone.due_until IS NULL OR messaging_message.due_at <= gone.due_until))"""


@dataclass(frozen=True)
class Claim:
    """Which rows a sender claims, for how long, and the token it holds them by. `whose`: all, `family` or `staff`."""

    school_id: int
    now: datetime
    until: datetime
    lease: uuid.UUID
    whose: str = ""


def claim_to_send(claim: Claim, limit: int) -> list[Outgoing]:
    """Claim what is due to be sent: never held or cancelled rows, never a stale one, never one another sender has.

    One conditional UPDATE: whoever commits a withdrawal first wins, and so does whoever claims first.
    """
    where = "status IN ('waiting', 'retrying') AND NOT recalled AND (miss_at IS NULL OR miss_at > %s OR handed_at IS NOT NULL)"
    return _claim(claim, limit, where, "sending")


def claim_to_look_up(claim: Claim, limit: int) -> list[Outgoing]:
    """Claim what must be asked about: unsure hand-overs, and claims whose sender died (their lease has run out)."""
    return _claim(claim, limit, "status IN ('sending', 'unknown') AND (lease_until IS NULL OR lease_until <= %s)", "unknown")


def _claim(claim: Claim, limit: int, where: str, status: str) -> list[Outgoing]:
    if limit <= 0:
        return []
    skip = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    # Materialised: PostgreSQL may otherwise run a locking subquery again for every row and claim more than the limit.
    statement = f"""
          WITH due AS MATERIALIZED (
               SELECT id FROM messaging_message
                WHERE next_attempt_at <= %s AND school_id = %s AND {_WHOSE[claim.whose]} AND {where} AND {_FREE}
                ORDER BY next_attempt_at, id LIMIT %s {skip})
        UPDATE messaging_message
           SET status = '{status}', lease = %s, lease_until = %s, next_attempt_at = %s, handed_at = COALESCE(handed_at, %s)
         WHERE id IN (SELECT id FROM due) AND {where}
        RETURNING {_COLUMNS}"""
    now, until = _at(claim.now), _at(claim.until)
    values = [now, claim.school_id, now, claim.school_id, limit, _uuid(claim.lease), until, until, now, now]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return sorted((_outgoing(row) for row in cursor.fetchall()), key=lambda message: message.id)


def mark_accepted(rows: Sequence[tuple[int, datetime, str]], *, status: str, provider: str) -> None:
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
    number, school, channel, template, language, to, subject, body, reference, fields, attempts, document = row
    return Outgoing(
        id=number, school_id=school, channel=channel, template=template, language=language, to=to, subject=subject, body=body,
        reference=uuid.UUID(str(reference)), fields=json.loads(fields) if isinstance(fields, str) else fields, attempts=attempts,
        document_id=document,
    )  # fmt: skip


def _at(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _uuid(value: uuid.UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.hex
