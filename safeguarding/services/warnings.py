"""Warnings about a home: given, changed, looked at again, ended. Each keeps who said it, when, and until when it counts (PRI-01).

One that nobody has looked at for its time comes back to the safeguarding team; one that has expired counts no more.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from homevisits.audit.services import record
from homevisits.common.actors import SystemJob
from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, Block, refuse_if
from homevisits.common.said import count as said
from homevisits.messaging.notices import tell
from homevisits.people.models import Household, Role, School, Staff

from ..models import HouseholdWarning
from ..selectors.warnings import to_review

JOB = SystemJob("Safeguarding reminders")
REVIEW_AFTER = timedelta(days=182)  # where nobody says when: half a year
TELL_EVERY = timedelta(days=7)


def warn(
    *,
    household: Household,
    about: str,
    says: str,
    source: str,
    by: Staff,
    now: datetime,
    visit_id: int | None = None,
    since: date | None = None,
    expires_on: date | None = None,
    review_on: date | None = None,
) -> HouseholdWarning:
    """Warn whoever goes to this home; `review_on`, else half a year on, the team looks at it again.

    Raises BadInput without words, or for an expiry or a review that has passed.
    """
    _check(says, expires_on, now)
    _check_review(review_on, now)
    with transaction.atomic():
        warning = HouseholdWarning.objects.create(
            household=household, about=about, says=says.strip(), source=source[:120], visit_id=visit_id, since=since or local_day(now),
            expires_on=expires_on, review_on=review_on or _review_day(now), at=now, by=by,
        )  # fmt: skip
        _record("given", warning, by, now)
    return warning


def change_warning(
    *, warning: HouseholdWarning, says: str, expires_on: date | None, source: str = "", by: Staff, now: datetime
) -> HouseholdWarning:
    """Say it anew: the earlier words are kept and point to the new ones. Raises Blocked when it has ended, BadInput as `warn`."""
    _check(says, expires_on, now)
    with transaction.atomic():
        row = _open(warning)
        new = HouseholdWarning.objects.create(
            household_id=row.household_id, about=row.about, says=says.strip(), source=(source or row.source)[:120], visit_id=row.visit_id,
            since=row.since, expires_on=expires_on, review_on=_review_day(now), at=now, by=by,
        )  # fmt: skip
        row.ended_at, row.ended_by, row.replaced_by = now, by, new
        row.save(update_fields=["ended_at", "ended_by", "replaced_by"])
        _record("changed", new, by, now)
    return new


def review_warning(*, warning: HouseholdWarning, review_on: date, by: Staff, now: datetime) -> None:
    """It was looked at and still holds, until `review_on`. Raises Blocked when it has ended, BadInput for a day that has passed."""
    _check_review(review_on, now)
    with transaction.atomic():
        row = _open(warning)
        row.review_on, row.reviewed_at, row.reviewed_by, row.told_at = review_on, now, by, None
        row.save(update_fields=["review_on", "reviewed_at", "reviewed_by", "told_at"])
        _record("reviewed", row, by, now)


def remind_of_reviews(real: datetime) -> int:
    """Tell the safeguarding team of each school of warnings whose review is due, once a week until it is done. How many were told."""
    told = 0
    for school in School.objects.filter(households__warnings__ended_at__isnull=True).distinct().order_by("pk"):
        now = school.at(real)
        due = to_review(school, local_day(now)).filter(Q(told_at__isnull=True) | Q(told_at__lte=now - TELL_EVERY))
        with transaction.atomic():
            ids = list(due.values_list("pk", flat=True))
            count = HouseholdWarning.objects.filter(pk__in=ids, ended_at__isnull=True).update(told_at=now)
            if count:
                tell(
                    school=school, role=Role.DSL, about="warning_review", task=True, clause="PRI-01", by=JOB, now=now,
                    says=f"To look at again, whether it still holds: {said(count, 'warning')} about homes.",
                    link=f"/s/{school.slug}/visits/homes/warnings/",
                )  # fmt: skip
                record("safeguarding.warning.review_due", by=JOB, now=now, school_id=school.pk, detail={"warnings": ids})
        told += count
    return told


def end_warning(*, warning: HouseholdWarning, by: Staff, now: datetime) -> None:
    """The warning no longer counts; it stays on record. Raises Blocked when it has ended already."""
    with transaction.atomic():
        row = _open(warning)
        row.ended_at, row.ended_by = now, by
        row.save(update_fields=["ended_at", "ended_by"])
        _record("ended", row, by, now)


def _open(warning: HouseholdWarning) -> HouseholdWarning:
    row = HouseholdWarning.objects.select_for_update(of=("self",)).select_related("household").get(pk=warning.pk)
    refuse_if([Block("This warning has been changed or ended already.")] if row.ended_at else [])
    return row


def _check(says: str, expires_on: date | None, now: datetime) -> None:
    if not says.strip():
        raise BadInput("Say what whoever goes there must know.")
    if expires_on is not None and expires_on < local_day(now):
        raise BadInput("The day until which the warning counts has passed.")


def _check_review(review_on: date | None, now: datetime) -> None:
    if review_on is not None and review_on <= local_day(now):
        raise BadInput("The day of the next look is still to come: choose a later one.")


def _review_day(now: datetime) -> date:
    return local_day(now) + REVIEW_AFTER


def _record(act: str, warning: HouseholdWarning, by: Staff, now: datetime) -> None:
    # What it says stays out of the trail: more people read that than may read the warning.
    record(
        f"safeguarding.warning.{act}", by=by, now=now, school_id=warning.household.school_id, object_type="HouseholdWarning",
        object_id=warning.pk, detail={"about": warning.about},
    )  # fmt: skip
