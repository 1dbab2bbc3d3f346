"""Acts about the risk of a visit, and about what it became."""

from collections.abc import Collection

from homevisits.people.matrix import OFFICE, SAFEGUARDING, allows
from homevisits.people.models import Staff

from ..models import HomeVisit
from ..models.planning import RiskLevel
from ..rules.meeting import end_blocks
from ..rules.risk import current_risk, safeguarding_blocks, state_blocks, team_blocks
from ..rules.school_assessment import current_assessment, has_read
from .act import Act

S = HomeVisit.Status
BEFORE = frozenset({S.RAISED, S.PLANNED, S.SENT_BACK, S.APPROVED})


def _reads(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    """Until they have confirmed it for themselves."""
    member, in_force = visit.members.filter(staff=person).first(), current_assessment(visit.school)
    return member is not None and in_force is not None and not has_read(member, in_force)


def _team(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    risk = current_risk(visit)
    high = risk is not None and risk.level == RiskLevel.HIGH
    return bool(SAFEGUARDING & set(roles)) and risk is not None and high and bool(team_blocks(visit, visit.policy.values, risk))


def _ends(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    return bool(OFFICE & set(roles)) or visit.members.filter(staff=person).exists()


RISK_ACTS = (
    Act("assess", "Assess the risk", "visit_risk", BEFORE, lambda v, p, r: allows("assess_risk", r), lambda v, p, now: state_blocks(v)),
    Act("read", "Read the school’s assessment", "visit_risk_read", BEFORE, _reads, lambda v, p, now: []),
    Act(
        "decide", "Decide about the high risk", "high_risk_decide", BEFORE, _team,
        lambda v, p, now: safeguarding_blocks(v, v.policy.values, p, now),
    ),
    Act("met", "How the meeting went", "visit_meeting", frozenset({S.MEETING}), _ends, lambda v, p, now: end_blocks(v, S.MEETING, now)),
    Act(
        "contact", "Record the other contact", "visit_other_contact", frozenset({S.NOT_VISITING}), _ends,
        lambda v, p, now: end_blocks(v, S.NOT_VISITING, now),
    ),
)  # fmt: skip
