"""An assessment that takes back what the one before found: its reason, and what the approver sees of it (PRI-12, ATT-81)."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from homevisits.common.clock import local
from homevisits.common.errors import Block, Caution
from homevisits.policy.values import Values

from ..models import HomeVisit, VisitRisk
from ..models.planning import RiskLevel
from ..risk_questions import BY_CODE, STAFF_CONDITION, is_yes
from .common import clause
from .risk import Answers, current_risk, form_clause


def newer_blocks(current: VisitRisk | None, based_on: int | None, values: Values) -> list[Block]:
    """That the risk was assessed since the page was opened. `based_on`: that page's assessment, 0 for none, None where nobody says."""
    if based_on is None or current is None or current.pk == based_on:
        return []
    says = (
        f"{current.by} assessed the risk at {local(current.at):%H:%M}, after you opened this page: {current.get_level_display().lower()}. "
        f"{' '.join(current.because)} Nothing of yours is recorded yet. What you filled in is kept: compare it, then complete it again."
    )
    return [Block(says, form_clause(values))]


def taken_back(earlier: VisitRisk, level: str, answers: Mapping[str, Any]) -> list[str]:
    """What the earlier assessment found and these answers no longer do: that it is high, its yeses. The staff's health is apart."""
    found = ["the risk was high"] if earlier.level == RiskLevel.HIGH != level else []
    for code, question in BY_CODE.items():
        if question.safe == "no" and code != STAFF_CONDITION and is_yes(earlier.answers.get(code)) and not is_yes(answers.get(code)):
            found.append(f"“{question.words}” was answered yes")
    return found


def taken_back_blocks(earlier: VisitRisk | None, level: str, given: Answers, values: Values) -> list[Block]:
    """Why what was found is not taken back without a word. Whoever decides not to visit at all needs none."""
    if earlier is None or given.lowered_because.strip() or given.other_contact.strip():
        return []
    found = taken_back(earlier, level, given.answers)
    if not found:
        return []
    says = f"In the assessment by {earlier.by}, {' and '.join(found)}. Say in writing why it is not so now: whoever approves reads it."
    return [Block(says, _clause(earlier, values))]


def taken_back_cautions(visit: HomeVisit) -> list[Caution]:
    """What earlier assessments of the visit found and the current one does not: who took it back, and why."""
    current, values = current_risk(visit), visit.policy.values
    if current is None:
        return []
    versions = list(visit.risks.select_related("by").order_by("at", "pk"))
    cautions = []
    for earlier, later in pairwise(versions):
        still = set(taken_back(earlier, current.level, current.answers))
        found = [words for words in taken_back(earlier, later.level, later.answers) if words in still]
        if found:
            says = f"Before, {' and '.join(found)}. {later.by} took it back at {local(later.at):%H:%M}, because: {later.lowered_because}"
            cautions.append(Caution(says, _clause(earlier, values)))
    return cautions


def _clause(earlier: VisitRisk, values: Values) -> str | None:
    """The clause about high risk where the risk was high and the policy has one, else that behind the form."""
    waits = earlier.level == RiskLevel.HIGH and values.high_risk_needs_safeguarding_decision
    return clause(values, "high_risk_needs_safeguarding_decision") if waits else form_clause(values)
