"""A risk assessment as lines to read, for the version that is signed and for what changed since; staff medical answers never."""

from collections.abc import Mapping
from typing import Any

from .hazards import ticks
from .models import VisitRisk
from .risk_questions import TWO_WORSE, is_yes, words_of, yes_among
from .scoring import LIKELIHOODS, SEVERITIES, cell


def rated(row: Mapping[str, Any]) -> str:
    """How a hazard is rated, in a few words: `Major injury, remote: low`; empty where it is not rated."""
    if row.get("severity") not in SEVERITIES or row.get("likelihood") not in LIKELIHOODS:
        return ""
    severity, likelihood = SEVERITIES[row["severity"]], LIKELIHOODS[row["likelihood"]].lower()
    return f"{severity}, {likelihood}: {cell(row['severity'], row['likelihood'])}"


def found(risk: VisitRisk) -> list[tuple[str, str, str]]:
    """What was answered yes: (the question, what is known, what is done about it)."""
    return [
        (words_of(code), str(risk.answers.get(f"{code}_what") or ""), str(risk.actions.get(code) or ""))
        for code in yes_among(risk.answers)
    ]  # fmt: skip


def lines(risk: VisitRisk) -> dict[str, str]:
    """{words: value shown} of an assessment."""
    rows = {"Risk": risk.get_level_display(), "Why this risk": " ".join(risk.because)}
    for question, what, measure in found(risk):
        rows[question] = ": ".join(filter(None, ["Yes", what])) + (f". What is done: {measure}" if measure else "")
    for row in risk.hazards:
        in_place = [words for words, ticked, seen in ticks(row, ()) if ticked and not seen]
        parts = [row.get("people", ""), row.get("harm", ""), rated(row), f"ticked: {', '.join(in_place)}" if in_place else ""]
        rows[str(row["hazard"])] = "; ".join(part for part in parts if part)
    if risk.form == "hazard_matrix":
        rows["Vulnerable persons"] = risk.vulnerable_persons
        rows["Safeguarding team aware"] = "Yes" if risk.safeguarding_aware else "No"
    if risk.new_risk:
        rows["A new risk"] = risk.new_risk
    if risk.level != risk.computed and risk.computed:
        rows["Lowered from" if risk.is_lowered else "Raised from"] = risk.get_computed_display()
    rows["Why it is lower"] = risk.lowered_because
    if TWO_WORSE in risk.answers and not is_yes(risk.answers[TWO_WORSE]):
        rows[words_of(TWO_WORSE)] = "No"
    return {words: value for words, value in rows.items() if value}
