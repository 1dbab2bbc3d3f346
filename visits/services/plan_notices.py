"""Telling staff that they go on a visit, or no longer do."""

from collections.abc import Sequence
from datetime import datetime

from homevisits.common.clock import local
from homevisits.messaging.notices import tell
from homevisits.people.models import Staff

from ..models import HomeVisit
from ..rules.common import clause
from .common import link_to, pupils_of, visit_words


def tell_who_goes(visit: HomeVisit, before: Sequence[Staff], after: Sequence[Staff], by: Staff, now: datetime) -> None:
    """Those whom a plan puts on a visit and those whom it takes off hear it; whoever planned it knows it already."""
    back = f", due back at {local(visit.due_back):%H:%M}" if visit.due_back else ""
    changes = (
        ("planned_for_you", [one for one in after if one not in before], f"you are planned for this home visit{back}."),
        ("off_your_plan", [one for one in before if one not in after], "you are no longer planned for this home visit."),
    )
    for about, people, says in changes:
        told = [one for one in people if one != by]
        if told:
            tell(
                school=visit.school, role="pair", about=about, says=f"{visit_words(visit, now)}: {says}", people=told, by=by, now=now,
                pupils=pupils_of(visit), link=link_to(visit.school, visit), clause=clause(visit.policy.values, "minimum_staff") or "",
            )  # fmt: skip
