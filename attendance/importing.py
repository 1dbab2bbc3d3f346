"""Marks and a morning's register from files: read by people's import, written by attendance's services."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.actors import Actor, staff_id
from homevisits.common.errors import BadInput
from homevisits.people.importing import values
from homevisits.people.importing.columns import guess_marks
from homevisits.people.importing.faults import Fault
from homevisits.people.importing.marks import missing, read_marks
from homevisits.people.importing.reading import Table, read_table
from homevisits.people.models import ImportFault, ImportRun, ImportSource, Pupil, School

from .codes import CODES
from .services.marks import Kept, MarkGiven, keep_marks
from .services.registers import take_register


@dataclass
class MarksLoaded:
    """What came of a file: marks kept, and the rows that were not."""

    kept: Kept = field(default_factory=Kept)
    faults: list[Fault] = field(default_factory=list)
    day: date | None = None
    session: str = ""
    unexplained: int = 0
    run_id: int | None = None


def numbers_of(school: School) -> dict[tuple[str, str], int]:
    """Ids of the school's pupils by UPN and by the number in the information system, pupils on roll before those who left."""
    found: dict[tuple[str, str], int] = {}
    rows = Pupil.objects.filter(school=school).order_by("status", "pk").values_list("pk", "upn", "mis_id", "status")
    for pk, upn, mis_id, _ in sorted(rows, key=lambda row: row[3] == Pupil.Status.LEFT):
        for key in (("upn", upn), ("mis_id", mis_id)):
            if key[1]:
                found.setdefault(key, pk)
    return found


def load_marks(*, school: School, name: str, data: bytes, by: Actor, now: datetime, dry_run: bool = False) -> MarksLoaded:
    """Load a file of marks (pupil, date, session, mark). The same file again changes nothing; an amended mark keeps what it was.

    Raises BadInput when the file cannot be read or lacks a column.
    """
    table = _table(name, data, register=False)
    reading = read_marks(table, numbers_of(school), codes=CODES)
    loaded = MarksLoaded(faults=reading.faults)
    if not dry_run:
        marks = {(mark.pupil_id, mark.day, mark.session): _given(mark.code, mark.minutes_late, mark.comment) for mark in reading.marks}
        with transaction.atomic():
            loaded.kept = keep_marks(school=school, marks=marks, why="Imported marks", by=by, now=now)
            _note(school, ImportSource.Kind.MARKS, table, data, loaded, by, now)
    else:
        loaded.kept.new = len(reading.marks)
    return loaded


def load_register(
    *, school: School, name: str, data: bytes, day: date | None = None, session: str | None = None, by: Actor, now: datetime,
    dry_run: bool = False,
) -> MarksLoaded:  # fmt: skip
    """Take one session’s register from a file. Day and session come from its rows, its name (`register-2026-11-24-am.csv`), or are given.

    Raises BadInput when the file cannot be read, brings several sessions, or the school is closed that day.
    """
    table = _table(name, data, register=True)
    named_day, named_session = told_by_name(name)
    reading = read_marks(table, numbers_of(school), codes=CODES, day=day or named_day, session=session or named_session)
    sessions = {(mark.day, mark.session) for mark in reading.marks}
    if len(sessions) > 1:
        raise BadInput(f"{name} has marks of more than one session. Import it as marks.")
    if not sessions:
        first = reading.faults[0] if reading.faults else None
        raise BadInput(f"{name} has no mark that can be read. Line {first.line}: {first.says}" if first else f"{name} has no marks.")
    loaded = MarksLoaded(faults=reading.faults)
    loaded.day, loaded.session = sessions.pop()
    marks = {mark.pupil_id: _given(mark.code, mark.minutes_late, mark.comment) for mark in reading.marks}
    loaded.unexplained = sum(given.code == "N" for given in marks.values())
    loaded.kept.new = len(marks)
    if not dry_run:
        with transaction.atomic():
            take_register(
                school=school, day=loaded.day, session=loaded.session, marks=marks, class_names=None, source=f"Imported {name}"[:80], by=by,
                now=now,
            )  # fmt: skip
            _note(school, ImportSource.Kind.REGISTER, table, data, loaded, by, now)
    return loaded


def told_by_name(name: str) -> tuple[date | None, str | None]:
    """Day and session as a file's name tells them; None for what it does not."""
    day = re.search(r"(\d{4}-\d{2}-\d{2})", name)
    session = re.search(r"(?<![a-z])(am|pm)(?![a-z])", name, re.IGNORECASE)
    try:
        return (values.day(day[1]) if day else None), (session[1].upper() if session else None)
    except ValueError:
        return None, None


def is_register(table: Table) -> bool:
    """Whether a file is one session's register: it has marks, and no column of dates."""
    mapping = guess_marks(table.header)
    return "mark" in mapping and "day" not in mapping


def is_marks(table: Table) -> bool:
    """Whether a file has marks of many days."""
    return {"mark", "day", "session"} <= set(guess_marks(table.header))


def _table(name: str, data: bytes, *, register: bool) -> Table:
    table = read_table(name, data)
    says = missing(guess_marks(table.header), register=register)
    if says:
        raise BadInput(f"{name}: {' '.join(says)}")
    return table


def _note(school: School, kind: ImportSource.Kind, table: Table, data: bytes, loaded: MarksLoaded, by: Actor, now: datetime) -> None:
    """Keep the import among the school's imports, with its faulty rows."""
    kept = loaded.kept
    counts = {"new": kept.new, "changed": kept.changed, "unchanged": kept.unchanged, "faulty": len(loaded.faults)}
    described = {"name": table.name, "rows": len(table.rows), "sha256": hashlib.sha256(data).hexdigest(), "header": list(table.header)}
    run = ImportRun.objects.create(
        school=school, kind=kind, status=ImportRun.Status.COMMITTED, by_id=staff_id(by), started_at=now, finished_at=now, files=[described],
        counts=counts, done=len(table.rows), total=len(table.rows),
    )  # fmt: skip
    loaded.run_id = run.pk
    ImportFault.objects.bulk_create(
        ImportFault(run=run, file=fault.file[:200], line=fault.line, says=fault.says[:300], row=list(fault.row)) for fault in loaded.faults
    )
    record(
        "attendance.import.loaded", by=by, now=now, school_id=school.pk, object_type="import", object_id=run.pk, detail={"counts": counts}
    )


def _given(code: str, minutes_late: int | None, comment: str) -> MarkGiven:
    return MarkGiven(code=code, minutes_late=minutes_late, comment=comment)
