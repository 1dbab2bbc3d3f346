"""Times, days and counts in words."""

from datetime import UTC, date, datetime, timedelta

import pytest

from homevisits.common import said
from homevisits.home.templatetags import look

NOW = datetime(2026, 11, 24, 9, 11, tzinfo=UTC)
SUMMER = datetime(2027, 6, 8, 8, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (240, "9:15, in 4 minutes"),
        (-180, "9:08, 3 minutes ago"),
        (-60, "9:10, 1 minute ago"),
        (10, "9:11, now"),
        (-45, "9:10, less than a minute ago"),
        (45, "9:11, in less than a minute"),
        (80 * 60, "10:31, in 1 hour 20 minutes"),
        (2 * 3600, "11:11, in 2 hours"),
        (86400, "tomorrow, 9:11"),
        (-86400, "yesterday, 9:11"),
        (3 * 86400, "Friday 27 November, 9:11"),
        (60 * 86400, "Saturday 23 January 2027, 9:11"),
    ],
)
def test_when(seconds: int, words: str) -> None:
    assert said.when(NOW + timedelta(seconds=seconds), NOW) == words


def test_times_are_those_of_the_school_clock() -> None:
    assert said.wall(SUMMER) == "9:11"
    late = datetime(2027, 6, 7, 23, 30, tzinfo=UTC)
    assert said.when(late, SUMMER) == "0:30, 8 hours 41 minutes ago"


def test_a_time_says_its_instant_to_machines() -> None:
    assert look.when(NOW + timedelta(minutes=4), NOW) == '<time datetime="2026-11-24T09:15:00+00:00">9:15, in 4 minutes</time>'
    assert look.when(None, NOW) == ""


def test_days_and_counts() -> None:
    assert said.day(date(2026, 11, 24), date(2026, 11, 24)) == "today"
    assert look.day(NOW, NOW + timedelta(days=1)) == "yesterday"
    assert (look.counted(1, "child,children"), look.counted(1200, "child,children")) == ("1 child", "1,200 children")
