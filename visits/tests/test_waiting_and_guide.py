"""Waiting times and the guide as plain values: no database."""

from datetime import UTC, datetime, timedelta

import pytest

from homevisits.policy.presets import PRESETS
from homevisits.policy.values import values_of
from visits.guide import Stage, guide
from visits.waiting import Stay, wait

TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def minutes(count: int) -> datetime:
    """So many minutes after ten."""
    return TEN + timedelta(minutes=count)


@pytest.mark.clause("ATT-34")
@pytest.mark.parametrize(
    ("arranged", "arrived", "ends"), [(TEN, TEN, 20), (TEN, minutes(-8), 20), (TEN, minutes(6), 26), (None, minutes(3), 23)]
)
def test_a_wait_counts_from_the_arranged_time_or_the_later_arrival(arranged: datetime | None, arrived: datetime, ends: int) -> None:
    found = wait(arranged=arranged, arrived=arrived, absent=20, late=30, word_at=None)
    assert found is not None
    assert found.ends_at == minutes(ends)
    assert not found.is_over(found.ends_at - timedelta(seconds=1))
    assert found.is_over(found.ends_at)
    assert found.left(minutes(ends - 1)) == timedelta(minutes=1)


@pytest.mark.clause("ATT-35")
def test_word_changes_the_limit_to_thirty_minutes_after_the_arranged_time() -> None:
    found = wait(arranged=TEN, arrived=minutes(6), absent=20, late=30, word_at=minutes(10))
    assert found is not None
    assert (found.ends_at, found.parents_are_late) == (minutes(30), True)


def test_nobody_waits_before_they_are_there() -> None:
    assert wait(arranged=TEN, arrived=None, absent=20, late=30, word_at=None) is None


@pytest.mark.clause("MAT-19")
def test_the_time_inside_stands_against_the_planned_length() -> None:
    stay = Stay(TEN, 15)
    assert (stay.so_far(minutes(9)), stay.is_over(minutes(14)), stay.is_over(minutes(15))) == (9, False, True)


def words(preset: str, stage: Stage) -> str:
    """Everything that the guide says at a stage."""
    return " ".join(line.words for line in guide(stage, values_of(preset, {}), "attendance"))


@pytest.mark.clause("MAT-11")
def test_the_trusts_guide_says_each_thing_where_it_applies() -> None:
    assert "reverse" in words("academy-trust", Stage.ARRIVING)
    door, inside = words("academy-trust", Stage.DOOR), words("academy-trust", Stage.INSIDE)
    for says in ("explain again why", "never a child alone", "parental responsibility", "only whether a parent is in", "No animals"):
        assert says in door
    for says in ("Never a child's bedroom", "Upstairs only"):
        assert says in inside
        assert says not in door


@pytest.mark.clause("MAT-17")
def test_once_inside_the_guide_opens_with_notes_and_sharing() -> None:
    first, second = guide(Stage.INSIDE, values_of("academy-trust", {}), "attendance")[:2]
    assert "notes" in first.words
    assert "nobody else" in second.words
    assert (first.clause, second.clause) == ("MAT-17", "MAT-17")
    assert "sympathetic but neutral" in words("academy-trust", Stage.INSIDE)


@pytest.mark.clause("ALT-21")
@pytest.mark.clause("ALT-31")
def test_exits_are_noted_on_arrival_and_once_inside_and_siblings_may_be_spoken_to_with_an_adult() -> None:
    assert "ways out" in words("alternative-provision", Stage.ARRIVING)
    assert "exits" in words("alternative-provision", Stage.INSIDE)
    assert "only while an adult is present" in words("alternative-provision", Stage.DOOR)
    assert "only whether a parent is in" not in words("alternative-provision", Stage.DOOR)


@pytest.mark.clause("ALT-25", "MAT-25")
def test_parking_wait_and_threat_by_policy() -> None:
    assert "facing away from the property" in words("alternative-provision", Stage.ARRIVING)
    assert "in the car" in words("alternative-provision", Stage.WAITING)
    assert "Wait outside" in words("attendance-officer", Stage.WAITING)
    for preset in PRESETS:
        assert "do not argue" in words(preset, Stage.THREAT)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_line_names_a_clause_of_the_policy_where_it_has_one(preset: str) -> None:
    from homevisits.policy.clauses import clauses

    for stage in Stage:
        for line in guide(stage, values_of(preset, {}), "absent_child_check"):
            assert line.clause in clauses(), line
