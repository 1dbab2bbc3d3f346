"""Giving a visit its pair and time, assessing its risk, deciding about a high one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, refuse_if
from homevisits.people.access import roles_of
from homevisits.people.models import Pupil, School, Staff
from homevisits.policy.selectors import version_in_force

from ..models import HomeVisit, SafeguardingDecision, VisitMember, VisitPupil, VisitRisk
from ..models.planning import RiskLevel
from ..rules.people import pair_blocks
from ..rules.plans import plan_blocks
from ..rules.risk import risk_blocks, safeguarding_blocks
from .changes import plan_changed, void_approvals
from .common import draft_letter, locked, note

Status = HomeVisit.Status
Decision = SafeguardingDecision.Decision


def plan_visit(
    *,
    school: School,
    pupil: Pupil,
    visit: HomeVisit | None,
    pair: Sequence[Staff],
    due_back: datetime,
    by: Staff,
    now: datetime,
    purpose: str = "",
    unannounced_reason: str = "",
) -> HomeVisit:
    """Give the visit its pair and the time it is due back, or plan a new one when `visit` is None.

    Planning again voids approvals given before. Raises Blocked with every rule that stands against it.
    """  # fmt: skip
    with transaction.atomic():
        visit = locked(visit) if visit else None
        policy = visit.policy if visit else version_in_force(school, local_day(now))
        purpose = visit.purpose if visit else purpose
        roles = roles_of(by, school, local_day(now))
        blocks = plan_blocks(visit, policy.values, purpose, unannounced_reason, roles, due_back, now)
        refuse_if(blocks + pair_blocks(visit, school, policy, pair, purpose, due_back, now))
        if visit is None:
            visit = _new(school, pupil, policy.pk, purpose, unannounced_reason, by, now)
        elif unannounced_reason:
            visit.unannounced_reason = unannounced_reason
        visit.members.exclude(staff__in=pair).delete()
        VisitMember.objects.bulk_create([VisitMember(visit=visit, staff=person) for person in dict.fromkeys(pair)], ignore_conflicts=True)
        visit.due_back = due_back
        visit.save(update_fields=["due_back", "unannounced_reason"])
        plan_changed(visit, says="it was planned again", by=by, now=now)
        if visit.status != Status.PLANNED:
            visit.status = Status.PLANNED
            visit.save(update_fields=["status"])
        note(visit, "planned", by=by, now=now, pair=[person.pk for person in pair])
    return visit


def _new(school: School, pupil: Pupil, policy_id: int, purpose: str, unannounced_reason: str, by: Staff, now: datetime) -> HomeVisit:
    visit = HomeVisit.objects.create(
        school=school, household=pupil.household, policy_id=policy_id, purpose=purpose, reason=unannounced_reason,
        announced=not unannounced_reason,
        unannounced_reason=unannounced_reason, address=pupil.household.address, postcode=pupil.household.postcode, due_at=now,
        raised_at=now,
        raised_by=by,
    )  # fmt: skip
    VisitPupil.objects.create(visit=visit, pupil=pupil)
    return visit


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
