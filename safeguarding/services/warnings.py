"""Warnings about a home: given, changed, ended. Each keeps who said it, when, and until when it counts (PRI-01)."""

from datetime import date, datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, Block, refuse_if
from homevisits.people.models import Household, Staff

from ..models import HouseholdWarning

SAFEGUARDING_TEAM = "The safeguarding team"


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
) -> HouseholdWarning:
    """Warn whoever goes to this home. Raises BadInput without words, or for an expiry that has passed."""
    _check(says, expires_on, now)
    with transaction.atomic():
        warning = HouseholdWarning.objects.create(
            household=household, about=about, says=says.strip(), source=source[:120], visit_id=visit_id, since=since or local_day(now),
            expires_on=expires_on, at=now, by=by,
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
            since=row.since, expires_on=expires_on, at=now, by=by,
        )  # fmt: skip
        row.ended_at, row.ended_by, row.replaced_by = now, by, new
        row.save(update_fields=["ended_at", "ended_by", "replaced_by"])
        _record("changed", new, by, now)
    return new


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


def _record(act: str, warning: HouseholdWarning, by: Staff, now: datetime) -> None:
    # What it says stays out of the trail: more people read that than may read the warning.
    record(
        f"safeguarding.warning.{act}", by=by, now=now, school_id=warning.household.school_id, object_type="HouseholdWarning",
        object_id=warning.pk, detail={"about": warning.about},
    )  # fmt: skip
