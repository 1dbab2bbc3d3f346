"""Approval on a visit's page: who signed what and when, signatures that no longer hold, the week's list, the permission form."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from homevisits.people.models import Staff

from ..models import HomeVisit
from ..rules.approval import missing_roles, named, role_words, who_approves
from ..rules.weekly import weekly_blocks

S = HomeVisit.Status


def section(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> dict[str, Any] | None:
    """Nothing before the visit has been planned."""
    signed = list(visit.approvals.order_by("-at", "-pk"))
    sent = getattr(visit, "break_glass", None)
    if visit.status == S.RAISED and not signed and sent is None:
        return None
    values = visit.policy.values
    missing = missing_roles(visit) if visit.status == S.PLANNED else []
    waits = weekly_blocks(visit, now) if visit.status in (S.PLANNED, S.APPROVED) else []
    return {
        "given": [(row, role_words(row.role)) for row in signed if row.voided_at is None],
        "voided": [(row, role_words(row.role)) for row in signed if row.voided_at is not None],
        "missing": named(missing, "and" if values.approvals_needed == "all" else "or") if missing else "",
        "approvers": who_approves(values),
        "sent": sent,
        "sent_role": role_words(sent.role) if sent else "",
        "weekly": list(visit.weekly_signatures.select_related("weekly_list").order_by("-at")),
        "weekly_waits": waits,
    }
