"""The responsible contact's checks: at the agreed time they record that the staff are well; a missed one is an alarm (ALT-13)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from homevisits.audit.services import record
from homevisits.common.clock import local
from homevisits.common.errors import BadInput, Block, refuse_if
from homevisits.people.models import Staff

from .. import alarms
from ..models import HomeVisit, WellbeingCheck
from ..rules.check_ins import says_blocks
from .common import locked, note
from .setting import set_alarm


def agree_first(visit: HomeVisit) -> None:
    """A visit with a responsible contact has one check at least: at the time due back, unless others were agreed."""
    if visit.base_contact_id and visit.due_back and not visit.wellbeing_checks.exists():
        WellbeingCheck.objects.create(visit=visit, due_at=visit.due_back)


def move_checks(visit: HomeVisit, by_so_much: timedelta) -> None:
    """A delay moves the checks at or after the old time due back with it; earlier ones keep their times."""
    if visit.due_back is not None:
        visit.wellbeing_checks.filter(done_at=None, due_at__gte=visit.due_back - by_so_much).update(due_at=F("due_at") + by_so_much)


def agree_check(*, visit: HomeVisit, at: datetime, by: Staff, now: datetime) -> WellbeingCheck:
    """Agree a time at which the responsible contact checks. The same time twice is one check. Raises BadInput without a contact."""
    with transaction.atomic():
        visit = locked(visit)
        if visit.base_contact_id is None:
            raise BadInput("The visit has no responsible contact.")
        if visit.returned_at:
            raise BadInput("They are back already.")
        if at <= now:
            raise BadInput("Choose a time that is still to come.")
        row, new = WellbeingCheck.objects.get_or_create(visit=visit, due_at=at)
        if new:
            note(visit, "check_agreed", by=by, now=now, says=f"{local(at):%-H:%M}")
            set_alarm(visit)
    return row


def record_well(*, visit: HomeVisit, check_id: int, by: Staff, now: datetime, says: str = "") -> WellbeingCheck:
    """The staff are well: answers this check; one that was answered stays as it was.

    Raises Blocked for those who are out and for strangers to the visit, BadInput for a check of another visit.
    """
    with transaction.atomic():
        visit = locked(visit)
        blocks = says_blocks(visit, by, now)
        if visit.members.filter(staff=by).exists():
            blocks.append(Block("The responsible contact records that they are well, not the staff themselves.", "ALT-13"))
        refuse_if(blocks)
        row = visit.wellbeing_checks.filter(pk=check_id).first()
        if row is None:
            raise BadInput("There is no such check.")
        if row.done_at is not None:
            return row
        row.done_at, row.done_by, row.says = now, by, says[:200]
        row.save(update_fields=["done_at", "done_by", "says"])
        visit.alarms.filter(step=alarms.WELLBEING).update(repeat_at=None)
        record("visits.wellbeing.recorded", by=by, now=now, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk)
        set_alarm(visit)
    return row
