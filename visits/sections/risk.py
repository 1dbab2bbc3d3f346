"""The risk of a visit on its page, and what the infection annex asks of it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from homevisits.people.matrix import SAFEGUARDING
from homevisits.people.models import Staff

from ..models import HomeVisit
from ..risk_questions import ABOUT, MATRIX
from ..rules.annex import LEAVE, annex_blocks, annex_of
from ..rules.risk import current_risk, risk_ready_blocks, staleness
from ..rules.school_assessment import current_assessment, has_read
from ..selectors import risk as risks

S = HomeVisit.Status
LOOKS = {"low": "done", "medium": "open", "high": "due"}


def section(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> dict[str, Any] | None:
    """The level; to who reads it also why, what is known of the home and what is done about it; who read the school's assessment."""
    risk = current_risk(visit)
    sees = risks.seen(visit, person, now, roles)
    known = risks.known_of(visit, now) if sees.warnings else []
    open_now = visit.status in (S.RAISED, S.PLANNED, S.SENT_BACK, S.APPROVED)
    if risk is None and not known and not open_now:
        return None
    in_force = current_assessment(visit.school) if visit.policy.values.risk_form != MATRIX else None
    members = visit.members.select_related("staff").order_by("pk") if in_force else []
    return {
        "risk": risk,
        "look": LOOKS[risk.level] if risk else "due",
        "reads": sees.assessment,
        "found": risks.risks_found(risk) if risk and sees.assessment else [],
        "hazards": risks.hazards_of(visit, risk) if risk and sees.assessment else [],
        "medical": risks.medical_of(visit, risk, person, now),
        "known": known,
        "about": ABOUT,
        "keeps_warnings": bool(SAFEGUARDING & set(roles)),
        "stale": staleness(visit, risk, now) if risk and open_now else [],
        "missing": risk_ready_blocks(visit, now) if risk and open_now else [],
        "read": [(member.staff, has_read(member, in_force)) for member in members] if in_force else [],
        "decision": visit.decisions.select_related("by").order_by("-at", "-pk").first(),
        "versions": visit.risks.count(),
    }


def annex(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> dict[str, Any] | None:
    """What the infection annex asks, while it is on."""
    in_force = annex_of(visit, now)
    if in_force is None or visit.status not in (S.RAISED, S.PLANNED, S.SENT_BACK, S.APPROVED):
        return None
    policy = visit.policy.values.infection_annex
    return {
        "annex": in_force,
        "blocks": annex_blocks(visit, now),
        "leave": visit.approvals.filter(role=LEAVE, voided_at__isnull=True).first(),
        "keeps": policy is not None and policy["changed_by"] in roles,
    }
