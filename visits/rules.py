"""When something about a visit can be done, and why not. Screens, services and the rehearsal all ask here.

Who a person is stays in `people.access`; what a member of staff needs to go (checks, training) is asked of their registers.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import roles_of
from homevisits.people.matrix import OFFICE
from homevisits.people.models import Role, School, Staff, StaffRole
from homevisits.policy.clauses import clause_for
from homevisits.policy.models import PolicyRead, PolicyVersion
from homevisits.policy.values import Values

from .models import CheckIn, HomeVisit, SafeguardingDecision, VisitRisk
from .models.planning import RiskLevel
from .states import PENDING, PLANNABLE, TRANSITIONS

Status = HomeVisit.Status
CHILD_CHECK = "absent_child_check"
NO_VISITORS = frozenset({Role.GOVERNOR, Role.CHAIR_OF_GOVERNORS, Role.TRUST_ADMIN})
# Rules without a setting: the clause of the running preset that demands it, else the first policy's.
ASSESSMENT = {"attendance-officer": "ATT-80", "academy-trust": "MAT-10", "alternative-provision": "ALT-02"}
PURPOSE = {"academy-trust": "MAT-03", "alternative-provision": "ALT-10", "secondary": "SEC-01"}
MOBILE = {"attendance-officer": "ATT-11", "academy-trust": "MAT-18", "alternative-provision": "ALT-26", "secondary": "SEC-08"}
RANK = {RiskLevel.LOW: 0, RiskLevel.MEDIUM: 1, RiskLevel.HIGH: 2}
FIRST_FIVE = ("violence", "drugs", "staff_condition", "animals", "infection")
MUST_BE_YES = ("safeguarding_record_checked", "school_assessment_read")


def clause(values: Values, setting: str) -> str | None:
    """The clause of the running preset behind a setting."""
    return clause_for(values.preset, setting)


def status_blocks(visit: HomeVisit, to: str) -> list[Block]:
    """Why the visit cannot go to that status from where it stands."""
    if to in TRANSITIONS[visit.status]:
        return []
    return [Block(f"The visit is “{Status(visit.status).label.lower()}”: that cannot be done now.")]


def pair_blocks(
    visit: HomeVisit | None,
    school: School,
    policy: PolicyVersion,
    pair: Sequence[Staff],
    purpose: str,
    due_back: datetime | None,
    now: datetime,
) -> list[Block]:
    """Why these staff cannot make the visit: number, roles, checks, training, other visits."""
    values = policy.values
    people = list(dict.fromkeys(pair))
    blocks = []
    if len(people) < values.minimum_staff or (len(people) == 1 and not values.lone_visit_allowed):
        needed = max(values.minimum_staff, 1 if values.lone_visit_allowed else 2)
        blocks.append(
            Block(f"A visit needs {needed} different members of staff; here {_counted(len(people))}.", clause(values, "minimum_staff"))
        )
    for person in people:
        blocks += _person_blocks(person, school, policy, purpose, now)
        blocks += _busy_blocks(visit, person, school, values, due_back, now)
    return blocks


def _counted(count: int) -> str:
    return {0: "there is nobody", 1: "there is one"}.get(count, f"there are {count}")


def _person_blocks(person: Staff, school: School, policy: PolicyVersion, purpose: str, now: datetime) -> list[Block]:
    values, day = policy.values, local_day(now)
    if not roles_of(person, school, day) - NO_VISITORS:
        return [Block(f"{person} is not staff of this school who may visit homes.", clause(values, "minimum_staff"))]
    blocks = []
    checks = {check.level for check in person.checks.all() if check.expires_on is None or check.expires_on >= day}
    missing = [level for level in _checks_for(values, purpose) if level not in checks]
    if missing:
        blocks.append(Block(f"{person} lacks a current check: {_words(missing)}.", clause(values, "required_checks")))
    done = {row.name for row in person.training.all() if row.expires_on is None or row.expires_on >= day}
    if PolicyRead.objects.filter(staff=person, version=policy).exists():
        done.add("policy_read")
    lacking = [name for name in values.required_training if name not in done]
    if lacking:
        blocks.append(Block(f"{person} has not done: {_words(lacking)}.", clause(values, "required_training")))
    return blocks


def _checks_for(values: Values, purpose: str) -> list[str]:
    """The checks that the policy asks for; where the level goes by purpose, tutoring and transport need the barred list too (ALT-32)."""
    levels: list[str] = []
    for level in values.required_checks:
        if level == "dbs_level_by_purpose":
            levels += ["enhanced_dbs", "barred_list"] if purpose in ("tutoring", "transport") else ["enhanced_dbs"]
        else:
            levels.append(level)
    return levels


def _words(codes: Collection[str]) -> str:
    return ", ".join(code.replace("_", " ") for code in codes)


def _busy_blocks(
    visit: HomeVisit | None, person: Staff, school: School, values: Values, due_back: datetime | None, now: datetime
) -> list[Block]:
    """Somebody who is out, or planned for another visit at that time, is not available (ATT-01)."""
    others = HomeVisit.objects.filter(school=school, members__staff=person, returned_at__isnull=True).exclude(pk=visit.pk if visit else 0)
    busy = [
        other for other in others
        if other.departed_at or (other.status in (Status.PLANNED, Status.APPROVED) and other.due_back and other.due_back > now)
    ]  # fmt: skip
    return [Block(f"{person} is on another visit at that time.", clause(values, "minimum_staff"))] if busy else []


def plan_blocks(
    visit: HomeVisit | None,
    values: Values,
    purpose: str,
    unannounced_reason: str,
    by_roles: Collection[str],
    due_back: datetime,
    now: datetime,
) -> list[Block]:
    """Why a visit cannot be planned so: its state, purpose, time, or going unannounced."""
    blocks = []
    if visit is not None and visit.status not in PLANNABLE:
        blocks += [Block(f"The visit is “{Status(visit.status).label.lower()}” and cannot be planned.")]
    if not purpose:
        blocks.append(Block("A visit needs a purpose.", PURPOSE.get(values.preset, "ALT-10")))
    if due_back <= now:
        blocks.append(Block("The time due back has passed already."))
    if unannounced_reason and not (visit and not visit.announced):
        blocks += unannounced_blocks(values, purpose, unannounced_reason, by_roles)
    return blocks


def unannounced_blocks(values: Values, purpose: str, reason: str, by_roles: Collection[str]) -> list[Block]:
    """Why a visit with this purpose may not go unannounced. A visit that the ladder raised carries its reason itself (SEC-05)."""
    allowed = values.unannounced_allowed_for
    passes = (
        purpose in allowed.get("purposes", [])
        or set(by_roles) & set(allowed.get("roles", []))
        or (allowed.get("other_purposes") == "reason" and reason)
        or (allowed.get("other_roles") == "warn" and reason)
    )
    return (
        []
        if passes
        else [Block("A visit for this purpose is announced to the family beforehand.", clause(values, "unannounced_allowed_for"))]
    )


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
            blocks.append(Block(f"“{_words([question])}” is answered yes: say what is done about it.", clause(values, "risk_form")))
    for question in MUST_BE_YES:
        if question in answers and not _yes(answers[question]):
            blocks.append(Block(f"“{_words([question])}” must be yes before a visit.", clause(values, "risk_form")))
    return blocks


def _yes(answer: object) -> bool:
    return answer is True or str(answer).lower() in ("yes", "true")


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
        blocks.append(Block(f"Visits are approved here by: {_words(values.approvers)}.", clause(values, "approvers")))
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


def mobile_blocks(pair: Sequence[Staff], values: Values, clause_id: str | None = None) -> list[Block]:
    """Who has no mobile number on file, where the policy demands one before the visit."""
    demanded = clause_id or MOBILE.get(values.preset)
    return [Block(f"There is no mobile number for {person}.", demanded) for person in pair if demanded and not person.mobile]


def check_in_blocks(visit: HomeVisit, values: Values, point: str, by: Staff, adult_present: bool | None, now: datetime) -> list[Block]:
    """Why this point cannot be checked in."""
    members = {member.staff_id: member for member in visit.members.select_related("staff")}
    blocks = []
    if by.pk not in members and not roles_of(by, visit.school, local_day(now)) & OFFICE:
        blocks.append(Block("Only those who go, or the office for them, check in."))
    if point == CheckIn.Point.DEPARTED:
        if visit.departed_at:
            blocks.append(Block("They have departed already."))
        elif visit.status != Status.APPROVED:
            blocks.append(Block("The visit is not approved: nobody leaves yet.", clause(values, "approvers")))
        blocks += mobile_blocks([member.staff for member in members.values()], values)
    elif not visit.departed_at:
        blocks.append(Block("They have not departed yet.", clause(values, "check_in_points")))
    elif visit.returned_at:
        blocks.append(Block("They are back already."))
    if point == CheckIn.Point.INSIDE:
        blocks += _inside_blocks(visit, values, adult_present)
    return blocks


def _inside_blocks(visit: HomeVisit, values: Values, adult_present: bool | None) -> list[Block]:
    blocks = []
    if values.entry_needs_appointment and not visit.announced:
        blocks.append(Block("Without an appointment you stay at the door.", clause(values, "entry_needs_appointment")))
    if values.adult_present_rule != "warn" and adult_present is not True:
        blocks.append(Block("Nobody goes in unless an adult is present.", clause(values, "adult_present_rule")))
    if values.preset == "academy-trust" and visit.members.filter(arrived_at__isnull=True).exists():
        blocks.append(Block("Wait outside until everyone has arrived.", "MAT-22"))
    return blocks


def outcome_blocks(visit: HomeVisit, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot say what the visit found."""
    if not visit.departed_at:
        return [Block("Nobody has gone yet: there is nothing found.")]
    if visit.members.filter(staff=by).exists() or roles_of(by, visit.school, local_day(now)) & OFFICE:
        return []
    return [Block("Only those who went, or the office for them, say what the visit found.")]


def acknowledge_blocks(visit: HomeVisit, values: Values, by: Staff) -> list[Block]:
    """Why this person cannot take the alarm on."""
    if not visit.alarms.exists():
        return [Block("There is no alarm.", clause(values, "alarm_rest"))]
    if visit.members.filter(staff=by).exists():
        return [Block("The pair itself does not silence its alarm.", clause(values, "alarm_rest"))]
    return []
