"""The return alarm as arithmetic: at the minute, each step once, put off by a rest and never dropped (R10)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.alarms import Way, due_at, in_order, next_at, point_due, points_missing, steps_due

BACK = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
STEPS = {"staff": 0, "office": 5, "senior_manager": 10, "headteacher": 20, "police_prompt": 30}
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("minute", range(-2, 33))
def test_at_every_minute_the_steps_whose_time_has_passed_are_due(minute: int) -> None:
    due = steps_due(STEPS, BACK, (), None, BACK + minute * MINUTE)
    assert due == [step for step in in_order(STEPS) if STEPS[step] <= minute]
    almost = steps_due(STEPS, BACK, (), None, BACK + minute * MINUTE - timedelta(microseconds=1))
    assert almost == [step for step in in_order(STEPS) if STEPS[step] < minute], "never a moment early"


rests = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 15)), max_size=4)


@given(steps=st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 60), min_size=1), rests=rests, knocks=st.sets(st.integers(0, 120)))
def test_whatever_rests_and_knocks_come_every_step_is_raised_once_and_never_early(
    steps: dict[str, int], rests: list[tuple[int, int]], knocks: set[int]
) -> None:
    raised: list[str] = []
    quiet = None
    for minute in range(121):
        now = BACK + minute * MINUTE
        for at, length in rests:
            if at == minute:
                quiet = now + length * MINUTE
        if minute not in knocks and minute != 120:
            continue
        due = steps_due(steps, BACK, raised, quiet, now)
        assert not due or quiet is None or now >= quiet
        assert all(due_at(step, steps, BACK) <= now for step in due)
        ahead = next_at(steps, BACK, raised, quiet)
        assert bool(due) == (ahead is not None and ahead <= now), "the instant in the row says the same"
        raised += due
    assert sorted(raised) == sorted(steps)


AT = BACK - timedelta(minutes=40)


@pytest.mark.clause("ATT-12")
@pytest.mark.parametrize(
    ("point", "way", "due"),
    [
        ("arriving", Way(AT, BACK, 15 * MINUTE), AT + 10 * MINUTE),
        ("arriving", Way(AT, BACK, 15 * MINUTE, delayed=5 * MINUTE), AT + 15 * MINUTE),
        ("arrived", Way(None, BACK, 15 * MINUTE), BACK - 15 * MINUTE),
        ("left_property", Way(AT, BACK, 15 * MINUTE), AT + 25 * MINUTE),
        ("left_property", Way(AT, BACK, 15 * MINUTE, arrived_at=AT + 5 * MINUTE), AT + 30 * MINUTE),
        ("left_property", Way(None, BACK, 15 * MINUTE), None),
        ("left_property", Way(AT, BACK, 60 * MINUTE), None),
        ("returned", Way(AT, BACK, 15 * MINUTE), None),
    ],
)
def test_when_a_check_in_counts_as_missed(point: str, way: Way, due: datetime | None) -> None:
    assert point_due(point, way) == due


def test_a_later_point_says_the_earlier_ones() -> None:
    asked = ["departed", "arriving", "left_property", "returned"]
    assert points_missing(asked, {"departed"}) == ["arriving", "left_property"]
    assert points_missing(asked, {"departed", "inside"}) == ["left_property"]
    assert points_missing(asked, {"departed", "returned"}) == []
