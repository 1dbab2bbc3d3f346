"""The level of risk, computed and explained, without a database."""

from itertools import product

import pytest

from visits.hazards import PRESETS, preset_rows
from visits.scoring import LEVELS, LIKELIHOODS, SEVERITIES, cell, score

HAZARDS = {
    "MAT-32": ("Aggressive or violent parent", "Major injury", ("The home visit policy", "Two people", "Reception", "mobile phone")),
    "MAT-33": ("Driving", "Breakdown, accident, intruder", ("maintained", "breakdown organisation", "torch", "valuables such as a laptop")),
    "MAT-34": (
        "Moving through public areas",
        "Attack, theft",
        ("back down", "call for help", "attack alarm", "public transport", "Support"),
    ),
    "MAT-35": (
        "Illness, injury or accident",
        "Illness or injury",
        ("Emergency services", "Prescribed medication", "injury-at-work protocol"),
    ),
    "MAT-36": ("Attack by a dog", "Major injury", ("No contact with animals", "Local advice", "sudden movements")),
}


@pytest.mark.clause("MAT-30")
def test_a_major_injury_at_a_remote_possibility_is_low_as_the_policy_rates_it() -> None:
    assert cell("major", "remote") == "low"
    assert {one["likelihood"] for one in preset_rows()} == {"remote"}
    assert score(found=(), hazards=preset_rows()).level == "low"


def test_the_matrix_never_falls_with_severity_or_likelihood() -> None:
    severities, likelihoods = list(SEVERITIES), list(LIKELIHOODS)
    for (row, severity), (column, likelihood) in product(enumerate(severities), enumerate(likelihoods)):
        here = LEVELS.index(cell(severity, likelihood))
        if row:
            assert here >= LEVELS.index(cell(severities[row - 1], likelihood))
        if column:
            assert here >= LEVELS.index(cell(severity, likelihoods[column - 1]))


@pytest.mark.clause("MAT-30", "MAT-32", "MAT-33", "MAT-34", "MAT-35", "MAT-36")
@pytest.mark.parametrize("clause", HAZARDS)
def test_the_preset_hazards_have_the_policys_values(clause: str) -> None:
    name, harm, controls = HAZARDS[clause]
    (preset,) = [one for one in PRESETS if one.clause == clause]
    assert preset.hazard.startswith(name)
    assert preset.harm.startswith(harm)
    assert "harmed" in preset.people
    assert (preset.likelihood, cell(preset.severity, preset.likelihood)) == ("remote", "low")
    assert all(any(words in control for control, _ in preset.controls) for words in controls)


def test_the_level_says_why() -> None:
    assert score(found=()).because == ("Nothing was found that raises the risk.",)
    one = score(found=("animals",), first_visit=True, first_minimum="medium")
    assert one.level == "medium"
    assert one.because == ("There are animals that may be dangerous.", "A first visit to this home counts at least as medium.")
    assert score(found=("violence",), known=("drugs",)).level == "high"
    # Everybody reads the level: the staff's own health must not show in it.
    assert score(found=("staff_condition",)) == score(found=())
