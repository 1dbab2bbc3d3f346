"""Giving a visit its pair and time."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from homevisits.common.clock import local_day
from homevisits.common.errors import refuse_if
from homevisits.people.access import roles_of
from homevisits.people.models import Pupil, School, Staff
from homevisits.policy.selectors import version_in_force

from ..models import HomeVisit, VisitMember, VisitPupil
from ..rules.people import pair_blocks
from ..rules.plans import plan_blocks
from .changes import plan_changed
from .common import locked, note

Status = HomeVisit.Status


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
