"""Reviews: who looked at the policy and when, and the reminder before the next one (PRI-42, ATT-60, MAT-40, SEC-11)."""

from datetime import date, datetime

from django.db import transaction

from homevisits.common import clock
from homevisits.common.actors import Actor, SystemJob
from homevisits.common.errors import BadInput
from homevisits.people.models import School

from .. import permissions
from ..models import PolicyReminder, PolicyVersion
from ..numbers import next_major
from .common import owner_of, record_on
from .drafts import draft_version


@transaction.atomic
def review(
    *, version: PolicyVersion, reviewed_by: str, reviewed_on: date, next_review_on: date | None = None, by: Actor, now: datetime
) -> PolicyVersion:
    """Record a review of the version in force: a draft with the next whole number, reviewer and date, to be changed and signed.

    A `next_review_on` that is given goes before the policy's interval. Raises BadInput for a review to come, a next one that is not
    after it, or nobody's name; Blocked when there is a draft already or the person may not.
    """
    today = clock.local_day(now)
    if not reviewed_by.strip():
        raise BadInput("Say who reviewed the policy.")
    if reviewed_on > today:
        raise BadInput("A review cannot lie in the future.")
    if next_review_on and next_review_on <= reviewed_on:
        raise BadInput("The next review has to come after this one.")
    owner = version.school or owner_of(None, version.trust)
    permissions.refuse_unless(by, owner, permissions.EDIT, today)
    draft = draft_version(school=version.school, trust=version.trust, by=by, now=now)
    draft.number = next_major(owner)
    draft.reviewed_by, draft.reviewed_on, draft.next_review_on = reviewed_by.strip(), reviewed_on, next_review_on
    draft.save(update_fields=["number", "reviewed_by", "reviewed_on", "next_review_on"])
    detail = {"of": version.number, "reviewed_on": reviewed_on.isoformat(), "next": next_review_on.isoformat() if next_review_on else None}
    record_on(draft, "policy_reviewed", by=by, now=now, detail=detail)
    return draft


def mark_reminded(*, version: PolicyVersion, due_on: date, overdue: bool, school: School | None, now: datetime) -> bool:
    """Note that people were reminded of a review; False when they were already. Call it in the transaction of the telling."""
    _row, created = PolicyReminder.objects.get_or_create(version=version, due_on=due_on, overdue=overdue, defaults={"at": now})
    if created:
        detail = {"due_on": due_on.isoformat(), "overdue": overdue, "told_in": school.pk if school else None}
        record_on(version, "policy_review_reminded", by=SystemJob("review reminders"), now=now, detail=detail)
    return created
