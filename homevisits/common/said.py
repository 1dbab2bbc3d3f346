"""Times and days as people say them. Pure: every function takes `now`; wall times are those of school clocks."""

from datetime import date, datetime, timedelta

from homevisits.common import clock


def count(number: int, one: str, many: str = "") -> str:
    """`1 pupil`, `3 pupils`; `many` where the plural is not one with s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def wall(at: datetime) -> str:
    """The wall time, `9:15` or `13:05`."""
    local = clock.local(at)
    return f"{local.hour}:{local.minute:02d}"


def span(length: timedelta) -> str:
    """A length of time in its largest useful units: `40 seconds`, `4 minutes`, `1 hour 20 minutes`, `3 days`. The sign is ignored."""
    seconds = int(abs(length).total_seconds())
    if seconds < 60:
        return count(seconds, "second")
    minutes = seconds // 60
    if minutes < 60:
        return count(minutes, "minute")
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return count(hours, "hour") + (f" {count(rest, 'minute')}" if rest else "")
    return count(hours // 24, "day")


def distance(at: datetime, now: datetime) -> str:
    """How far `at` is from `now`: `in 4 minutes`, `3 minutes ago`, `now` (within half a minute)."""
    length = at - now
    if abs(length) < timedelta(seconds=30):
        return "now"
    if abs(length) < timedelta(minutes=1):
        return "in less than a minute" if length > timedelta(0) else "less than a minute ago"
    return f"in {span(length)}" if length > timedelta(0) else f"{span(length)} ago"


def when(at: datetime, now: datetime) -> str:
    """The wall time and how far it is: `9:15, in 4 minutes`; on another day the day and the time: `tomorrow, 9:15`."""
    if clock.local_day(at) == clock.local_day(now):
        return f"{wall(at)}, {distance(at, now)}"
    return f"{day(clock.local_day(at), clock.local_day(now))}, {wall(at)}"


def one_line(*parts: str) -> str:
    """An address in one line: its lines and the postcode, joined by commas that they do not have already."""
    lines = (line.strip(" ,") for part in parts for line in part.splitlines())
    return ", ".join(" ".join(line.split()) for line in lines if line)


def day(at: date, today: date) -> str:
    """`today`, `yesterday`, `tomorrow`, else `Tuesday 24 November`, with the year where it is another one."""
    near = {0: "today", -1: "yesterday", 1: "tomorrow"}.get((at - today).days)
    if near:
        return near
    year = f" {at.year}" if at.year != today.year else ""
    return f"{at:%A} {at.day} {at:%B}{year}"
