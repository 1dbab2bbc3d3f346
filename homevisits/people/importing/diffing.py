"""What an import would change: compares records with what is on file, and writes nothing."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from ..models import Pupil
from .contact_diff import ContactPlan, Tick, plan_contacts
from .faults import Fault
from .homes import Home, Homes, is_fuller, same_address
from .matching import match
from .records import PupilRecord, Reading
from .snapshot import PUPIL_COLUMNS, HeldPupil, Snapshot

# A file with fewer of the pupils on roll than this share is not the whole roll: nobody is proposed as a leaver.
WHOLE_ROLL_SHARE = 0.5


@dataclass
class Entry:
    """One pupil of the import: `held` is None for a new one. `fields` are old and new values of the pupil's own columns."""

    record: PupilRecord
    held: HeldPupil | None
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    home: Home | None = None
    home_changed: bool = False
    contacts: list[ContactPlan] = field(default_factory=list)
    flags_added: list[str] = field(default_factory=list)
    ticks: list[Tick] = field(default_factory=list)
    back: bool = False

    @property
    def name(self) -> str:
        """The pupil's name."""
        return self.record.name or (self.held.name if self.held else "")

    @property
    def changed(self) -> bool:
        """Whether anything but what waits for a tick is to be written for a pupil on file."""
        return bool(self.fields or self.home_changed or self.flags_added or self.back or any(plan.writes for plan in self.contacts))


@dataclass
class Plan:
    """What an import would do."""

    entries: list[Entry] = field(default_factory=list)
    leavers: list[HeldPupil] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def new(self) -> list[Entry]:
        """Pupils who are not on file."""
        return [entry for entry in self.entries if entry.held is None]

    @property
    def changed(self) -> list[Entry]:
        """Pupils on file of whom something changes."""
        return [entry for entry in self.entries if entry.held is not None and entry.changed]

    @property
    def ticks(self) -> list[Tick]:
        """What waits for a person's tick."""
        return [tick for entry in self.entries for tick in entry.ticks]

    def counts(self) -> dict[str, int]:
        """Pupils new, changed, unchanged, left; rows faulty; changes that wait for a tick."""
        unchanged = sum(entry.held is not None and not entry.changed for entry in self.entries)
        return {
            "new": len(self.new), "changed": len(self.changed), "unchanged": unchanged, "left": len(self.leavers),
            "faulty": sum(not fault.kept for fault in self.faults), "partly": sum(fault.kept for fault in self.faults),
            "ticks": len(self.ticks),
        }  # fmt: skip


def make_plan(reading: Reading, held: Snapshot, *, whole: bool = True) -> Plan:
    """Compare. `whole`: the files are the whole roll, so whoever is missing from them is proposed as a leaver."""
    plan = Plan(faults=list(reading.faults))
    matched = match(reading.records, held.pupils.values())
    for place, record in enumerate(reading.records):
        pupil = matched.get(place)
        if pupil is None and not record.known:
            _unknown(plan, record)
            continue
        plan.entries.append(Entry(record, pupil))
    _place(plan.entries, Homes(held))
    for entry in plan.entries:
        _compare(entry, held, plan)
    if whole:
        _leavers(plan, reading, held)
    return plan


def _unknown(plan: Plan, record: PupilRecord) -> None:
    number = record.values.get("mis_id") or record.values.get("upn")
    for row in record.rows:
        plan.faults.append(Fault(record.file, row.line, f"No pupil with the number {number} is on file or in these files.", row.cells))


def _compare(entry: Entry, held: Snapshot, plan: Plan) -> None:
    """The pupil's own columns, flags and contacts."""
    record, pupil = entry.record, entry.held
    if pupil is not None:
        entry.fields = {
            name: (pupil.values[name], record.values[name])
            for name in PUPIL_COLUMNS
            if name in record.values and record.values[name] != pupil.values[name]
        }
        entry.back = record.known and pupil.status != Pupil.Status.ON_ROLL
    have = pupil.flags if pupil else {}
    if record.flags is not None:
        entry.flags_added = sorted(kind for kind in record.flags if kind not in have)
        for kind, (pk, imported) in have.items():
            if imported and kind not in record.flags:
                says = f"{entry.name}: the file no longer says “{_flag_words(kind)}”."
                entry.ticks.append(Tick(f"flag:{pk}", says, "Take the flag away"))
    if record.carries_contacts:
        home = entry.home
        assert home is not None
        entry.contacts = plan_contacts(
            entry.name, record.contacts, pupil.contacts if pupil else [], home=(home.address, home.postcode), bad=held.bad_numbers
        )
        for contact in entry.contacts:
            entry.ticks += contact.ticks
            plan.notes += contact.notes


def _flag_words(kind: str) -> str:
    from ..models import PupilFlag

    return str(PupilFlag.Kind(kind).label)


def _home_of(entry: Entry) -> tuple[str, str]:
    """The address that the record says, or where a file has none of the pupil's own, the first contact's."""
    record = entry.record
    if record.home_said or not record.contacts:
        return record.address, record.postcode
    first = record.contacts[0]
    return first.address, first.postcode


def _place(entries: list[Entry], homes: Homes) -> None:
    """Give every pupil a household: the one they have, a sibling's, or a new one."""
    movers: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.held is None:
            continue
        home = entry.home = homes.by_id[entry.held.household_id]
        home.links |= entry.record.links()
        address, postcode = _home_of(entry)
        if not entry.record.home_said and home.address:
            continue
        if not address or (same_address(home.address, address) and postcode in ("", home.postcode)):
            fuller = address if is_fuller(address, home.address) else home.address
            homes.move(home, fuller, postcode or home.postcode)
        else:
            movers[entry.held.household_id].append(entry)
    for household_id, moving in movers.items():
        _move(homes, homes.by_id[household_id], moving)
    for entry in entries:
        if entry.held is None:
            address, postcode = _home_of(entry)
            entry.home = homes.join(address, postcode, entry.record.links())
        elif entry.home is not None:
            entry.home_changed = entry.home.changed or entry.home.id != entry.held.household_id


def _move(homes: Homes, home: Home, moving: list[Entry]) -> None:
    """A whole household that moves keeps its row; a sibling who moves alone leaves it. Nobody moves to a door by half an address."""
    wanted = Counter((address, postcode or home.postcode) for address, postcode in map(_home_of, moving))
    together = len(wanted) == 1 and len(moving) == home.members
    for entry in moving:
        said_address, said_postcode = _home_of(entry)
        address, postcode = said_address, said_postcode or home.postcode
        if together and (not home.address or homes.find(address, postcode, entry.record.links()) in (None, home)):
            homes.move(home, address, postcode)
        else:
            home.members -= 1
            entry.home = homes.join(address, postcode, entry.record.links())


def _leavers(plan: Plan, reading: Reading, held: Snapshot) -> None:
    """Whoever is on roll and in none of the files, not even on a faulty row."""
    seen = {entry.held.id for entry in plan.entries if entry.held is not None and entry.record.known}
    on_roll = [pupil for pupil in held.pupils.values() if pupil.status == Pupil.Status.ON_ROLL]
    if len(seen) < WHOLE_ROLL_SHARE * len(on_roll):
        if on_roll:
            plan.notes.append("The files name fewer than half of the pupils on roll: nobody is proposed as a leaver.")
        return
    for pupil in on_roll:
        faulty = any((name, pupil.values[name]) in reading.faulty for name in ("upn", "mis_id"))
        if pupil.id not in seen and not faulty:
            plan.leavers.append(pupil)
