"""What a person may go on a visit with: checks, training, the code of conduct confirmed, a mobile number."""

from datetime import date, datetime

from django.db import transaction

from homevisits.audit import services as audit
from homevisits.common import clock
from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput, Block, Blocked, refuse_if
from homevisits.common.phone import takes_texts

from ..models import School, Staff, StaffCheck, StaffTraining
from ..rules import may_set_mobile
from ..words import CHECKS, CODE_OF_CONDUCT, TRAINING, check_words, training_words

_NAME = 40
_LEVEL = 30
_TRAINING = (*TRAINING, CODE_OF_CONDUCT)


def save_check(
    *, school: School, staff: Staff, level: str, checked_on: date, expires_on: date | None, by: Actor, now: datetime
) -> StaffCheck:  # fmt: skip
    """Enter a check, or its renewal: a person has one of a level. Raises BadInput for days that cannot be."""
    level = _name(level, _LEVEL, "check")
    _days(checked_on, expires_on, "checked", now)
    with transaction.atomic():
        wanted = {"checked_on": checked_on, "expires_on": expires_on}
        row, _ = StaffCheck.objects.update_or_create(staff=staff, level=level, defaults=wanted)
        _record("people.check.saved", school, staff, {"level": level, **wanted}, by, now)
    return row


def remove_check(*, school: School, check: StaffCheck, by: Actor, now: datetime) -> None:
    """Take out a check that was entered by mistake; the audit keeps that it stood there."""
    with transaction.atomic():
        detail = {"level": check.level, "checked_on": check.checked_on, "expires_on": check.expires_on}
        check.delete()
        _record("people.check.removed", school, check.staff, detail, by, now)


def save_training(
    *, school: School, staff: Staff, name: str, done_on: date, expires_on: date | None, by: Actor, now: datetime
) -> StaffTraining:  # fmt: skip
    """Enter a training, or that it was done again (ATT-20).

    Raises BadInput for days that cannot be, Blocked for the code of conduct: nobody confirms it for another (ALT-27).
    """
    name = _name(name, _NAME, "training")
    refuse_if([Block("Each member of staff confirms the code of conduct for themselves.", "ALT-27")] if name == CODE_OF_CONDUCT else [])
    _days(done_on, expires_on, "done", now)
    with transaction.atomic():
        wanted = {"done_on": done_on, "expires_on": expires_on}
        row, _ = StaffTraining.objects.update_or_create(staff=staff, name=name, for_version=0, defaults=wanted)
        _record("people.training.saved", school, staff, {"name": name, **wanted}, by, now)
    return row


def remove_training(*, school: School, training: StaffTraining, by: Actor, now: datetime) -> None:
    """Take out a training that was entered by mistake. Raises Blocked for a code of conduct that somebody has confirmed."""
    if training.name == CODE_OF_CONDUCT:
        raise Blocked([Block("What a member of staff has confirmed is not taken out.", "ALT-27")])
    with transaction.atomic():
        detail = {"name": training.name, "done_on": training.done_on, "expires_on": training.expires_on}
        training.delete()
        _record("people.training.removed", school, training.staff, detail, by, now)


def confirm_conduct(*, school: School, version_id: int, by: Staff, now: datetime) -> StaffTraining:
    """`by` confirms the staff code of conduct for themselves, under the policy version in force; a second time changes nothing (ALT-27)."""
    with transaction.atomic():
        row, created = StaffTraining.objects.get_or_create(
            staff=by, name=CODE_OF_CONDUCT, for_version=version_id, defaults={"done_on": clock.local_day(now)}
        )
        if created:
            _record("people.conduct.confirmed", school, by, {"policy_version": version_id}, by, now)
    return row


def set_mobile(*, school: School, staff: Staff, mobile: str, by: Actor, now: datetime) -> None:
    """Enter the number (E.164) of the mobile that a person carries; an empty one takes it out (ATT-11).

    Alarms go to it, so it is guarded like the address they sign in with. Raises Blocked for such, BadInput for a number without texts.
    """
    if mobile and not takes_texts(mobile):
        raise BadInput("Enter a mobile number: a text does not reach this one.")
    with transaction.atomic():
        if by.pk != staff.pk:
            refuse_if(may_set_mobile(by, staff, school, clock.local_day(now)))
        if not mobile and staff.notify_by == Staff.NotifyBy.TEXT:
            raise BadInput(f"{staff.name} has chosen to be told by text, which needs a number.")
        staff.mobile = mobile
        staff.save(update_fields=["mobile"])
        _record("people.mobile.set", school, staff, {"has_mobile": bool(mobile)}, by, now)


def _name(given: str, longest: int, what: str) -> str:
    words = " ".join(given.split())
    if not words:
        raise BadInput(f"Say which {what} it is.")
    if len(words) > longest:
        raise BadInput(f"The name of the {what} may have {longest} letters at most.")
    # A known one typed out in words is the known one.
    known = {check_words(code): code for code in CHECKS} if what == "check" else {training_words(code): code for code in _TRAINING}
    return next((code for said, code in known.items() if said.casefold() == words.casefold()), words)


def _days(done: date, expires: date | None, word: str, now: datetime) -> None:
    if done > clock.local_day(now):
        raise BadInput(f"The day on which it was {word} must not lie in the future.")
    if expires is not None and expires < done:
        raise BadInput(f"It must not expire before the day on which it was {word}.")


def _record(act: str, school: School, staff: Staff, detail: dict[str, object], by: Actor, now: datetime) -> None:
    audit.record(act, by=by, now=now, school_id=school.pk, object_type="staff", object_id=staff.pk, detail=detail)
