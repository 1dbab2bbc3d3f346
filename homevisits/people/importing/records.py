"""Rows to pupils with their contacts, each holding only what its files said.

A key that is absent from `values` was not carried, or its empty cell says nothing: it changes nothing. See the package's docstring.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .. import upn as upns
from ..models import PupilFlag
from . import values
from .columns import contact_slots, is_contacts_only
from .contact_records import ContactRecord, Source, read_contact
from .faults import Fault
from .reading import Row, Table

__all__ = ["ContactRecord", "PupilRecord", "Reading", "read_records"]
_PLAIN: dict[str, Callable[[str], Any]] = {
    "first_name": values.squeezed,
    "last_name": values.squeezed,
    "mis_id": values.mis_id,
    "year_group": values.year_group,
    "class_name": values.squeezed,
    "postcode": values.postcode,
}
_LONGEST = {"first_name": 80, "last_name": 80, "mis_id": 40, "class_name": 20}


@dataclass
class PupilRecord:
    """A pupil as the files have it. `known` is False where only a contacts file names them: they must be on file already.

    `home_said` tells an address of the pupil's own from none at all; `rows` are a contacts file's, to report them one by one.
    """

    file: str
    line: int
    values: dict[str, Any] = field(default_factory=dict)
    address: str = ""
    postcode: str = ""
    flags: set[PupilFlag.Kind] | None = None
    contacts: list[ContactRecord] = field(default_factory=list)
    carries_contacts: bool = False
    known: bool = True
    home_said: bool = False
    rows: list[Row] = field(default_factory=list)

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.values.get('first_name', '')} {self.values.get('last_name', '')}".strip()

    @property
    def keys(self) -> list[tuple[str, Any]]:
        """What the same pupil is found by in another row, the surest first."""
        said = self.values
        keys: list[tuple[str, Any]] = [(name, said[name]) for name in ("upn", "mis_id") if said.get(name)]
        if not keys and said.get("date_of_birth"):
            keys.append(("name", (self.name.casefold(), said["date_of_birth"])))
        return keys

    def links(self) -> set[str]:
        """Every number and email of the contacts, and the surname: what siblings share."""
        surname = str(self.values.get("last_name", "")).casefold()
        return {surname} | {
            contact.values[name] for contact in self.contacts for name in ("mobile", "landline", "email") if contact.values.get(name)
        }


@dataclass
class Reading:
    """What the files of one import say."""

    records: list[PupilRecord] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    # Keys of pupils whose own row is faulty: they are not loaded, and not taken for leavers either.
    faulty: dict[tuple[str, Any], Fault] = field(default_factory=dict)
    by_key: dict[tuple[str, Any], PupilRecord] = field(default_factory=dict)


def read_records(tables: Iterable[tuple[Table, Mapping[str, str]]], *, today: date) -> Reading:
    """The pupils of all files together; files of pupils are read before files of contacts, whatever their order.

    `today` bounds dates of birth. Faulty rows are in `faults`, with their file and line; they never stop the others.
    """
    reading = Reading()
    for table, mapping in sorted(tables, key=lambda pair: is_contacts_only(pair[1])):
        cells = _Cells(table, mapping)
        for row in table.rows:
            if problem := _wrong_length(row, table):
                _fault(reading, table, row, problem, cells.pupil_keys(row))
            elif cells.contacts_only:
                _contact_row(reading, cells, row)
            else:
                _pupil_row(reading, cells, row, today)
    return reading


class _Cells:
    """Reads the cells of one file by field."""

    def __init__(self, table: Table, mapping: Mapping[str, str]) -> None:
        self.table = table
        places = {name: place for place, name in reversed(list(enumerate(table.header)))}
        self.places = {name: places[column] for name, column in mapping.items() if column in places}
        self.slots = contact_slots(self.places)
        self.contacts_only = is_contacts_only(self.places)
        self.one_contact_a_row = "contact" in self.slots

    def get(self, row: Row, name: str) -> str:
        """The cell of a field, empty when the file has no such column."""
        place = self.places.get(name)
        return row.cells[place] if place is not None and place < len(row.cells) else ""

    def pupil_keys(self, row: Row) -> list[tuple[str, Any]]:
        """The numbers of the pupil on a row that may be faulty otherwise."""
        keys = [("upn", upns.normalised(self.get(row, "upn"))), ("mis_id", values.mis_id(self.get(row, "mis_id")))]
        return [key for key in keys if key[1]]

    def contact(self, row: Row, slot: str) -> Source:
        """One contact's cells: only the columns that the file has."""
        begins = f"{slot}."
        return {name[len(begins) :]: self.get(row, name) for name in self.places if name.startswith(begins)}


def _wrong_length(row: Row, table: Table) -> str | None:
    have, want = len(row.cells), len(table.header)
    if have < want:
        return f"The row has {have} cells where the header has {want}."
    if any(row.cells[want:]):
        return f"The row has {have} cells where the header has {want}: a separator inside a cell is not in quotation marks."
    return None


def _fault(reading: Reading, table: Table, row: Row, says: str, keys: Iterable[tuple[str, Any]] = ()) -> None:
    fault = Fault(table.name, row.line, says, row.cells)
    reading.faults.append(fault)
    for key in keys:
        reading.faulty.setdefault(key, fault)


