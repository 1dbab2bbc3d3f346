"""The school's own home visit risk assessment (ATT-13), and that who goes has read it (ATT-81)."""

from collections.abc import Collection

from homevisits.common.errors import Block
from homevisits.people.matrix import allows
from homevisits.people.models import School
from homevisits.policy.values import Values

from ..models import HomeVisit, SchoolAssessment, VisitMember, VisitRisk
from ..risk_questions import MATRIX
from .common import clause, words

ACT = "keep_school_assessment"


def current_assessment(school: School) -> SchoolAssessment | None:
    """The version in force, None before the first."""
    return SchoolAssessment.objects.filter(school=school).select_related("by").order_by("-number").first()


def keeper_blocks(values: Values, roles: Collection[str]) -> list[Block]:
    """Why a person with these roles cannot make or amend the school's assessment."""
    if values.school_assessment_by:
        if values.school_assessment_by in roles:
            return []
        return [
            Block(f"The school’s assessment is made by: {words([values.school_assessment_by])}.", clause(values, "school_assessment_by"))
        ]
    return [] if allows(ACT, roles) else [Block("The school’s assessment is made by its head or deputy head.")]


def new_risk_blocks(visit: HomeVisit, values: Values, risk: VisitRisk) -> list[Block]:
    """Why a visit that brings a new risk waits: the school's assessment must be amended first (ATT-13)."""
    if not values.school_assessment_by or not risk.new_risk:
        return []
    since = visit.risks.filter(new_risk=risk.new_risk).order_by("at").values_list("at", flat=True)[0]
    if SchoolAssessment.objects.filter(school=visit.school, at__gte=since).exists():
        return []
    says = f"This visit brings a new risk: first the {words([values.school_assessment_by])} amends the school’s own assessment."
    return [Block(says, clause(values, "school_assessment_by"))]


def reading_blocks(visit: HomeVisit, values: Values) -> list[Block]:
    """Who goes and has not confirmed, for themselves, that they read the school's assessment in force (ATT-81)."""
    if values.risk_form == MATRIX:
        return []
    now_in_force = current_assessment(visit.school)
    if now_in_force is None:
        if not values.school_assessment_by:
            return []
        says = f"The school has no home visit risk assessment yet: the {words([values.school_assessment_by])} makes it."
        return [Block(says, clause(values, "school_assessment_by"))]
    lacking = [member.staff.name for member in visit.members.select_related("staff").order_by("pk") if not has_read(member, now_in_force)]
    return [Block(f"{name} has not confirmed reading the school’s assessment.", clause(values, "risk_form")) for name in lacking]


def has_read(member: VisitMember, assessment: SchoolAssessment) -> bool:
    """Whether one of those who go has confirmed reading the version in force."""
    return member.assessment_read_at is not None and member.assessment_read_at >= assessment.at
