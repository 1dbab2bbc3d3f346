"""Two people write one answer: nothing is overwritten by somebody who had not seen it, nothing that was written is lost."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.merging import TAKEN, Effect, Value, Written, merge, plain, same, standing

T = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ANN, BEN = 1, 2


class Story:
    """The history of one answer as changes arrive."""

    def __init__(self) -> None:
        self.history: list[Written] = []

    def write(self, value: Value, *, by: int, base: int = 0, minute: int = 0, handed_in: bool = False) -> Effect:
        at = T + timedelta(minutes=minute)
        effect = merge(self.history, value=value, base=base, by=by, at=at, handed_in=handed_in)
        if effect != Effect.UNCHANGED:
            revision = standing(self.history)[1] + (effect in TAKEN)
            self.history.append(Written(value, by, at, base, revision, effect))
        return effect

    @property
    def now(self) -> tuple[Value, int]:
        return standing(self.history)


def test_a_first_answer_is_taken_and_the_next_on_top_of_it() -> None:
    story = Story()
    assert story.write("Red", by=ANN) == Effect.SAVED
    assert story.write("Blue", by=BEN, base=1, minute=1) == Effect.SAVED
    assert story.now == ("Blue", 2)


def test_who_had_not_seen_the_other_s_answer_does_not_overwrite_it() -> None:
    story = Story()
    story.write("Red", by=ANN)
    assert story.write("Blue", by=BEN, base=0, minute=1) == Effect.DIFFERS
    assert story.now == ("Red", 1)


def test_one_person_goes_on_writing_without_network() -> None:
    """The page keeps its old base: what it sent itself is known to it, down to rubbing it all out."""
    story = Story()
    assert [story.write(words, by=ANN, minute=n) for n, words in enumerate(["R", "Red", "Red socks", ""])] == [Effect.SAVED] * 4
    assert story.now == ("", 4)


def test_a_page_that_sends_along_what_it_showed_changes_nothing() -> None:
    story = Story()
    story.write("Red", by=ANN)
    assert story.write("", by=BEN, base=0, minute=1) == Effect.UNCHANGED, "his page was empty there, and stayed so"
    assert story.write("Red", by=BEN, base=1, minute=2) == Effect.UNCHANGED
    assert story.now == ("Red", 1)


def test_the_same_answer_from_both_is_no_difference() -> None:
    story = Story()
    story.write(["b", "a"], by=ANN)
    assert story.write(["a", "b"], by=BEN, minute=1) == Effect.SAME
    story = Story()
    story.write("At home\n", by=ANN)
    assert story.write(" At home", by=BEN, minute=1) == Effect.SAME


def test_a_change_written_before_one_of_the_same_person_that_came_earlier_is_only_kept() -> None:
    story = Story()
    story.write("Red socks", by=ANN, minute=5)
    assert story.write("Red", by=ANN, minute=1) == Effect.OLDER
    assert story.now == ("Red socks", 1)


def test_after_handing_in_nothing_changes_and_nothing_is_lost() -> None:
    story = Story()
    story.write("Red", by=ANN)
    assert story.write("Blue", by=ANN, base=1, minute=9, handed_in=True) == Effect.LATE
    assert story.write("Red", by=BEN, minute=9, handed_in=True) == Effect.SAME
    assert story.now == ("Red", 1)


def test_the_loser_of_a_choice_does_not_come_back_with_a_stale_page() -> None:
    story = Story()
    story.write("Red", by=ANN)
    story.write("Blue", by=BEN, minute=1)
    story.history.append(Written("Red", ANN, T + timedelta(minutes=2), 1, 2, Effect.CHOSEN))
    assert story.write("Blue", by=BEN, base=0, minute=3) == Effect.UNCHANGED
    assert story.now == ("Red", 2)


@pytest.mark.parametrize(
    ("one", "other", "alike"), [("", [], True), ("a", ["a"], False), (["a", "a"], ["a"], True), ("x\r\ny", "x\ny", True)]
)
def test_what_counts_as_the_same(one: Value, other: Value, alike: bool) -> None:
    assert same(one, other) is alike
    assert plain(plain(one)) == plain(one)


steps = st.lists(
    st.tuples(st.sampled_from([ANN, BEN]), st.sampled_from(["", "x", "y", "z"]), st.booleans(), st.integers(0, 5)), max_size=12
)


@given(steps)
def test_whatever_two_people_write_nobody_s_words_vanish_unseen(steps: list[tuple[int, str, bool, int]]) -> None:
    """Each writes on a page: a fresh one, or the one opened before. Whoever's words stood and no longer do had them replaced by somebody
    who saw them, or by their own hand."""
    story, pages = Story(), {ANN: 0, BEN: 0}
    for by, value, reload, minute in steps:
        if reload:
            pages[by] = story.now[1]
        before, base = story.now, pages[by]
        writers = [one.by for one in story.history if one.effect in TAKEN and one.revision > base]
        effect = story.write(value, by=by, base=base, minute=minute)
        if effect == Effect.SAVED:
            mine = [one.value for one in story.history[:-1] if one.by == by and one.base == base]
            seen = base == before[1] or before[0] in mine or set(writers) <= {by} or same(before[0], "")
            shown = next((one.value for one in story.history if one.effect in TAKEN and one.revision == base), "")
            assert seen or same(before[0], shown)
        else:
            assert story.now == before
        if effect != Effect.UNCHANGED:
            assert story.history[-1].value == value, "and every word is kept"
