"""Vehicles and alarm devices that staff take on visits (ATT-16, ATT-18, ALT-25)."""

import re
from datetime import date, datetime

from django.db import IntegrityError, transaction

from homevisits.audit import services as audit
from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput

from ..models import AlarmDevice, School, Staff, Vehicle

_NEW_MARK = re.compile(r"([A-Z]{2}\d{2})([A-Z]{3})$")  # since 2001
_LONGEST_MARK = 8


def registration_mark(typed: str) -> str:
    """A registration as it is kept: capitals, one space where a mark of today's kind has one. Raises BadInput for none."""
    mark = re.sub(r"[^A-Z0-9]", "", typed.upper())
    if not 2 <= len(mark) <= _LONGEST_MARK:
        raise BadInput("Enter the registration as it stands on the number plate, for example AB12 CDE.")
    return _NEW_MARK.sub(r"\1 \2", mark)


def save_vehicle(
    *, school: School, vehicle: Vehicle | None, owner: Staff | None, make: str, model: str, registration: str, colour: str,
    minibus: bool, insured_until: date | None, insurance_note: str = "", by: Actor, now: datetime,
) -> Vehicle:  # fmt: skip
    """Enter a vehicle (`vehicle` None), or change one; `owner` None is the school's own.

    Raises BadInput when the registration is none, or stands in the register already.
    """
    mark = registration_mark(registration)
    values = {
        "owner": owner, "make": make.strip(), "model": model.strip(), "registration": mark, "colour": colour.strip(),
        "minibus": minibus, "insured_until": insured_until, "insurance_note": insurance_note.strip(),
    }  # fmt: skip
    row = vehicle or Vehicle(school=school)
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
            detail: dict[str, object] = {"registration": mark, "insured_until": insured_until, "owner": owner.pk if owner else None}
            _record("people.vehicle.saved", school, "vehicle", row.pk, detail, by, now)
    except IntegrityError as error:
        raise BadInput(f"{mark} stands in the register already.") from error
    return row


def retire_vehicle(*, vehicle: Vehicle, by: Actor, now: datetime) -> None:
    """Take a vehicle out of use; visits that went with it keep it."""
    with transaction.atomic():
        if Vehicle.objects.filter(pk=vehicle.pk, retired_at=None).update(retired_at=now):
            _record("people.vehicle.retired", vehicle.school, "vehicle", vehicle.pk, {"registration": vehicle.registration}, by, now)


def save_device(
    *, school: School, device: AlarmDevice | None, label: str, identifier: str = "", note: str = "", by: Actor, now: datetime
) -> AlarmDevice:  # fmt: skip
    """Enter an alarm device (`device` None), or change one. Raises BadInput when its label is taken."""
    row = device or AlarmDevice(school=school)
    row.label, row.identifier, row.note = label.strip(), identifier.strip(), note.strip()
    try:
        with transaction.atomic():
            row.save()
            _record("people.device.saved", school, "alarm_device", row.pk, {"label": row.label}, by, now)
    except IntegrityError as error:
        raise BadInput(f"A device in use is called {row.label} already.") from error
    return row


def retire_device(*, device: AlarmDevice, by: Actor, now: datetime) -> None:
    """Take a device out of use."""
    with transaction.atomic():
        if AlarmDevice.objects.filter(pk=device.pk, retired_at=None).update(retired_at=now):
            _record("people.device.retired", device.school, "alarm_device", device.pk, {"label": device.label}, by, now)


def _record(act: str, school: School, kind: str, pk: int, detail: dict[str, object], by: Actor, now: datetime) -> None:
    audit.record(act, by=by, now=now, school_id=school.pk, object_type=kind, object_id=pk, detail=detail)
