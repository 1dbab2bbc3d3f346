"""When a concern that nobody has taken up, or an incident that nobody has reviewed, is told again, and to whom.

Pure; the reasons are in docs/decisions/0022."""

from datetime import datetime, time, timedelta

from homevisits.common.clock import instant, local, local_day

AGAIN = timedelta(minutes=15)
IN_DANGER = timedelta(minutes=5)
QUICK = 4  # told again so many times at the first pace
SLOW = timedelta(hours=1)
# Where nobody is in danger, people are not woken: what waits in the evening is told again in the morning.
FROM, UNTIL = time(7, 0), time(21, 0)
# Of an incident heads were told when it was recorded: once more in two hours, then once a day; from the second time the team too.
INCIDENT_FIRST, INCIDENT_AGAIN, TELLS_TEAM = timedelta(hours=2), timedelta(days=1), 2
# The headteacher hears from this time on that something waits, and nothing else.
TELLS_HEAD = 2


def next_telling(told_again: int, danger: bool, now: datetime) -> datetime:
    """When it is told again, after it has been told again `told_again` times; `now` is when it was last told."""
    if danger:
        return now + IN_DANGER
    return _by_day(now + (AGAIN if told_again < QUICK else SLOW))


def next_incident_telling(told_again: int, now: datetime) -> datetime:
    """When an incident is told again, after it has been told again `told_again` times: it is over, and waits for a look."""
    return _by_day(now + (INCIDENT_AGAIN if told_again else INCIDENT_FIRST))


def _by_day(at: datetime) -> datetime:
    """That instant, or the next morning."""
    wall, day = local(at).time(), local_day(at)
    if wall < FROM:
        return instant(day, FROM)
    return instant(day + timedelta(days=1), FROM) if wall >= UNTIL else at


def tells_head(told_again: int) -> bool:
    """Whether the headteacher hears of it this time: the count includes it."""
    return told_again >= TELLS_HEAD
