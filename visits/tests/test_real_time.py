"""When something happened that a tablet sends later: right however wrong the tablet's clock is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.real_time import LONGEST, Stamp, real_times

NOW = datetime(2026, 11, 24, 10, 40, tzinfo=UTC)


def minutes(*counts: float) -> list[timedelta]:
    """So many minutes each."""
    return [timedelta(minutes=count) for count in counts]


def times(clock: datetime, *ago: float, now: datetime = NOW) -> list[datetime]:
    """The real times of acts so many minutes before they were sent, by a tablet whose clock shows `clock` when it sends."""
    return real_times([Stamp(clock - each, place) for place, each in enumerate(minutes(*ago))], clock, now)


@pytest.mark.parametrize("wrong", [timedelta(0), timedelta(hours=-9), timedelta(days=4000), timedelta(minutes=3)])
def test_a_wrong_clock_of_the_tablet_does_no_harm(wrong: timedelta) -> None:
    assert times(NOW + wrong, 38, 20, 1) == [NOW - each for each in minutes(38, 20, 1)]


def test_what_was_sent_at_once_is_now() -> None:
    assert times(NOW, 0.1, 0) == [NOW, NOW]


def test_what_the_tablet_dates_after_its_own_sending_comes_before_what_followed_it() -> None:
    # Its clock was set back by half an hour between the first act and the second.
    assert times(NOW, -25, 4) == [NOW - timedelta(minutes=4)] * 2
    assert times(NOW, 4, -25) == [NOW - timedelta(minutes=4), NOW]


def test_a_clock_set_by_years_is_no_older_than_the_longest_wait() -> None:
    assert times(NOW, 60 * 24 * 4000) == [NOW - LONGEST]


@given(st.lists(st.floats(-10_000, 10_000), max_size=6), st.timedeltas(timedelta(days=-900), timedelta(days=900)))
def test_never_later_than_now_and_order_kept_where_the_clock_stood_still(ago: list[float], wrong: timedelta) -> None:
    found = times(NOW + wrong, *ago)
    assert all(at <= NOW for at in found)
    true = sorted((each for each in ago if each >= 0), reverse=True)
    assert times(NOW + wrong, *true) == sorted(times(NOW + wrong, *true))
