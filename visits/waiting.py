"""Waiting at the door as plain values: from when, until when, and how long staff have been inside (ATT-34, ATT-35, ALT-15, MAT-19)."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Wait:
    """A wait for parents who are not there: it starts and ends, and may not go on."""

    starts_at: datetime
    ends_at: datetime
    minutes: int
    parents_are_late: bool

    def is_over(self, now: datetime) -> bool:
        """Whether the limit has been reached."""
        return now >= self.ends_at

    def left(self, now: datetime) -> timedelta:
        """How long staff still wait; nothing once it is over."""
        return max(timedelta(), self.ends_at - now)


def wait(*, arranged: datetime | None, arrived: datetime | None, absent: int, late: int, word_at: datetime | None) -> Wait | None:
    """The wait that holds now, None while nobody has arrived.

    `absent` minutes from the arranged time or the staff's own later arrival (ATT-34); once the parents have sent word that they are
    late, `late` minutes after the arranged time (ATT-35). Without an arranged time both count from the arrival.
    """
    if arrived is None:
        return None
    if word_at is not None:
        starts = arranged or arrived
        return Wait(starts, starts + timedelta(minutes=late), late, parents_are_late=True)
    starts = max(arrived, arranged or arrived)
    return Wait(starts, starts + timedelta(minutes=absent), absent, parents_are_late=False)


@dataclass(frozen=True)
class Stay:
    """The time inside against the planned length."""

    since: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        """When the planned length is over."""
        return self.since + timedelta(minutes=self.minutes)

    def is_over(self, now: datetime) -> bool:
        """Whether staff are inside for longer than was planned."""
        return now >= self.ends_at

    def so_far(self, now: datetime) -> int:
        """Whole minutes inside."""
        return max(0, int((now - self.since).total_seconds() // 60))
