"""Risk, as its pages show it: to each person what they may read."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from homevisits.common.clock import local_day
from homevisits.people.access import roles_of
from homevisits.people.models import School, Staff
from safeguarding.models import HouseholdWarning

from ..hazards import ticks
from ..models import AnnexVersion, HomeVisit, Isolation, SchoolAssessment, VisitRisk
from ..models.planning import RiskLevel
from ..risk_questions import STAFF_CONDITION
from ..risk_words import found, lines, rated
from ..rules.approval import approver_roles
from ..rules.risk import carried, current_risk, decided_to_visit, reads_assessment, sees_warnings
from ..snapshot import Change
from ..states import PENDING

Shown = list[tuple[str, bool, bool]]


@dataclass(frozen=True)
class Version:
    """One assessment of a visit, with what reads differently from the one before."""

    risk: VisitRisk
    lines: dict[str, str]
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True)
class Seen:
    """What a person reads of a visit's risk: what is known of the home from before, and what the assessment found."""

    warnings: bool
    assessment: bool


EVERYTHING = Seen(warnings=True, assessment=True)


def seen(visit: HomeVisit, person: Staff, now: datetime, roles: Collection[str] | None = None) -> Seen:
    """What this person reads; `roles` are those held in the visit's school where the caller knows them."""
    held = roles_of(person, visit.school, local_day(now)) if roles is None else roles
    approver = approves(visit, person, now)
    return Seen(sees_warnings(visit, person, held, approver), reads_assessment(visit, person, held, approver))


def approves(visit: HomeVisit, person: Staff, now: datetime) -> bool:
    """Whether the person is one of those who approve the visit: only they read the staff's medical answers (ATT-81)."""
    return bool(approver_roles(visit.school, visit.policy.values, person, now)) and not visit.members.filter(staff=person).exists()


def medical_of(visit: HomeVisit, risk: VisitRisk | None, person: Staff, now: datetime) -> dict[str, str]:
    """The staff's medical answer with what is said and done, for those who approve; nothing for everybody else."""
    if risk is None or not approves(visit, person, now):
        return {}
    return dict(risk.medical.get(STAFF_CONDITION, {}))


def seen_controls(visit: HomeVisit) -> set[str]:
    """Which controls the product sees to be in place (MAT-32)."""
    members = list(visit.members.select_related("staff"))
    risk = current_risk(visit)
    seen = {
        "team_told": bool(visit.departed_at) or bool(risk and risk.safeguarding_aware),
        "two_staff": len(members) >= 2,
        "signed_out": bool(visit.departed_at),
        "mobile": bool(members) and all(member.staff.mobile for member in members),
    }
    return {code for code, is_so in seen.items() if is_so}


def hazards_of(visit: HomeVisit, risk: VisitRisk) -> list[tuple[dict[str, str], Shown]]:
    """The rows of the matrix, each with its controls as (words, in place, seen by the product)."""
    seen = seen_controls(visit)
    return [({**row, "rated": rated(row)}, ticks(row, seen)) for row in risk.hazards]


def versions(visit: HomeVisit) -> list[Version]:
    """Every assessment of the visit, the newest first."""
    rows = list(visit.risks.select_related("by").order_by("at", "pk"))
    out: list[Version] = []
    before: dict[str, str] = {}
    for row in rows:
        now = lines(row)
        changes = [Change(one, before.get(one, ""), now.get(one, "")) for one in dict.fromkeys([*now, *before])] if out else []
        out.append(Version(row, now, [change for change in changes if change.before != change.after]))
        before = now
    return out[::-1]


def known_of(visit: HomeVisit, now: datetime) -> list[HouseholdWarning]:
    """What is known of the home from before and from elsewhere."""
    return carried(visit, now)


def risks_found(risk: VisitRisk) -> list[tuple[str, str, str]]:
    """What was answered yes, with what is known and what is done."""
    return found(risk)


def waiting_high(school: School) -> list[HomeVisit]:
    """The visits of high risk on which the safeguarding team has not decided, the soonest first."""
    open_ones = HomeVisit.objects.filter(
        school=school, status__in=PENDING, departed_at__isnull=True, risks__replaced_at__isnull=True, risks__level=RiskLevel.HIGH
    ).select_related("policy", "household", "school")
    rows = open_ones.prefetch_related("visit_pupils__pupil", "members__staff").order_by("due_at", "pk")
    wants = [visit for visit in rows if visit.policy.values.high_risk_needs_safeguarding_decision]
    return [visit for visit in wants if (risk := current_risk(visit)) and not decided_to_visit(visit, risk)]


def decided_lately(school: School, count: int = 10) -> QuerySet[HomeVisit]:
    """Visits on which the team decided, the latest first."""
    return HomeVisit.objects.filter(school=school, decisions__isnull=False).distinct().order_by("-pk")[:count]


def school_assessments(school: School) -> QuerySet[SchoolAssessment]:
    """Every version of the school's own assessment, the newest first."""
    return SchoolAssessment.objects.filter(school=school).select_related("by").order_by("-number")


def annex_versions(school: School) -> QuerySet[AnnexVersion]:
    """Every version of the annex, the newest first."""
    return AnnexVersion.objects.filter(school=school).select_related("by").order_by("-at", "-pk")


def isolations(school: School, day: object) -> QuerySet[Isolation]:
    """Who isolates, the longest last."""
    found = Isolation.objects.filter(pupil__school=school, ended_at__isnull=True, until__gte=day)
    return found.select_related("pupil", "by").order_by("until", "pk")
