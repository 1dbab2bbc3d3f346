"""The time. Services take `now`; only views, tasks and commands ask this module for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_set: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The instant it is, in UTC, or the one that `frozen` holds."""
    return _set.get() or datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Let `now()` answer `at` inside the block: for rehearsals and tests."""
    token = _set.set(at)
    try:
        yield
    finally:
        _set.reset(token)


def instant(day: date, wall: time) -> datetime:
    """The UTC instant at which school clocks show `wall` on `day`.

    A wall time that the spring change skips counts as an hour later; one that the autumn change repeats means the first.
    """
    return datetime.combine(day, wall, tzinfo=LONDON).astimezone(UTC)


def local(at: datetime) -> datetime:
    """`at` as school clocks show it."""
    return at.astimezone(LONDON)


def local_day(at: datetime) -> date:
    """The school's calendar day on which `at` falls."""
    return local(at).date()
