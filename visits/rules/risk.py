"""The risk assessment: when it is complete, when it still holds, and what the safeguarding team decides."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from homevisits.common.clock import local_day
from homevisits.common.errors import Block, Caution
from homevisits.people.access import roles_of
from homevisits.people.matrix import HEADS
from homevisits.people.models import Household, Role, Staff
from homevisits.policy.values import Values
from safeguarding.models import HouseholdWarning
from safeguarding.selectors.warnings import warnings_for

from ..models import HomeVisit, SafeguardingDecision, VisitRisk
from ..models.planning import RiskLevel
from ..risk_questions import BY_CODE, FIRST_FIVE, MATRIX, MUST_BE_YES, TWO_WORSE, asked, is_no, is_yes, words_of, yes_among
from ..scoring import LIKELIHOODS, SEVERITIES, Score, rating, score
from ..states import PENDING
from .common import Status, clause, is_below, sent_at_once
from .school_assessment import new_risk_blocks, reading_blocks

# Rules without a setting: the clause of the running preset that demands it, else the first policy's.
ASSESSMENT = {"attendance-officer": "ATT-80", "academy-trust": "MAT-10", "alternative-provision": "ALT-02"}
FROM_VISIT = "Visit of "
DECISIONS = ("confirmed", "changed", "ended")


@dataclass(frozen=True)
class Answers:
    """What is said in one assessment. `warnings`: {number of a household warning: {"decision": …, "says": …}}."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    actions: Mapping[str, Any] = field(default_factory=dict)
    hazards: Sequence[Mapping[str, Any]] = ()
    warnings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    other_contact: str = ""
    lowered_because: str = ""


def risk_blocks(visit: HomeVisit, values: Values, level: str, given: Answers, now: datetime) -> list[Block]:
    """Why this risk assessment is not complete, or its level too low."""
    blocks = state_blocks(visit)
    computed = score_of(visit, values, given, now)
    if is_below(level, computed.level):
        blocks += _too_low(visit, values, level, computed, given)
    return blocks + _question_blocks(values, given) + _hazard_blocks(values, given) + _warning_blocks(visit, values, given, now)


def state_blocks(visit: HomeVisit) -> list[Block]:
    """Why the risk of the visit can no longer be assessed."""
    if visit.status in PENDING and not visit.departed_at:
        return []
    return [Block(f"The visit is “{Status(visit.status).label.lower()}”: its risk can no longer be assessed.")]


def _too_low(visit: HomeVisit, values: Values, level: str, computed: Score, given: Answers) -> list[Block]:
    """Why the level cannot be below the computed one: a first visit (ATT-80), a hazard rated high (MAT-30), or no reason in writing."""
    minimum = values.first_visit_minimum_risk
    if is_first_visit(visit) and is_below(level, minimum):
        says = f"A first visit to this home is at least of {minimum} risk: the level can be raised, not lowered."
        return [Block(says, clause(values, "first_visit_minimum_risk"))]
    high = [str(row.get("hazard")) for row in given.hazards if rating(row) == RiskLevel.HIGH]
    if high:
        return [Block(f"“{high[0]}” is rated high in the matrix: the level stays high until it is rated otherwise.", "MAT-30")]
    if given.lowered_because.strip():
        return []
    return [Block(f"The answers give {computed.level} risk: say in writing why it is lower.", form_clause(values))]


def lowered_cautions(visit: HomeVisit) -> list[Caution]:
    """That somebody set the level below what the answers give, with the reason: the approver sees it before signing."""
    risk = current_risk(visit)
    if risk is None or not risk.lowered_because or not risk.is_lowered:
        return []
    found, level = risk.get_computed_display().lower(), risk.get_level_display().lower()
    says = f"The answers give {found} risk. {risk.by} lowered it to {level}, because: {risk.lowered_because}"
    return [Caution(says, form_clause(visit.policy.values))]


