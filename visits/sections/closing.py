"""The end of a visit on its page: the report and what is still owed, letters, incidents, how it was for those who went."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q

from homevisits.people.matrix import allows
from homevisits.people.models import Staff
from safeguarding.models import Incident
from safeguarding.selectors.referrals import of_visit as referrals_of_visit

from ..letters.kinds import words_of
from ..models import HomeVisit
from ..rules.closing import closing_blocks, hand_in_blocks, letter_blocks
from ..selectors.letters import offered
from ..selectors.reports import report_of

S = HomeVisit.Status


def section(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> dict[str, Any] | None:
    """What there is once somebody has gone, or a letter has been drafted."""
    letters = list(visit.letters.filter(Q(ahead=False) | Q(sent_at__isnull=False)).order_by("pk"))
    if not visit.departed_at and not letters:
        return None
    report = report_of(visit)
    owed = closing_blocks(visit, now) + hand_in_blocks(visit, report) if visit.status == S.DONE else []
    sees = allows("see_incidents", roles)
    incidents = Incident.objects.filter(visit_id=visit.pk, school=visit.school_id).order_by("pk")
    return {
        "report": report,
        "owed": owed,
        "letters": [(letter, words_of(letter.kind), not letter_blocks(visit, letter.kind, person, now)) for letter in letters],
        "offered": [(kind, words_of(kind)) for kind in offered(visit) if visit.departed_at and kind not in {one.kind for one in letters}],
        "incidents": list(incidents) if sees else [],
        "referrals": referrals_of_visit(visit.school, visit.pk) if allows("keep_referrals", roles) else [],
        "arrived": [] if sees else list(incidents.filter(by=person)),
        "feedback": list(visit.feedback.select_related("staff").order_by("pk")) if allows("approve_visit", roles) else [],
    }
