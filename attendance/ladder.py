"""The first-day ladder as plain values: which rung is due when, when the brake goes on, when a text is too late.

Everything here takes values and instants and answers with values; rows are written by the services.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from homevisits.common.clock import instant

FIRST_TEXT, CALL, WELFARE_VISIT, DAY_END = "first_text_at", "call_at", "welfare_visit_at", "school_day_ends"
ORDER = (FIRST_TEXT, CALL, WELFARE_VISIT, DAY_END)


class Times(Protocol):
    """The policy settings that time a morning."""

    @property
    def first_text_at(self) -> time: ...
    @property
    def call_at(self) -> time: ...
    @property
    def welfare_visit_at(self) -> time: ...
    @property
    def school_day_ends(self) -> time: ...
    @property
    def text_catch_up_until(self) -> time: ...


@dataclass(frozen=True)
class Climb:
    """The instants of one session's ladder."""

    rungs: dict[str, datetime]
    catch_up_until: datetime

    def next_after(self, rung: str) -> tuple[str, datetime] | None:
        """The rung after this one and its instant; None after the last."""
        place = ORDER.index(rung) + 1
        return (ORDER[place], self.rungs[ORDER[place]]) if place < len(ORDER) else None

    def give_up_at(self, now: datetime) -> datetime:
        """When a text handed over from `now` on is given up: as the next rung comes (rehearsal.md, text_failed)."""
        ahead = [at for at in (self.rungs[CALL], self.rungs[WELFARE_VISIT]) if at > now]
        return min(ahead, default=max(self.catch_up_until, now))


def climb(values: Times, day: date, *, am_closes: time, session_closes: time) -> Climb:
    """The ladder of one session.

    The policies time the morning. An afternoon's rungs keep the same distance to the close of its register as the morning's,
    but none comes after the end of the school day.
    """
    shift = instant(day, session_closes) - instant(day, am_closes)
    end = instant(day, values.school_day_ends)

    def shifted(wall: time) -> datetime:
        at = instant(day, wall)
        return at if not shift else min(at + shift, max(end, at))

    rungs = {FIRST_TEXT: shifted(values.first_text_at), CALL: shifted(values.call_at), WELFARE_VISIT: shifted(values.welfare_visit_at)}
    return Climb({**rungs, DAY_END: end}, shifted(values.text_catch_up_until))


def brake_needed(due: int, *, roll: int, share: float, minimum: int) -> bool:
    """Whether so many cases due for the first text are too many to be true: above the share of the roll and the minimum."""
    return due > minimum and due > share * roll


def late_seconds(due: datetime, taken: datetime) -> int:
    """Whole seconds between the instant something was due and the instant it happened; 0 when on time."""
    return max(0, int((taken - due).total_seconds()))


def calls_check_at(call_due: datetime, call_at: datetime, grace_minutes: int) -> datetime:
    """When somebody must have rung: the grace after the call was due or `call_at`, the later."""
    return max(call_due, call_at) + timedelta(minutes=grace_minutes)
