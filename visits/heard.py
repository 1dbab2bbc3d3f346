"""What is said without network has two times: when it happened, and when it came in. Plain values.

A service takes the first as `now` and the second as `received`; None means at once, and both are the same.
"""

from datetime import datetime, timedelta

from homevisits.common.said import wall

# So long on the way is no more than a slow network: it counts as said at once.
AT_ONCE = timedelta(seconds=10)


def heard(now: datetime, received: datetime | None) -> datetime:
    """When it came in: from then on people act, and deadlines run."""
    return max(now, received) if received is not None else now


def late(now: datetime, received: datetime | None) -> datetime | None:
    """The time of receipt that a row keeps beside the real time; None where they do not differ."""
    return received if received is not None and received > now else None


def in_words(now: datetime, received: datetime | None) -> str:
    """“10:02, heard at 10:40”; empty where it was said at once."""
    return f"{wall(now)}, heard at {wall(received)}" if received is not None and received > now else ""