def _question_blocks(values: Values, given: Answers) -> list[Block]:
    blocks = []
    for question in asked(values):
        answer = given.answers.get(question.code)
        if not is_yes(answer) and not is_no(answer):
            blocks.append(Block(f"“{question.words}” is not answered.", _clause_of(question.code, values)))
    for code in (*FIRST_FIVE, TWO_WORSE):
        measure = str(given.actions.get(code) or "").strip()
        decided = given.other_contact.strip() and code != TWO_WORSE
        if is_yes(given.answers.get(code)) and not measure and not decided:
            says = f"“{words_of(code)}” is answered yes: say what is done about it, or decide not to visit and which other contact is used."
            says = says if code != TWO_WORSE else f"“{words_of(code)}” is answered yes: say which measure is taken."
            blocks.append(Block(says, _clause_of(code, values)))
    for code in MUST_BE_YES:
        if is_no(given.answers.get(code)):
            blocks.append(Block(f"“{words_of(code)}” must be yes before a visit.", form_clause(values)))
    return blocks


def _hazard_blocks(values: Values, given: Answers) -> list[Block]:
    if values.risk_form != MATRIX:
        return []
    blocks = [] if given.hazards else [Block("The hazards are not gone through.", "MAT-30")]
    for row in given.hazards:
        name = str(row.get("hazard") or "").strip()
        if not name:
            blocks.append(Block("A hazard has no name.", "MAT-30"))
        elif row.get("severity") not in SEVERITIES or row.get("likelihood") not in LIKELIHOODS:
            blocks.append(Block(f"“{name}” needs its severity and its likelihood.", "MAT-30"))
    return blocks


def _warning_blocks(visit: HomeVisit, values: Values, given: Answers, now: datetime) -> list[Block]:
    """What is known of the family is confirmed, changed or ended, never passed over (PRI-01)."""
    blocks = []
    for warning in carried(visit, now):
        said = given.warnings.get(str(warning.pk), {})
        if said.get("decision") not in DECISIONS:
            says = f"A warning from before ({warning.source}) is neither confirmed, changed nor ended."
            blocks.append(Block(says, ASSESSMENT.get(values.preset, "PRI-01")))
        elif said["decision"] == "changed" and not str(said.get("says") or "").strip():
            blocks.append(Block(f"Say how the warning from before ({warning.source}) reads now.", ASSESSMENT.get(values.preset, "PRI-01")))
    return blocks


def form_clause(values: Values) -> str | None:
    """The clause behind the form that the policy chose."""
    return "MAT-30" if values.risk_form == MATRIX else clause(values, "risk_form")


def _clause_of(code: str, values: Values) -> str | None:
    return "MAT-27" if code == TWO_WORSE else clause(values, "risk_form") if code in BY_CODE else form_clause(values)


def score_of(visit: HomeVisit, values: Values, given: Answers, now: datetime) -> Score:
    """The level that these answers give for this visit, and why."""
    holds = {key for key, said in given.warnings.items() if said.get("decision") in ("confirmed", "changed")}
    known = {warning.about for warning in carried(visit, now) if str(warning.pk) in holds}
    rows = [row for row in given.hazards if row.get("severity") in SEVERITIES and row.get("likelihood") in LIKELIHOODS]
    return score(
        found=yes_among(given.answers), known=known, hazards=rows, first_visit=is_first_visit(visit),
        first_minimum=values.first_visit_minimum_risk,
    )  # fmt: skip


def carried(visit: HomeVisit, now: datetime) -> list[HouseholdWarning]:
    """The home's warnings that this visit's assessment must go through: all that hold, but for those that it wrote itself."""
    return [one for one in warnings_for(visit.household, local_day(now)) if not own_warning(visit, one)]


def own_warning(visit: HomeVisit, warning: HouseholdWarning) -> bool:
    """Whether the visit's own assessment wrote this warning; what the family said when it was agreed is none of these."""
    return warning.visit_id == visit.pk and warning.source.startswith(FROM_VISIT)


def is_first_visit(visit: HomeVisit) -> bool:
    """Whether nobody has visited the family at this address: a change of address makes the next visit a first one again (ATT-80)."""
    made = HomeVisit.objects.filter(household=visit.household_id, status__in=(Status.DONE, Status.CLOSED), departed_at__isnull=False)
    here = home_address(visit.household)
    return not any(_plain(f"{one.address} {one.postcode}") == here for one in made.exclude(pk=visit.pk).only("address", "postcode"))


def home_address(household: Household) -> str:
    """A home's address so that it can be compared: no matter of spaces, lines or capitals."""
    return _plain(f"{household.address} {household.postcode}")


