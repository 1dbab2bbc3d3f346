"""What the people of a scenario do about risk without being told: the form filled in, what must be read read, each by the real service."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from homevisits.people.models import Staff
from visits.hazards import preset_rows
from visits.models import HomeVisit, SchoolAssessment
from visits.risk_questions import AS_BEFORE, MATRIX, STAFF_CONDITION, safe_answers
from visits.rules.risk import carried, current_risk, staleness
from visits.rules.school_assessment import current_assessment, has_read
from visits.services import risk
from visits.states import PENDING

from .cast import Cast

FILLED = "Given in the rehearsal"


def assess(visit: HomeVisit, *, level: str, given: Mapping[str, Any], actions: Mapping[str, Any], by: Staff, now: datetime) -> None:
    """The assessment with what the scenario says; every other question as if nothing was found, every warning confirmed."""
    values = visit.policy.values
    matrix = values.risk_form == MATRIX
    risk.assess_risk(
        visit=visit, level=level, answers={**safe_answers(values), **given}, actions=actions, hazards=preset_rows() if matrix else (),
        warnings={str(one.pk): {"decision": "confirmed"} for one in carried(visit, now)}, vulnerable_persons="None" if matrix else "",
        safeguarding_aware=True if matrix else None, safe_word=visit.safe_word or FILLED if matrix else "",
        lowered_because=FILLED, by=by, now=now,
    )  # fmt: skip


def assess_again(visit: HomeVisit, by: Staff, now: datetime) -> None:
    """Somebody else goes: what was assessed is gone through again, and stays as it was."""
    before = current_risk(visit)
    if before is None or visit.status not in PENDING or not staleness(visit, before, now):
        return
    health = {STAFF_CONDITION: AS_BEFORE} if before.medical else {}
    assess(visit, level=before.level, given={**before.answers, **health}, actions=before.actions, by=by, now=now)


def read(visit: HomeVisit, now: datetime) -> None:
    """Whoever goes has read the school's own assessment."""
    in_force = current_assessment(visit.school)
    if in_force is None or visit.status not in PENDING:
        return
    for member in visit.members.select_related("staff"):
        if not has_read(member, in_force):
            risk.confirm_read(visit=visit, by=member.staff, now=now)


def make_school_assessment(cast: Cast, now: datetime) -> None:
    """The school has its own assessment where the policy wants one, whether or not the scenario plays who makes it."""
    role = cast.policy.values.school_assessment_by
    if role and cast.staff:
        by = next(iter(cast.staff.values()))
        SchoolAssessment.objects.create(school=cast.school, number=1, text=FILLED, at=now, by=by, role=role)
