"""When a concern that nobody has taken up is told again, and to whom. Pure; the reasons are in docs/decisions/0022."""

from datetime import datetime, time, timedelta

from homevisits.common.clock import instant, local, local_day

AGAIN = timedelta(minutes=15)
IN_DANGER = timedelta(minutes=5)
QUICK = 4  # told again so many times at the first pace
SLOW = timedelta(hours=1)
# Where nobody is in danger, people are not woken: what waits in the evening is told again in the morning.
FROM, UNTIL = time(7, 0), time(21, 0)
# The headteacher hears from this time on that something waits, and nothing else.
TELLS_HEAD = 2


def next_telling(told_again: int, danger: bool, now: datetime) -> datetime:
    """When it is told again, after it has been told again `told_again` times; `now` is when it was last told."""
    if danger:
        return now + IN_DANGER
    at = now + (AGAIN if told_again < QUICK else SLOW)
    wall, day = local(at).time(), local_day(at)
    if wall < FROM:
        return instant(day, FROM)
    return instant(day + timedelta(days=1), FROM) if wall >= UNTIL else at


def tells_head(told_again: int) -> bool:
    """Whether the headteacher hears of it this time: the count includes it."""
    return told_again >= TELLS_HEAD