def _plain(address: str) -> str:
    return " ".join(address.replace(",", " ").split()).lower()


def current_risk(visit: HomeVisit) -> VisitRisk | None:
    """The risk assessment that holds now."""
    return visit.risks.filter(replaced_at__isnull=True).first()


def staleness(visit: HomeVisit, risk: VisitRisk, now: datetime) -> list[str]:
    """Which circumstances have changed since the assessment, in sentences: it must be gone through again."""
    changed = [risk.stale_because or "circumstances have changed"] if risk.stale_at else []
    if risk.address and risk.address != home_address(visit.household):
        changed.append("the family has another address now")
    if set(visit.members.values_list("staff_id", flat=True)) - set(risk.pair):
        changed.append("somebody else goes now")
    if any(str(warning.pk) not in risk.warnings for warning in carried(visit, now)):
        changed.append("what is known of the home has changed")
    return changed


def risk_ready_blocks(visit: HomeVisit, now: datetime) -> list[Block]:
    """Why the risk does not let the visit be approved or, once it is approved, staff leave. Break-glass goes without (its review asks)."""
    if sent_at_once(visit):
        return []
    values, risk = visit.policy.values, current_risk(visit)
    demanded = ASSESSMENT.get(values.preset, "PRI-01")
    if risk is None:
        return [Block("There is no completed risk assessment.", demanded)]
    blocks = [
        Block(f"The risk assessment must be gone through again: {why}.", demanded) for why in staleness(visit, risk, now)
    ]  # fmt: skip
    blocks += new_risk_blocks(visit, values, risk) + reading_blocks(visit, values) + team_blocks(visit, values, risk)
    return blocks + (matrix_blocks(visit, values, risk) if visit.status == Status.APPROVED else [])


def team_blocks(visit: HomeVisit, values: Values, risk: VisitRisk) -> list[Block]:
    """Why a visit of high risk waits for the safeguarding team (PRI-12)."""
    if risk.level != RiskLevel.HIGH or not values.high_risk_needs_safeguarding_decision or decided_to_visit(visit, risk):
        return []
    says = "The risk is high: the safeguarding team decides first whether to visit."
    return [Block(says, clause(values, "high_risk_needs_safeguarding_decision"))]


def decided_to_visit(visit: HomeVisit, risk: VisitRisk) -> bool:
    """Whether the team's last word is to visit, and was said of an assessment that found what this one finds."""
    decision = visit.decisions.order_by("-at", "-pk").first()
    if decision is None or decision.decision != SafeguardingDecision.Decision.VISIT:
        return False
    then = visit.risks.filter(at__lte=decision.at).order_by("-at", "-pk").first()
    return then is not None and (then.level, then.answers, then.hazards) == (risk.level, risk.answers, risk.hazards)


def matrix_blocks(visit: HomeVisit, values: Values, risk: VisitRisk) -> list[Block]:
    """What the lone working assessment must hold before anybody leaves (MAT-30)."""
    if values.risk_form != MATRIX:
        return []
    missing = {
        "Say who is vulnerable, or that nobody is": not risk.vulnerable_persons.strip(),
        "Say that the safeguarding team is aware": risk.safeguarding_aware is not True,
        "Agree a safe word": not visit.safe_word,
    }
    return [Block(f"{says}: the risk assessment asks for it before anybody leaves.", "MAT-30") for says, lacks in missing.items() if lacks]


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


def reads_assessment(visit: HomeVisit, person: Staff, roles: Collection[str], approves: bool) -> bool:
    """Whether this person reads what the assessment found: who sees the warnings, heads, and whoever assessed it before (PRI-20).

    To everybody else with access to the visit it says that it was done, and its level.
    """
    own = sees_warnings(visit, person, roles, approves) or bool(HEADS & set(roles))
    return own or visit.risks.filter(by=person).exists()


def sees_warnings(visit: HomeVisit, person: Staff, roles: Collection[str], approves: bool) -> bool:
    """Whether this person reads what is known of the home: who goes, who approves, the safeguarding team."""
    return approves or bool({Role.DSL, Role.DEPUTY_DSL} & set(roles)) or visit.members.filter(staff=person).exists()
