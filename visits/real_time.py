"""When something happened that a tablet sends later, whatever the tablet's clock says. Plain values (design.md, 11).

The tablet says by its own clock when the act was and when it sends: what lies between is right however wrong the clock is, unless
somebody set it in between. The server's own clock, less that, is the real time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .heard import AT_ONCE

# A clock that was set by years says nothing: no act waits for longer on a tablet.
LONGEST = timedelta(days=60)


@dataclass(frozen=True)
class Stamp:
    """When an act happened, by the tablet's clock, and its place in the tablet's queue."""

    happened_at: datetime
    place: int


def real_times(stamps: Sequence[Stamp], sent_at: datetime, now: datetime) -> list[datetime]:
    """The real instant of each act, in the order of `stamps`: never later than `now`; `now` itself for what was sent at once.

    An act that the tablet dates after its own sending was said before somebody set its clock back: the next act of the queue came after
    it, so it counts as that one, and without one as just now.
    """
    found = [now if elapsed <= AT_ONCE else now - min(elapsed, LONGEST) for elapsed in (sent_at - stamp.happened_at for stamp in stamps)]
    next_one = now
    for number in sorted(range(len(stamps)), key=lambda number: stamps[number].place, reverse=True):
        if sent_at - stamps[number].happened_at < timedelta(0):
            found[number] = next_one
        next_one = found[number]
    return found