def _pupil_row(reading: Reading, cells: _Cells, row: Row, today: date) -> None:
    """A row with a pupil on it, and perhaps contacts."""
    keys = cells.pupil_keys(row)
    record, problems = _pupil(cells, row, today)
    before = next((reading.by_key[key] for key in record.keys if key in reading.by_key), None)
    if before is not None:
        _again(reading, cells, row, record, before)
        return
    bad = next((reading.faulty[key] for key in keys if key in reading.faulty), None)
    if bad is not None and cells.one_contact_a_row:
        _fault(reading, cells.table, row, f"Not loaded: the same pupil’s row on line {bad.line} is faulty.")
        return
    if problems:
        _fault(reading, cells.table, row, " ".join(problems), keys)
        return
    reading.records.append(record)
    for key in record.keys:
        reading.by_key[key] = record
    _take_contacts(reading, cells, row, record)


def _again(reading: Reading, cells: _Cells, row: Row, record: PupilRecord, before: PupilRecord) -> None:
    """The pupil was on an earlier row: a further contact where rows are contacts, else a repetition or somebody else's number."""
    where = f"line {before.line}" if before.file == cells.table.name else f"line {before.line} of {before.file}"
    if record.name.casefold() != before.name.casefold() and not _same_number(record, before):
        _fault(reading, cells.table, row, f"Its number is already that of {before.name} on {where}.")
    elif not cells.one_contact_a_row:
        _fault(reading, cells.table, row, f"The row repeats {before.name} of {where}.")
    elif _take_contacts(reading, cells, row, before) == 0:
        _fault(reading, cells.table, row, f"The row repeats a contact of {before.name}.")


def _same_number(record: PupilRecord, before: PupilRecord) -> bool:
    return all(record.values.get(name) == before.values.get(name) for name in ("upn", "date_of_birth"))


def _contact_row(reading: Reading, cells: _Cells, row: Row) -> None:
    """A row of a file of contacts: it goes to its pupil, who may be on file already."""
    keys = cells.pupil_keys(row)
    if not keys:
        _fault(reading, cells.table, row, "The row does not say whose contact this is.")
        return
    if bad := next((reading.faulty[key] for key in keys if key in reading.faulty), None):
        _fault(reading, cells.table, row, f"Not loaded: this contact’s pupil, on line {bad.line} of {bad.file}, is faulty.")
        return
    record = next((reading.by_key[key] for key in keys if key in reading.by_key), None)
    if record is None:
        record = PupilRecord(cells.table.name, row.line, dict(keys), known=False)
        reading.records.append(record)
        for key in keys:
            reading.by_key[key] = record
    record.rows.append(row)
    if _take_contacts(reading, cells, row, record) == 0:
        _fault(reading, cells.table, row, f"The row repeats a contact of {record.name or 'the same pupil'}.")


def _take_contacts(reading: Reading, cells: _Cells, row: Row, record: PupilRecord) -> int:
    """Add the row's contacts to the pupil; how many were new."""
    added = 0
    for slot in cells.slots:
        contact, problems = read_contact(cells.contact(row, slot), place=len(record.contacts) + 1)
        if contact is None:
            added += cells.one_contact_a_row and not problems
            continue
        record.carries_contacts = True
        for problem in problems:
            reading.faults.append(Fault(cells.table.name, row.line, problem, row.cells, kept=True))
        if any(contact.values == other.values for other in record.contacts):
            continue
        record.contacts.append(contact)
        added += 1
    if cells.slots:
        record.carries_contacts = True
    return added


def _pupil(cells: _Cells, row: Row, today: date) -> tuple[PupilRecord, list[str]]:
    """The pupil's own cells, and what is wrong with them."""
    record = PupilRecord(cells.table.name, row.line)
    problems: list[str] = []
    for name, parse in _PLAIN.items():
        if text := cells.get(row, name):
            try:
                record.values[name] = parse(text)[: _LONGEST.get(name, 12)]
            except ValueError as error:
                problems.append(str(error))
    record.postcode = record.values.pop("postcode", "")
    record.address = "\n".join(values.squeezed(part) for part in cells.get(row, "address").splitlines() if part.strip(" ,"))
    record.home_said = bool(record.address or record.postcode)
    _whole_name(record, cells.get(row, "full_name"))
    for name, words in (("first_name", "first name"), ("last_name", "last name")):
        if not record.values.get(name):
            problems.append(f"The row has no {words}.")
    if text := cells.get(row, "date_of_birth"):
        try:
            record.values["date_of_birth"] = values.birthday(text, today)
        except ValueError as error:
            problems.append(str(error))
    number = upns.normalised(cells.get(row, "upn"))
    if problem := upns.fault_of(number):
        problems.append(problem)
    elif number:
        record.values["upn"] = number
    _optional(record, cells, row, problems)
    if not record.keys and not problems:
        problems.append("The row has neither a UPN nor another number nor a date of birth: the pupil could not be found again.")
    return record, problems


def _whole_name(record: PupilRecord, text: str) -> None:
    """`Scott, Amelia` or `Amelia Scott` where there is one column for the name."""
    if text and "last_name" not in record.values:
        first, _, last = values.title_and_name(text)[1].partition(" ")
        record.values.setdefault("first_name", first[:80])
        record.values["last_name"] = last[:80]


def _optional(record: PupilRecord, cells: _Cells, row: Row, problems: list[str]) -> None:
    """Sex, SEN and flags. An empty SEN cell clears it; an empty flag cell says: no flag."""
    if text := cells.get(row, "sex"):
        record.values["sex"] = text[:1].upper()
    if "sen" in cells.places:
        record.values["sen"] = cells.get(row, "sen")[:4]
    if "flags" in cells.places:
        text = cells.get(row, "flags")
        try:
            record.flags = values.flags(text) if text else set()
        except ValueError as error:
            problems.append(str(error))
