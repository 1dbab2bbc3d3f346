"""The risk assessment, and what the safeguarding team decides."""

from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import roles_of
from homevisits.people.models import Role, Staff
from homevisits.policy.values import Values

from ..models import HomeVisit, VisitRisk
from ..models.planning import RiskLevel
from ..states import PENDING
from .common import RANK, Status, clause, words

FIRST_FIVE = ("violence", "drugs", "staff_condition", "animals", "infection")
MUST_BE_YES = ("safeguarding_record_checked", "school_assessment_read")


def risk_blocks(visit: HomeVisit, values: Values, level: str, answers: dict[str, object], actions: dict[str, object]) -> list[Block]:
    """Why this risk assessment is not complete, or its level too low."""
    blocks = []
    if visit.status not in PENDING or visit.departed_at:
        blocks.append(Block(f"The visit is “{Status(visit.status).label.lower()}”: its risk can no longer be assessed."))
    minimum = values.first_visit_minimum_risk
    first = not HomeVisit.objects.filter(household=visit.household_id, status=Status.DONE).exclude(pk=visit.pk).exists()
    if first and RANK[RiskLevel(level)] < RANK[RiskLevel(minimum)]:
        says = f"A first visit to this home is at least of {minimum} risk: the level can be raised, not lowered."
        blocks.append(Block(says, clause(values, "first_visit_minimum_risk")))
    for question in FIRST_FIVE:
        if _yes(answers.get(question)) and not actions.get(question):
            blocks.append(Block(f"“{words([question])}” is answered yes: say what is done about it.", clause(values, "risk_form")))
    for question in MUST_BE_YES:
        if question in answers and not _yes(answers[question]):
            blocks.append(Block(f"“{words([question])}” must be yes before a visit.", clause(values, "risk_form")))
    return blocks


def _yes(answer: object) -> bool:
    return answer is True or str(answer).lower() in ("yes", "true")


def current_risk(visit: HomeVisit) -> VisitRisk | None:
    """The risk assessment that holds now."""
    return visit.risks.filter(replaced_at__isnull=True).first()


def safeguarding_blocks(visit: HomeVisit, values: Values, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot record the safeguarding team's decision on the visit."""
    setting = clause(values, "high_risk_needs_safeguarding_decision")
    blocks = []
    if not roles_of(by, visit.school, local_day(now)) & {Role.DSL, Role.DEPUTY_DSL}:
        blocks.append(Block("The safeguarding team decides about a high-risk visit.", setting))
    if visit.status not in PENDING or visit.departed_at:
        blocks.append(Block(f"The visit is “{Status(visit.status).label.lower()}”: there is nothing to decide."))
    risk = current_risk(visit)
    if risk is None or risk.level != RiskLevel.HIGH:
        blocks.append(Block("Only a visit of high risk needs this decision.", setting))
    return blocks
