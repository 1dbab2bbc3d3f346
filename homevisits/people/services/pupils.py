"""What the office does to pupils and their contacts by hand."""

from datetime import date, datetime

from django.db import transaction

from homevisits.audit import services as audit
from homevisits.common import phone
from homevisits.common.actors import Actor, staff_id
from homevisits.common.errors import BadInput

from ..importing.applying import clear_faults
from ..models import Contact, Household, NumberFault, Pupil
from ..selectors.pupils import faults_of, same_person

NEEDS = ("medical", "behaviour", "send_needs")
HOME = ("parking", "culture", "area", "notes")


def correct_numbers(*, contact: Contact, mobile: str, landline: str, by: Actor, now: datetime) -> None:
    """Put a person's numbers (E.164, or empty) right for every sibling on whose record they stand with the old ones.

    A number that was found wrong or dead is done with once no contact has it any more. A later import does not bring it back.
    Raises BadInput when a number is in the wrong field, and when nothing was changed though a number was found wrong or dead:
    lift_fault says that it works after all.
    """
    if mobile and not phone.takes_texts(mobile):
        raise BadInput("No text reaches this mobile number. Enter it as the other number.")
    old = {contact.mobile, contact.landline} - {"", mobile, landline}
    if (contact.mobile, contact.landline) == (mobile, landline):
        bad = faults_of(contact.pupil.school, contact.numbers)
        if bad:
            said = " and ".join(f"{phone.shown(number)} ({str(fault.get_kind_display()).lower()})" for number, fault in bad.items())
            raise BadInput(f"Nothing is changed, and no text goes to {said}. Enter the right number, or say below that it works after all.")
        return
    with transaction.atomic():
        rows = [row for row in same_person(contact) if (row.mobile, row.landline) == (contact.mobile, contact.landline)]
        Contact.objects.filter(pk__in=[row.pk for row in rows]).update(mobile=mobile, landline=landline)
        clear_faults(school=contact.pupil.school, numbers=old, by_id=staff_id(by), now=now)
        _record("people.contact.numbers_corrected", contact, by, now, {"contacts": [row.pk for row in rows]})
    contact.mobile, contact.landline = mobile, landline


def lift_fault(*, fault: NumberFault, by: Actor, now: datetime) -> bool:
    """A number that was reported wrong or dead works after all: texts and calls go to it again. False when that was said before.

    What was cancelled meanwhile is not sent.
    """
    with transaction.atomic():
        mine = NumberFault.objects.filter(pk=fault.pk, cleared_at__isnull=True)
        if not mine.update(cleared_at=now, cleared_by_id=staff_id(by)):
            return False
        audit.record(
            "people.number.works_after_all", by=by, now=now, school_id=fault.school_id, object_type="number_fault", object_id=fault.pk,
            detail={"kind": fault.kind},
        )  # fmt: skip
    return True


def restrict(*, contact: Contact, reason: str, siblings: bool, by: Actor, now: datetime) -> None:
    """Never text, call or visit this person about this pupil from now on; `siblings`: nor about the others of the household.

    Raises BadInput without a reason.
    """
    if not reason.strip():
        raise BadInput("Enter the reason for the restriction, for example the court order and its date.")
    _set_restriction(contact, True, reason.strip(), siblings, by, now, "people.contact.restricted")


def lift_restriction(*, contact: Contact, reason: str, siblings: bool, by: Actor, now: datetime) -> None:
    """The person may be contacted again. Raises BadInput without a reason."""
    if not reason.strip():
        raise BadInput("Enter why the restriction no longer holds, and who said so.")
    _set_restriction(contact, False, "", siblings, by, now, "people.contact.restriction_lifted", why=reason.strip())


def _set_restriction(
    contact: Contact, restricted: bool, note: str, siblings: bool, by: Actor, now: datetime, act: str, why: str = ""
) -> None:
    rows = same_person(contact) if siblings else [contact]
    with transaction.atomic():
        Contact.objects.filter(pk__in=[row.pk for row in rows]).update(restricted=restricted, restriction_note=note[:200])
        _record(act, contact, by, now, {"contacts": [row.pk for row in rows], "why": why or note})
    contact.restricted, contact.restriction_note = restricted, note[:200]


def save_needs(*, pupil: Pupil, medical: str, behaviour: str, send_needs: str, by: Actor, now: datetime) -> None:
    """What whoever visits or teaches a pupil has to know. An import leaves it alone."""
    given = {"medical": medical.strip(), "behaviour": behaviour.strip(), "send_needs": send_needs.strip()}
    _save_changed(pupil, given, "people.pupil.needs_saved", "pupil", pupil.school_id, by, now)


def save_household_notes(
    *, household: Household, parking: str, culture: str, area: str, notes: str, by: Actor, now: datetime
) -> None:  # fmt: skip
    """What whoever visits a household has to know (PRI-16, PRI-17). An import leaves it alone."""
    given = {"parking": parking.strip(), "culture": culture.strip(), "area": area.strip(), "notes": notes.strip()}
    _save_changed(household, given, "people.household.notes_saved", "household", household.school_id, by, now)


def _save_changed(
    row: Pupil | Household, given: dict[str, str], act: str, kind: str, school_id: int, by: Actor, now: datetime
) -> None:  # fmt: skip
    """Save what differs; the audit names the fields, not the words: they are about health and home."""
    changed = [name for name, value in given.items() if getattr(row, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(row, name, given[name])
    with transaction.atomic():
        row.save(update_fields=changed)
        audit.record(act, by=by, now=now, school_id=school_id, object_type=kind, object_id=row.pk, detail={"changed": changed})


def decide_leaver(*, pupil: Pupil, left: bool, left_on: date | None = None, by: Actor, now: datetime) -> None:
    """Decide on a pupil who was missing from the export: left, or still on roll. A second decision alike changes nothing.

    Raises BadInput for a pupil who was not proposed.
    """
    wanted = Pupil.Status.LEFT if left else Pupil.Status.ON_ROLL
    if pupil.status == wanted:
        return
    with transaction.atomic():
        mine = Pupil.objects.filter(pk=pupil.pk, status=Pupil.Status.LEAVER_PROPOSED)
        if not mine.update(status=wanted, left_on=left_on if left else None):
            raise BadInput(f"{pupil} is not proposed as a leaver.")
        audit.record(
            "people.leaver.confirmed" if left else "people.leaver.kept", by=by, now=now, school_id=pupil.school_id, object_type="pupil",
            object_id=pupil.pk, detail={"left_on": str(left_on) if left and left_on else None},
        )  # fmt: skip
    pupil.status = wanted


def _record(act: str, contact: Contact, by: Actor, now: datetime, detail: dict[str, object]) -> None:
    audit.record(act, by=by, now=now, school_id=contact.pupil.school_id, object_type="contact", object_id=contact.pk, detail=detail)
