"""The end of a visit on its page: the report and what is still owed, letters, incidents, how it was for those who went."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from homevisits.people.matrix import allows
from homevisits.people.models import Staff
from safeguarding.models import Incident

from ..models import HomeVisit
from ..rules.closing import closing_blocks, hand_in_blocks, letter_blocks
from ..selectors.reports import report_of

S = HomeVisit.Status


def section(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> dict[str, Any] | None:
    """What there is once somebody has gone, or a letter has been drafted."""
    letters = list(visit.letters.order_by("pk"))
    if not visit.departed_at and not letters:
        return None
    report = report_of(visit)
    owed = closing_blocks(visit, now) + hand_in_blocks(visit, report) if visit.status == S.DONE else []
    sees = allows("see_incidents", roles)
    return {
        "report": report,
        "owed": owed,
        "letters": [(letter, allows("see_today", roles) and not letter_blocks(visit, letter.kind, person, now)) for letter in letters],
        "incidents": list(Incident.objects.filter(visit_id=visit.pk, school=visit.school_id).order_by("pk")) if sees else [],
        "feedback": list(visit.feedback.select_related("staff").order_by("pk")) if allows("approve_visit", roles) else [],
    }
