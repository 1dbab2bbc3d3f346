"""The picture of a day: in order, nothing on top of anything else, everything on it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import hypothesis.strategies as st
from hypothesis import given

from homevisits.rehearsal import picture, saying
from homevisits.rehearsal.telling import Told

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)
STEPS = [picture.Step(name, NINE + timedelta(minutes=at)) for name, at in (("Register", 0), ("First text", 15), ("Call", 45), ("End", 390))]


def told(minute: int, kind: str = "texts", late: str = "", state: str = "done") -> Told:
    """Something at so many minutes past nine."""
    return Told(NINE + timedelta(minutes=minute), kind, "Something <happened>.", "", late, state, ())


@given(st.lists(st.integers(-60, 480), max_size=60))
def test_time_runs_from_left_to_right_and_stays_inside(minutes: list[int]) -> None:
    scale = picture.scale_of([told(minute) for minute in minutes], STEPS)
    places = [scale[at] for at in sorted(scale)]
    assert places == sorted(places)
    assert picture.LEFT <= places[0] <= places[-1] <= picture.RIGHT + 0.001


@given(st.lists(st.tuples(st.integers(-60, 480), st.booleans()), max_size=60))
def test_no_mark_lies_on_another_and_none_is_lost(events: list[tuple[int, bool]]) -> None:
    entries = [told(minute, late="9 minutes late" if late else "") for minute, late in sorted(events)]
    marks = picture.marks_of(entries, picture.scale_of(entries, STEPS))
    assert [entry for mark in marks for entry in mark.entries] == entries
    for before, after in pairwise(marks):
        assert after.x - before.x >= picture.APART


def test_the_worst_of_several_shows_and_words_are_escaped() -> None:
    drawn = picture.draw("A day", [told(15), told(15, state="due", late="9 minutes late")], STEPS)
    assert "chart__rung--due" in drawn
    assert ">9:15 late</text>" in drawn
    assert "Something &lt;happened&gt;." in drawn


def test_the_usual_lanes_stand_there_when_they_are_empty_and_the_others_when_they_are_not() -> None:
    assert picture.lanes_of([]) == list(saying.ALWAYS)
    assert picture.lanes_of([told(1, "refused")])[-1] == "refused"
    assert picture.draw("A day", [], []) == ""
