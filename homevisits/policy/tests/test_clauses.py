"""The clauses in words, and which of them a rule names."""

import re

import pytest

from homevisits.policy.clauses import clause, clause_for, clauses
from homevisits.policy.presets import PREFIXES


def test_every_clause_says_something_and_belongs_to_a_preset() -> None:
    assert len(clauses()) > 150
    for one in clauses().values():
        assert one.says
        assert one.does
        assert one.id.startswith(PREFIXES[one.preset])


@pytest.mark.parametrize(
    ("preset", "setting", "expected"),
    [
        ("attendance-officer", "minimum_staff", "ATT-01"),
        ("secondary", "minimum_staff", "SEC-02"),
        ("secondary", "hold_share", "PRI-31"),
        ("attendance-officer", "adult_present_rule", "ATT-14"),
        ("alternative-provision", "approvers", "ALT-02"),
    ],
)
def test_a_rule_names_the_running_presets_own_clause_else_the_first(preset: str, setting: str, expected: str) -> None:
    assert clause_for(preset, setting) == expected


def test_an_unknown_setting_is_no_silent_none() -> None:
    with pytest.raises(KeyError):
        clause_for("secondary", "hold_shar")


def test_a_clause_that_only_points_at_another_is_shown_in_that_ones_words() -> None:
    assert clause("ALT-04").does_in_full == clause("ATT-03").does
    assert clause("ALT-02").refers_to[0].id == "PRI-01"
    assert not any(re.fullmatch(r"As [A-Z]{3}-\d\d\.", one.does_in_full) for one in clauses().values())
