"""Where a person is signed in. Read from the sessions themselves, so that it is never out of step with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session

from ..locks import hash_of
from ..models import Staff


@dataclass(frozen=True)
class Seen:
    """One sign-in that is still open. `mark` names it in a form; the session's own key never leaves the server."""

    key: str
    mark: str
    device: str
    began_at: datetime | None
    used_at: datetime | None


def sessions_of(staff: Staff, now: datetime) -> list[Seen]:
    """The open sessions of a person, the one used last first; without those that a time-out ends at their next word."""
    found = [_seen(key, data) for key, data in _all() if data.get("_auth_user_id") == str(staff.pk)]
    return sorted((each for each in found if not _over(each, now)), key=lambda each: each.used_at or now, reverse=True)


def session_keys_of(staff: Staff) -> list[str]:
    """The keys of every session that is kept of a person, timed out or not."""
    return [key for key, data in _all() if data.get("_auth_user_id") == str(staff.pk)]


def _all() -> Iterator[tuple[str, dict[str, Any]]]:
    """Everybody's sessions: they are signed, a day's at most, and opening them all takes milliseconds."""
    for row in Session.objects.iterator():
        yield row.session_key, row.get_decoded()


def _seen(key: str, data: dict[str, Any]) -> Seen:
    began, used = (_at(data.get(name)) for name in ("began_at", "used_at"))
    return Seen(key, hash_of(f"session {key}")[:24], str(data.get("device") or "Device"), began, used)


def _at(stamp: object) -> datetime | None:
    return datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, int | float) else None


def _over(seen: Seen, now: datetime) -> bool:
    idle = seen.used_at is not None and now - seen.used_at >= timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    return idle or (seen.began_at is not None and now - seen.began_at >= timedelta(hours=settings.SESSION_MAX_HOURS))
