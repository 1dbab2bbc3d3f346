"""The school's own home visit risk assessment: each amendment is a version (ATT-13)."""

from datetime import date, datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, refuse_if
from homevisits.people.access import roles_of
from homevisits.people.matrix import roles_for
from homevisits.people.models import Role, School, Staff
from homevisits.policy.selectors import version_in_force

from ..models import SchoolAssessment
from ..rules.school_assessment import ACT, current_assessment, keeper_blocks


def keep_assessment(
    *, school: School, text: str, change: str = "", review_on: date | None = None, based_on: int | None = None, by: Staff, now: datetime
) -> SchoolAssessment:
    """Make the school's assessment, or amend it; the earlier version is kept.

    `based_on`: the version that was open on the page. Raises Blocked for anybody whom the policy does not name, BadInput without
    text, without saying what is new, or when somebody amended it meanwhile.
    """
    with transaction.atomic():
        School.objects.select_for_update().get(pk=school.pk)
        values, roles = version_in_force(school, local_day(now)).values, roles_of(by, school, local_day(now))
        refuse_if(keeper_blocks(values, roles))
        before = current_assessment(school)
        _check(text, change, before, based_on)
        row = SchoolAssessment.objects.create(
            school=school, number=before.number + 1 if before else 1, text=text.strip(), change=change.strip()[:300], review_on=review_on,
            at=now, by=by, role=values.school_assessment_by or _role(roles),
        )  # fmt: skip
        record(
            "visits.school_assessment.kept", by=by, now=now, school_id=school.pk, object_type="SchoolAssessment", object_id=row.pk,
            detail={"number": row.number},
        )  # fmt: skip
    return row


def _check(text: str, change: str, before: SchoolAssessment | None, based_on: int | None) -> None:
    if not text.strip():
        raise BadInput("Enter the assessment.")
    if before and not change.strip():
        raise BadInput("Say what is new in this version: those who go read it again.")
    if based_on is not None and based_on != (before.number if before else 0):
        raise BadInput("Somebody amended the assessment meanwhile. Open it afresh and look at their version first.")


def _role(roles: frozenset[str]) -> str:
    return next(str(role.value) for role in Role if role in roles & roles_for(ACT))
