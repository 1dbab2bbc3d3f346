"""What keeps a person off visits: illness (ATT-71, ATT-82), and households that they must not visit."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from homevisits.audit import services as audit
from homevisits.common import clock
from homevisits.common.actors import Actor, staff_id
from homevisits.common.errors import BadInput

from ..models import Household, HouseholdConflict, School, Staff, StaffUnwell


def report_unwell(
    *, school: School, staff: Staff, symptoms_from: date, until: date | None = None, infectious: bool = True, by: Actor, now: datetime
) -> StaffUnwell:  # fmt: skip
    """Say that a person is unwell; said again, the days are the new ones. Raises BadInput for days that cannot be."""
    if symptoms_from > clock.local_day(now):
        raise BadInput("Symptoms cannot begin in the future.")
    if until is not None and until < symptoms_from:
        raise BadInput("The last day must not come before the symptoms began.")
    values: dict[str, Any] = {"symptoms_from": symptoms_from, "until": until, "infectious": infectious}
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=staff.pk)  # two at once, one after the other
        row = StaffUnwell.objects.filter(school=school, staff=staff, ended_at=None).first()
        if row is not None and row.until is not None and row.until < symptoms_from:
            StaffUnwell.objects.filter(pk=row.pk).update(ended_at=now)  # over before this one began
            row = None
        if row is None:
            row = StaffUnwell(school=school, staff=staff, by_id=staff_id(by), at=now)
        for name, value in values.items():
            setattr(row, name, value)
        if row.negative_test_on is not None and row.negative_test_on < symptoms_from:
            row.negative_test_on = None  # of the days before these symptoms
        row.save()
        _record("people.unwell.reported", row, by, now)
    return row


def record_negative_test(*, unwell: StaffUnwell, tested_on: date, by: Actor, now: datetime) -> None:
    """A negative test ends the isolation (ATT-71). Raises BadInput for a day before the symptoms or in the future."""
    if not unwell.symptoms_from <= tested_on <= clock.local_day(now):
        raise BadInput("The test lies between the first symptoms and today.")
    with transaction.atomic():
        unwell.negative_test_on = tested_on
        unwell.save(update_fields=["negative_test_on"])
        _record("people.unwell.negative_test", unwell, by, now)


def back_to_work(*, unwell: StaffUnwell, by: Actor, now: datetime) -> None:
    """They are back. Where the policy isolates, its days still run unless a negative test is recorded: see `is_unwell`."""
    with transaction.atomic():
        if StaffUnwell.objects.filter(pk=unwell.pk, ended_at=None).update(ended_at=now):
            _record("people.unwell.back", unwell, by, now)


def add_conflict(*, staff: Staff, household: Household, reason: str = "", by: Actor, now: datetime) -> HouseholdConflict:
    """A person does not visit this household from now on; nobody has to say why. A second time changes nothing."""
    with transaction.atomic():
        row, created = HouseholdConflict.objects.get_or_create(
            staff=staff, household=household, ended_at=None,
            defaults={"reason": reason.strip()[:200], "by_id": staff_id(by), "at": now},
        )  # fmt: skip
        if created:
            _record("people.conflict.added", row, by, now)
    return row


def end_conflict(*, conflict: HouseholdConflict, by: Actor, now: datetime) -> None:
    """They may visit the household again."""
    with transaction.atomic():
        if HouseholdConflict.objects.filter(pk=conflict.pk, ended_at=None).update(ended_at=now):
            _record("people.conflict.ended", conflict, by, now)


def _record(act: str, row: StaffUnwell | HouseholdConflict, by: Actor, now: datetime) -> None:
    """Whose it is, and no more: the audit is kept for ever, and an illness or a reason is not its matter."""
    school_id = row.school_id if isinstance(row, StaffUnwell) else row.household.school_id
    kind = "staff_unwell" if isinstance(row, StaffUnwell) else "household_conflict"
    audit.record(act, by=by, now=now, school_id=school_id, object_type=kind, object_id=row.pk, detail={"staff": row.staff_id})
