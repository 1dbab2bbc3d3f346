"""Assessing the risk of a visit, and what the safeguarding team decides about a high one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from homevisits.common.errors import BadInput, refuse_if
from homevisits.people.models import Staff

from ..models import HomeVisit, SafeguardingDecision, VisitRisk
from ..models.planning import RiskLevel
from ..rules.risk import risk_blocks, safeguarding_blocks
from .changes import plan_changed, void_approvals
from .common import draft_letter, locked, note

Status = HomeVisit.Status
Decision = SafeguardingDecision.Decision


def assess_risk(
    *,
    visit: HomeVisit,
    level: str,
    by: Staff,
    now: datetime,
    answers: Mapping[str, Any] | None = None,
    actions: Mapping[str, Any] | None = None,
) -> VisitRisk:
    """Complete the visit's risk assessment, or amend it: an amended one voids approvals and keeps the earlier version (ATT-13).

    Raises Blocked when it is incomplete or too low for a first visit, BadInput for a level that does not exist.
    """
    if level not in RiskLevel.values:
        raise BadInput(f"“{level}” is not a level of risk: low, medium or high.")
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(risk_blocks(visit, visit.policy.values, level, dict(answers or {}), dict(actions or {})))
        visit.risks.filter(replaced_at__isnull=True).update(replaced_at=now)
        risk = VisitRisk.objects.create(visit=visit, level=level, answers=dict(answers or {}), actions=dict(actions or {}), at=now, by=by)
        plan_changed(visit, says="its risk was assessed again", by=by, now=now)
        note(visit, "risk_assessed", by=by, now=now, level=level, risk=risk.pk)
    return risk


def decide_high_risk(*, visit: HomeVisit, decision: str, reason: str, by: Staff, now: datetime) -> SafeguardingDecision:
    """Record what the safeguarding team decides about a high-risk visit (PRI-12).

    Raises Blocked for anybody else or another risk, BadInput without a reason.
    """
    if decision not in Decision.values:
        raise BadInput(f"“{decision}” is not a decision: visit, meet at school, or do not visit.")
    if not reason.strip():
        raise BadInput("The decision needs its reason.")
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(safeguarding_blocks(visit, visit.policy.values, by, now))
        row = SafeguardingDecision.objects.create(visit=visit, decision=decision, reason=reason, at=now, by=by)
        ends = {Decision.MEET_AT_SCHOOL: Status.MEETING, Decision.DO_NOT_VISIT: Status.NOT_VISITING}
        if decision in ends:
            void_approvals(visit, now)
            visit.status = ends[Decision(decision)]
            visit.save(update_fields=["status"])
            if decision == Decision.MEET_AT_SCHOOL:
                draft_letter(visit, "appointment", now)
        note(visit, "safeguarding_decided", by=by, now=now, says=reason, decision=decision)
    return row
