"""How risky a visit is, from what was answered: computed and explained, without a database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LOW, MEDIUM, HIGH = "low", "medium", "high"
LEVELS = (LOW, MEDIUM, HIGH)
SEVERITIES = {"minor": "Minor", "injury": "Illness or injury", "major": "Major injury"}
LIKELIHOODS = {"remote": "Remote", "possible": "Possible", "likely": "Likely"}
# Severity by likelihood, 3 by 3 (MAT-30): a major injury at a remote possibility is low, as the policy rates it.
MATRIX: dict[str, tuple[str, str, str]] = {
    "minor": (LOW, LOW, MEDIUM),
    "injury": (LOW, MEDIUM, HIGH),
    "major": (LOW, HIGH, HIGH),
}
# The staff's own health never raises the level: everybody sees the level, and only those who approve see that answer (ATT-81).
RAISES = {
    "violence": "There is a history of violence in the home.",
    "drugs": "The family uses illegal drugs.",
    "animals": "There are animals that may be dangerous.",
    "infection": "There is a risk of infection.",
}
TOGETHER = 3


@dataclass(frozen=True)
class Score:
    """A level and why, in sentences."""

    level: str
    because: tuple[str, ...]


def at_least(*levels: str) -> str:
    """The highest of these levels; low for none."""
    return max(levels, key=LEVELS.index, default=LOW)


def cell(severity: str, likelihood: str) -> str:
    """The level of the matrix. Raises KeyError for a severity or likelihood that it does not have."""
    return MATRIX[severity][list(LIKELIHOODS).index(likelihood)]


def rating(row: Mapping[str, Any]) -> str:
    """The level of a row of the matrix; empty while it is not rated."""
    if row.get("severity") not in SEVERITIES or row.get("likelihood") not in LIKELIHOODS:
        return ""
    return cell(str(row["severity"]), str(row["likelihood"]))


def score(
    *,
    found: Collection[str],
    known: Collection[str] = (),
    hazards: Sequence[Mapping[str, Any]] = (),
    first_visit: bool = False,
    first_minimum: str = LOW,
) -> Score:
    """The level of a visit.

    `found`: questions answered yes; `known`: what earlier warnings that still hold are about; `hazards`: rows of the matrix;
    a first visit to the home counts at least as `first_minimum` (ATT-80).
    """
    reasons: list[tuple[str, str]] = []
    risks = [code for code in RAISES if code in found or code in known]
    for code in risks:
        words = RAISES[code] if code in found else f"{RAISES[code][:-1]}, as a warning from before says."
        reasons.append((MEDIUM, words))
    if {"violence", "drugs"} <= set(risks):
        reasons.append((HIGH, "Violence and drugs come together."))
    elif len(risks) >= TOGETHER:
        reasons.append((HIGH, "Several risks come together."))
    reasons += [_hazard(row) for row in hazards]
    if first_visit and first_minimum != LOW:
        reasons.append((first_minimum, f"A first visit to this home counts at least as {first_minimum}."))
    level = at_least(*(one for one, _ in reasons))
    because = tuple(words for one, words in reasons if one != LOW)
    return Score(level, because or ("Nothing was found that raises the risk.",))


def _hazard(row: Mapping[str, Any]) -> tuple[str, str]:
    level = cell(str(row["severity"]), str(row["likelihood"]))
    severity, likelihood = SEVERITIES[row["severity"]].lower(), LIKELIHOODS[row["likelihood"]].lower()
    return level, f"{row['hazard']}: {severity}, {likelihood}."
