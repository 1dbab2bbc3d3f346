"""Who approves, and what must be there first."""

from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import roles_of
from homevisits.people.models import Role, School, Staff, StaffRole
from homevisits.policy.models import PolicyVersion
from homevisits.policy.values import Values

from ..models import HomeVisit, SafeguardingDecision, VisitRisk
from ..models.planning import RiskLevel
from .common import RANK, Status, clause, status_blocks, words
from .people import mobile_blocks, pair_blocks
from .risk import current_risk

# Rules without a setting: the clause of the running preset that demands it, else the first policy's.
ASSESSMENT = {"attendance-officer": "ATT-80", "academy-trust": "MAT-10", "alternative-provision": "ALT-02"}


def approver_roles(school: School, values: Values, staff: Staff, now: datetime) -> list[str]:
    """The roles, as the policy's approvers setting names them, in which this person approves today."""
    day = local_day(now)
    mine = roles_of(staff, school, day)
    roles = [role for role in values.approvers if role in mine or {role, *mine} >= {Role.PRINCIPAL, Role.HEADTEACHER}]
    on_duty = StaffRole.objects.filter(staff=staff, school=school, role=Role.SENIOR_MANAGER, on_duty=True).exists()
    if "senior_manager_on_duty" in values.approvers and Role.SENIOR_MANAGER in mine and on_duty:
        roles.append("senior_manager_on_duty")
    return roles


def decision_blocks(visit: HomeVisit, values: Values, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot approve, decline or send back the visit."""
    blocks = []
    if not approver_roles(visit.school, values, by, now):
        blocks.append(Block(f"Visits are approved here by: {words(values.approvers)}.", clause(values, "approvers")))
    if visit.members.filter(staff=by).exists():
        blocks.append(Block("Nobody decides about their own visit.", clause(values, "approvers")))
    return blocks


def approval_blocks(visit: HomeVisit, policy: PolicyVersion, by: Staff, now: datetime) -> list[Block]:
    """Why the visit cannot be approved now by this person."""
    values = policy.values
    if visit.status != Status.PLANNED:
        return status_blocks(visit, Status.APPROVED) or [Block("The visit is not planned yet.", clause(values, "minimum_staff"))]
    pair = [member.staff for member in visit.members.select_related("staff")]
    blocks = decision_blocks(visit, values, by, now) + pair_blocks(visit, visit.school, policy, pair, visit.purpose, visit.due_back, now)
    if values.preset == "attendance-officer":
        blocks += mobile_blocks(pair, values, "ATT-80")
    risk = current_risk(visit)
    if risk is None:
        blocks.append(Block("There is no completed risk assessment.", ASSESSMENT.get(values.preset, "PRI-01")))
    else:
        blocks += _risk_allows(visit, values, risk, len(pair))
    roles = approver_roles(visit.school, values, by, now)
    given = set(visit.approvals.filter(voided_at__isnull=True).values_list("role", flat=True))
    if roles and set(roles) <= given:
        blocks.append(Block("It is approved by this role already.", clause(values, "approvers")))
    return blocks


def _risk_allows(visit: HomeVisit, values: Values, risk: VisitRisk, count: int) -> list[Block]:
    blocks = []
    if count == 1 and RANK[RiskLevel(risk.level)] > RANK[RiskLevel(values.lone_visit_max_risk)]:
        blocks.append(
            Block(f"One person alone goes only where the risk is {values.lone_visit_max_risk}.", clause(values, "lone_visit_max_risk"))
        )
    decision = visit.decisions.order_by("-at", "-pk").first()
    decided = decision is not None and decision.decision == SafeguardingDecision.Decision.VISIT
    if risk.level == RiskLevel.HIGH and values.high_risk_needs_safeguarding_decision and not decided:
        says = "The risk is high: the safeguarding team decides first whether to visit."
        blocks.append(Block(says, clause(values, "high_risk_needs_safeguarding_decision")))
    return blocks
