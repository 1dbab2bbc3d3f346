"""Who approves, and what must be there first. One place for the screen, the inbox, the service and the rehearsal (PRI-03)."""

from collections.abc import Collection
from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block, Caution
from homevisits.people import access
from homevisits.people.models import Role, School, Staff
from homevisits.policy.values import Values
from homevisits.policy.words import APPROVERS, SENIOR_ON_DUTY

from ..models import HomeVisit
from ..models.planning import RiskLevel
from .annex import LEAVE, annex_blocks
from .appointments import told_cautions
from .common import RANK, Status, clause, status_blocks
from .people import mobile_blocks, pair_blocks
from .plans import plan_cautions, plan_ready_blocks
from .risk import current_risk, lowered_cautions, risk_ready_blocks
from .risk_lowered import taken_back_cautions

# Where the approver asserts that the visit is necessary and in the pupil's interest (ALT-02, ALT-12).
ASSERTS = frozenset({"alternative-provision"})


def role_words(role: str) -> str:
    """A role as the policy's approvers setting names it, in words."""
    return (
        {"break_glass": "Sent at once", LEAVE: "Allowed under the infection annex"}.get(role)
        or APPROVERS.get(role)
        or role.replace("_", " ").capitalize()
    )


def named(roles: Collection[str], joined: str = "or") -> str:
    """Roles in a sentence: `principal or designated safeguarding lead`."""
    words = [role_words(role) for role in roles]
    words = [word if word.isupper() else word[:1].lower() + word[1:] for word in words]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joined} {words[-1]}" if words else "nobody"


def approver_roles(school: School, values: Values, staff: Staff, now: datetime) -> list[str]:
    """The roles, as the policy's approvers setting names them, in which this person approves today.

    Headteacher and principal are one office; the senior manager on duty is the rota's for the day, or the deputy (ATT-33).
    """
    day = local_day(now)
    mine = access.roles_of(staff, school, day)
    roles = [role for role in values.approvers if role in mine or {role, *mine} >= {Role.PRINCIPAL, Role.HEADTEACHER}]
    if SENIOR_ON_DUTY in values.approvers and staff in access.on_duty(school, day):
        roles.append(SENIOR_ON_DUTY)
    return roles


def given_roles(visit: HomeVisit) -> set[str]:
    """The roles whose approval holds."""
    return set(visit.approvals.filter(voided_at__isnull=True).exclude(role=LEAVE).values_list("role", flat=True))


def missing_roles(visit: HomeVisit) -> list[str]:
    """The roles whose approval is still needed: each of all, or one of any."""
    values, given = visit.policy.values, given_roles(visit)
    if values.approvals_needed == "any" and given:
        return []
    return [role for role in values.approvers if role not in given]


def who_approves(values: Values) -> str:
    """Who approves visits, as a sentence of the policy."""
    return named(values.approvers, "and" if values.approvals_needed == "all" else "or")


def sentence(visit: HomeVisit, roles: Collection[str]) -> str:
    """What an approver signs. Signing asserts it: necessary and in the pupil's interest where the policy asks for both (ALT-12)."""
    asserts = " It is necessary and appropriate, and it is in the pupil's interest." if visit.policy.values.preset in ASSERTS else ""
    return (
        f"I have read the plan and the risk assessment, version {visit.version}, and approve the visit as {named(roles, 'and')}.{asserts}"
    )


def decision_blocks(visit: HomeVisit, values: Values, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot approve, decline or send back the visit."""
    blocks = []
    if not approver_roles(visit.school, values, by, now):
        blocks.append(Block(f"Visits are approved here by: {who_approves(values)}.", clause(values, "approvers")))
    if visit.members.filter(staff=by).exists():
        blocks.append(Block("Nobody decides about their own visit.", clause(values, "approvers")))
    return blocks


def read_blocks(visit: HomeVisit, version: int | None, status: str | None) -> list[Block]:
    """That the visit is no longer what the person read: `version` and `status` as they stood on the page, None where nobody says (R15)."""
    if status not in (None, visit.status):
        last = visit.events.order_by("-pk").first()
        who = f" by {last.by_name}" if last else ""
        return [Block(f"Meanwhile the visit is “{Status(visit.status).label.lower()}”{who}. Nothing was decided by you.")]
    if version not in (None, visit.version):
        return [Block("The visit changed while you read it. Nothing was decided: look at it again and decide then.")]
    return []


def ready_blocks(visit: HomeVisit, now: datetime) -> list[Block]:
    """What the visit lacks before anybody can approve it: pair, times, mobiles, assessment (PRI-01, PRI-12, ATT-80)."""
    values = visit.policy.values
    pair = [member.staff for member in visit.members.select_related("staff").order_by("pk")]
    blocks = plan_ready_blocks(visit, now) + pair_blocks(visit, visit.school, visit.policy, pair, visit.purpose, visit.due_back, now)
    if values.preset == "attendance-officer":
        blocks += mobile_blocks(pair, values, "ATT-80")
    risk = current_risk(visit)
    if risk is not None and len(pair) == 1 and RANK[RiskLevel(risk.level)] > RANK[RiskLevel(values.lone_visit_max_risk)]:
        says = f"One person alone goes only where the risk is {values.lone_visit_max_risk}."
        blocks.append(Block(says, clause(values, "lone_visit_max_risk")))
    blocks += risk_ready_blocks(visit, now) + annex_blocks(visit, now)
    return list(dict.fromkeys(blocks))


def approval_cautions(visit: HomeVisit, now: datetime) -> list[Caution]:
    """What the approver has to see before signing and that stops nothing."""
    own = lowered_cautions(visit) + taken_back_cautions(visit) + told_cautions(visit)
    return list(dict.fromkeys(plan_cautions(visit, now) + own))


def approval_blocks(visit: HomeVisit, by: Staff, now: datetime) -> list[Block]:
    """Why the visit cannot be approved now by this person."""
    values = visit.policy.values
    if visit.status != Status.PLANNED:
        return status_blocks(visit, Status.APPROVED) or [Block("The visit is not planned yet.", clause(values, "minimum_staff"))]
    blocks = decision_blocks(visit, values, by, now) + ready_blocks(visit, now)
    roles = approver_roles(visit.school, values, by, now)
    if roles and set(roles) <= given_roles(visit):
        blocks.append(Block("It is approved by this role already.", clause(values, "approvers")))
    return blocks
