"""What the safeguarding team decides about a visit of high risk (PRI-12)."""

from datetime import datetime

from django.db import transaction

from homevisits.common.errors import BadInput, refuse_if
from homevisits.people.models import Staff

from ..models import HomeVisit, SafeguardingDecision
from ..rules.risk import safeguarding_blocks
from .appointment_changes import withdraw
from .changes import void_approvals
from .common import draft_letter, locked, note

Status = HomeVisit.Status
Decision = SafeguardingDecision.Decision
ENDS = {Decision.MEET_AT_SCHOOL: Status.MEETING, Decision.DO_NOT_VISIT: Status.NOT_VISITING}


def decide_high_risk(
    *, visit: HomeVisit, decision: str, reason: str, by: Staff, now: datetime, other_contact: str = ""
) -> SafeguardingDecision:
    """Record what the safeguarding team decides about a high-risk visit (PRI-12).

    Not to visit needs `other_contact`, what is used instead (ATT-81). Raises Blocked for anybody else or another risk,
    BadInput without a reason.
    """
    if decision not in Decision.values:
        raise BadInput(f"“{decision}” is not a decision: visit, meet at school, or do not visit.")
    if not reason.strip():
        raise BadInput("The decision needs its reason.")
    if decision == Decision.DO_NOT_VISIT and not other_contact.strip():
        raise BadInput("Say which other contact with the family is used instead.")
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(safeguarding_blocks(visit, visit.policy.values, by, now))
        row = SafeguardingDecision.objects.create(
            visit=visit, decision=decision, reason=reason.strip(), other_contact=other_contact.strip(), at=now, by=by
        )
        if decision in ENDS:
            void_approvals(visit, now)
            visit.status = ENDS[Decision(decision)]
            visit.save(update_fields=["status"])
            withdraw(visit=visit, why=str(Decision(decision).label), by=by, now=now)
            if decision == Decision.MEET_AT_SCHOOL:
                draft_letter(visit, "appointment", now)
        note(visit, "safeguarding_decided", by=by, now=now, says=_said(row), decision=decision)
    return row


def _said(row: SafeguardingDecision) -> str:
    instead = f" Used instead: {row.other_contact}" if row.other_contact else ""
    return f"{Decision(row.decision).label}: {row.reason}{instead}"
