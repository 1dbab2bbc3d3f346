"""Approving, declining, sending back: one decision at a time, on the row as it is now (R15)."""

from datetime import datetime

from django.db import transaction

from homevisits.common.errors import BadInput, refuse_if
from homevisits.people.models import Staff

from ..models import HomeVisit, VisitApproval
from ..rules.approval import approval_blocks, approver_roles, decision_blocks
from ..rules.common import status_blocks
from ..rules.risk import current_risk
from .changes import void_approvals
from .common import draft_letter, locked, note

Status = HomeVisit.Status


def approve(*, visit: HomeVisit, by: Staff, now: datetime) -> bool:
    """Sign the visit in every role in which this person approves; whether it now has all approvals that the policy needs.

    Raises Blocked with every rule that stands against it.
    """
    with transaction.atomic():
        visit = locked(visit)
        values = visit.policy.values
        refuse_if(approval_blocks(visit, visit.policy, by, now))
        risk = current_risk(visit)
        assert risk is not None
        given = set(visit.approvals.filter(voided_at__isnull=True).values_list("role", flat=True))
        mine = [role for role in approver_roles(visit.school, values, by, now) if role not in given]
        VisitApproval.objects.bulk_create(
            [VisitApproval(visit=visit, role=role, staff=by, name=by.name, risk=risk, at=now) for role in mine]
        )
        whole = values.approvals_needed == "any" or given | set(mine) >= set(values.approvers)
        if whole:
            visit.status = Status.APPROVED
            visit.save(update_fields=["status"])
            if visit.announced:
                draft_letter(visit, "appointment", now)
        note(visit, "approved" if whole else "approved_in_part", by=by, now=now, roles=mine)
    return whole


def decline(*, visit: HomeVisit, reason: str, by: Staff, now: datetime) -> None:
    """Decide that the visit is not made. Raises Blocked, or BadInput without a reason."""
    _decide(visit, Status.DECLINED, "declined", reason, by, now)


def send_back(*, visit: HomeVisit, reason: str, by: Staff, now: datetime) -> None:
    """Send the visit back for changes. Raises Blocked, or BadInput without a reason."""
    _decide(visit, Status.SENT_BACK, "sent_back", reason, by, now)


def _decide(visit: HomeVisit, to: str, what: str, reason: str, by: Staff, now: datetime) -> None:
    if not reason.strip():
        raise BadInput("Please say why, in a sentence.")
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(decision_blocks(visit, visit.policy.values, by, now) + status_blocks(visit, to))
        void_approvals(visit, now)
        visit.status = to
        visit.save(update_fields=["status"])
        note(visit, what, by=by, now=now, says=reason)
