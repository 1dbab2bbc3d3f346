"""Writing a part of a plan. The caller holds the transaction and the run's row."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from homevisits.audit.services import Entry as AuditEntry

from ..models import Contact, Household, NumberFault, Pupil, PupilFlag, School
from .contact_diff import ContactPlan
from .diffing import Entry
from .homes import Home
from .snapshot import IMPORTED, HeldPupil


@dataclass
class Written:
    """What was written, for the audit; and the numbers that contacts no longer have."""

    audit: list[AuditEntry] = field(default_factory=list)
    given_up: set[str] = field(default_factory=set)


def apply(entries: Sequence[Entry], *, school: School, ticked: Collection[str], run_id: int, by_id: int | None, now: datetime) -> Written:
    """Write these pupils with their households, contacts and flags. What waits for a tick is written only when `ticked` has its key."""
    written = Written()
    _save_homes(school, entries)
    pupils = _save_pupils(school, entries)
    new_contacts: list[Contact] = []
    flags: list[PupilFlag] = []
    for entry, pupil_id in zip(entries, pupils, strict=True):
        lifted = [tick.key for tick in entry.ticks if tick.key in ticked]
        for plan in entry.contacts:
            if plan.held is None:
                new_contacts.append(Contact(pupil_id=pupil_id, **plan.values))
            else:
                _change_contact(plan, lifted, written)
        flags += [PupilFlag(pupil_id=pupil_id, kind=kind, source=IMPORTED) for kind in entry.flags_added]
        PupilFlag.objects.filter(pk__in=[int(key[5:]) for key in lifted if key.startswith("flag:")], pupil_id=pupil_id).delete()
        if entry.held is None or entry.changed or lifted:
            written.audit.append(_audit(entry, pupil_id, lifted, run_id))
    Contact.objects.bulk_create(new_contacts)
    PupilFlag.objects.bulk_create(flags, ignore_conflicts=True)
    _clear_faults(school, written.given_up, by_id, now)
    return written


def propose_leavers(leavers: Sequence[HeldPupil], *, run_id: int) -> list[AuditEntry]:
    """Mark pupils who are missing from the export: a person decides."""
    ids = [pupil.id for pupil in leavers]
    Pupil.objects.filter(pk__in=ids, status=Pupil.Status.ON_ROLL).update(status=Pupil.Status.LEAVER_PROPOSED)
    return [AuditEntry("people.leaver.proposed", "pupil", str(pk), {"run": run_id}) for pk in ids]


def _save_homes(school: School, entries: Sequence[Entry]) -> None:
    homes: dict[int, Home] = {id(entry.home): entry.home for entry in entries if entry.home is not None}
    new = [home for home in homes.values() if home.id is None]
    rows = Household.objects.bulk_create(Household(school=school, address=home.address, postcode=home.postcode) for home in new)
    for home, row in zip(new, rows, strict=True):
        home.id = row.pk
    for home in homes.values():
        if home.changed and home.id is not None:
            held = Household.objects.filter(pk=home.id, school=school)
            held.exclude(postcode=home.postcode).update(latitude=None, longitude=None)  # of the place before
            held.update(address=home.address, postcode=home.postcode)
            home.changed = False


def _save_pupils(school: School, entries: Sequence[Entry]) -> list[int]:
    """Save the pupils' own columns; their ids in the order of the entries."""
    new = [
        Pupil(school=school, household_id=entry.home.id, **entry.record.values)
        for entry in entries
        if entry.held is None and entry.home is not None and entry.home.id is not None
    ]
    created = iter(Pupil.objects.bulk_create(new))
    ids = []
    for entry in entries:
        if entry.held is None:
            ids.append(next(created).pk)
            continue
        changes: dict[str, Any] = {name: value for name, (_, value) in entry.fields.items()}
        if entry.home is not None and entry.home.id != entry.held.household_id:
            changes["household_id"] = entry.home.id
        if entry.back:
            changes |= {"status": Pupil.Status.ON_ROLL, "left_on": None}
        if changes:
            Pupil.objects.filter(pk=entry.held.id, school=school).update(**changes)
        ids.append(entry.held.id)
    return ids


def _change_contact(plan: ContactPlan, lifted: Collection[str], written: Written) -> None:
    """Update a contact on file, and remember the numbers it gives up."""
    assert plan.held is not None
    changes = {name: value for name, (_, value) in plan.fields.items()}
    for key in lifted:
        changes |= plan.on_tick.get(key, {})
    if not changes:
        return
    Contact.objects.filter(pk=plan.held.id).update(**changes)
    written.given_up |= {
        plan.held.values[name] for name in ("mobile", "landline") if changes.get(name) is not None and plan.held.values[name]
    }


def _clear_faults(school: School, numbers: Collection[str], by_id: int | None, now: datetime) -> None:
    """A corrected number's fault is done once no contact of the school has the number any more."""
    if not numbers:
        return
    used: set[str] = set()
    for column in ("mobile", "landline"):
        rows = Contact.objects.filter(pupil__school=school, gone=False, **{f"{column}__in": numbers})
        used.update(rows.values_list(column, flat=True))
    open_faults = NumberFault.objects.filter(school=school, number__in=set(numbers) - used, cleared_at__isnull=True)
    open_faults.update(cleared_at=now, cleared_by_id=by_id)


def _audit(entry: Entry, pupil_id: int, lifted: Sequence[str], run_id: int) -> AuditEntry:
    """Ids and names of columns only: the values are in the rows."""
    detail: dict[str, Any] = {"run": run_id}
    if entry.held is None:
        return AuditEntry("people.pupil.imported", "pupil", str(pupil_id), {**detail, "contacts": len(entry.contacts)})
    if entry.fields:
        detail["fields"] = sorted(entry.fields)
    if entry.home_changed:
        detail["household"] = entry.home.id if entry.home else None
    contacts = {str(plan.held.id) if plan.held else "new": sorted(plan.fields) for plan in entry.contacts if plan.writes}
    if contacts:
        detail["contacts"] = contacts
    if entry.flags_added or lifted:
        detail["flags"], detail["ticked"] = entry.flags_added, list(lifted)
    return AuditEntry("people.pupil.changed_by_import", "pupil", str(pupil_id), detail)


def clear_faults(*, school: School, numbers: Collection[str], by_id: int | None, now: datetime) -> None:
    """The same for a number that the office corrected by hand."""
    _clear_faults(school, numbers, by_id, now)
