"""Importing pupils and contacts: preview, then load or drop. Twice changes nothing, and a crash in the middle is gone on with."""

import hashlib
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from homevisits.audit import services as audit
from homevisits.common import clock
from homevisits.common.actors import Actor, staff_id
from homevisits.common.errors import BadInput

from ..importing import columns
from ..importing.applying import apply, propose_leavers
from ..importing.diffing import Plan, make_plan
from ..importing.faults import LINE, WHAT
from ..importing.reading import MAX_BYTES, Table, read_table
from ..importing.records import read_records
from ..importing.snapshot import snapshot
from ..models import ImportFault, ImportFile, ImportRun, ImportSource, School

CHUNK = 60
MAX_FILES = 10
# A worker that has not written for so long is taken for dead, and another goes on.
LEASE = timedelta(minutes=5)
Status = ImportRun.Status


@dataclass(frozen=True)
class Upload:
    """A file as it came."""

    name: str
    data: bytes


def start_preview(*, school: School, files: Sequence[Upload], by: Actor, now: datetime) -> ImportRun:
    """Read the files, guess or find again their columns, and keep them for a look. Nothing of the school changes.

    Raises BadInput with a sentence when a file cannot be read at all.
    """
    if not files:
        raise BadInput("Choose at least one file.")
    if len(files) > MAX_FILES or sum(len(file.data) for file in files) > 2 * MAX_BYTES:
        raise BadInput(f"Choose at most {MAX_FILES} files with together at most {2 * MAX_BYTES // 1024 // 1024} MB.")
    if len({file.name for file in files}) < len(files):
        raise BadInput("Two of the files have the same name.")
    tables = [read_table(file.name, file.data) for file in files]
    options = {
        "columns": {table.name: _columns_for(school, table) for table in tables},
        "whole": not any({LINE, WHAT} <= set(table.header) for table in tables),
        "ticked": [],
    }
    described = [
        {"name": file.name, "rows": len(table.rows), "sha256": hashlib.sha256(file.data).hexdigest(), "header": list(table.header)}
        for file, table in zip(files, tables, strict=True)
    ]
    with transaction.atomic():
        run = ImportRun.objects.create(
            school=school, kind=ImportSource.Kind.PUPILS, status=Status.PREVIEWED, by_id=staff_id(by), started_at=now, files=described,
            options=options,
        )  # fmt: skip
        ImportFile.objects.bulk_create(ImportFile(run=run, name=file.name, data=file.data) for file in files)
        _describe(run, now)
        _record("people.import.previewed", run, by, now)
    return run


def choose_columns(*, run: ImportRun, chosen: Mapping[str, Mapping[str, str]], whole: bool, by: Actor, now: datetime) -> None:
    """Take the columns that a person chose, {file: {field: column}}, and save them for the next file with the same header.

    Raises BadInput when the choice cannot work, with all that is missing.
    """
    _must_wait(run)
    headers = {file["name"]: tuple(file["header"]) for file in run.files}
    says = [
        f"{name}: {sentence}"
        for name, mapping in chosen.items()
        for sentence in columns.missing({field: column for field, column in mapping.items() if column in headers.get(name, ())})
    ]
    if says:
        raise BadInput(" ".join(says))
    with transaction.atomic():
        run.options = {**run.options, "columns": {name: dict(mapping) for name, mapping in chosen.items()}, "whole": whole}
        for table in _tables(run):
            ImportSource.objects.update_or_create(
                school=run.school, kind=run.kind, header_key=table.key,
                defaults={"name": table.name[:80], "columns": dict(chosen[table.name])},
            )  # fmt: skip
        _describe(run, now)
        _record("people.import.columns_chosen", run, by, now)


def plan_of(run: ImportRun, *, now: datetime) -> Plan:
    """What the run would change as things stand now; empty once its files are gone."""
    tables = [(table, run.options["columns"][table.name]) for table in _tables(run)]
    reading = read_records(tables, today=clock.local_day(now))
    return make_plan(reading, snapshot(run.school), whole=bool(run.options.get("whole")) and bool(tables))


def confirm(*, run: ImportRun, ticked: Collection[str] = (), by: Actor, now: datetime) -> None:
    """Say that the run may be loaded, with the changes that were ticked. A worker does it; `load` is safe to call twice.

    Raises BadInput when the columns chosen cannot work, or the run is loaded or dropped already.
    """
    _must_wait(run)
    says = [says for mapping in run.options["columns"].values() for says in columns.missing(mapping)]
    if says:
        raise BadInput(" ".join(says))
    with transaction.atomic():
        plan = plan_of(run, now=now)
        known = {tick.key for tick in plan.ticks}
        run.options = {**run.options, "ticked": sorted(known & set(ticked))}
        run.status, run.total, run.done = Status.COMMITTING, len(plan.entries), 0
        run.counts = plan.counts()
        run.save(update_fields=["options", "status", "total", "done", "counts"])
        _record("people.import.confirmed", run, by, now)


def load(*, run_id: int, by: Actor, now: datetime, chunk: int = CHUNK) -> bool:
    """Write a confirmed run in chunks; False when it is not waiting, or another worker is at it.

    What an earlier, crashed attempt has written is on file by now, so the fresh plan finds it unchanged and goes on after it.
    """
    claim = uuid.uuid4()
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    mine = ImportRun.objects.filter(free, pk=run_id, status=Status.COMMITTING).update(claim=claim, claimed_until=now + LEASE)
    if not mine:
        return False
    run = ImportRun.objects.select_related("school").get(pk=run_id)
    plan = plan_of(run, now=now)
    ticked = set(run.options.get("ticked", ()))
    todo = [entry for entry in plan.entries if entry.held is None or entry.changed or any(tick.key in ticked for tick in entry.ticks)]
    _progress(run_id, claim, now, len(plan.entries) - len(todo))
    for start in range(0, len(todo), chunk):
        part = todo[start : start + chunk]
        with transaction.atomic():
            if not _progress(run_id, claim, now, len(plan.entries) - len(todo) + start + len(part)):
                return False
            written = apply(part, school=run.school, ticked=ticked, run_id=run_id, by_id=staff_id(by), now=now)
            audit.record_many(written.audit, by=by, now=now, school_id=run.school_id)
    return _finish(run, claim, plan, by, now)


def _finish(run: ImportRun, claim: uuid.UUID, plan: Plan, by: Actor, now: datetime) -> bool:
    """Propose the leavers, forget the files, and close the run."""
    with transaction.atomic():
        closed = ImportRun.objects.filter(pk=run.pk, claim=claim, status=Status.COMMITTING).update(
            status=Status.COMMITTED, finished_at=now, claim=None, claimed_until=None
        )
        if closed:
            audit.record_many(propose_leavers(plan.leavers, run_id=run.pk), by=by, now=now, school_id=run.school_id)
            ImportFile.objects.filter(run=run).delete()
            _record("people.import.loaded", run, by, now)
    return bool(closed)


def drop(*, run: ImportRun, by: Actor, now: datetime) -> None:
    """Forget a previewed run and its files. Raises BadInput when it is loaded already."""
    _must_wait(run)
    with transaction.atomic():
        run.status, run.finished_at = Status.DROPPED, now
        run.save(update_fields=["status", "finished_at"])
        ImportFile.objects.filter(run=run).delete()
        _record("people.import.dropped", run, by, now)


def fail(*, run_id: int, error: str, by: Actor, now: datetime) -> None:
    """Say on the run why it could not be loaded; what was loaded before stays, and the same file can be imported again."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        run.status, run.error, run.finished_at = Status.FAILED, error[:2000], now
        run.save(update_fields=["status", "error", "finished_at"])
        ImportFile.objects.filter(run=run).delete()
        _record("people.import.failed", run, by, now)


def import_now(
    *, school: School, files: Sequence[Upload], ticked: Collection[str] = (), by: Actor, now: datetime, dry_run: bool = False
) -> ImportRun:
    """Preview and load in one go: the command and the watched folder. A dry run ends dropped, with its counts and faults to read.

    Changes that need a person's tick are left for the screen. Raises BadInput as `start_preview` and `confirm` do.
    """
    run = start_preview(school=school, files=files, by=by, now=now)
    if dry_run:
        drop(run=run, by=by, now=now)
        return run
    confirm(run=run, ticked=ticked, by=by, now=now)
    load(run_id=run.pk, by=by, now=now)
    run.refresh_from_db()
    return run


def waiting(now: datetime) -> list[int]:
    """The confirmed runs that no worker is at, the oldest first: for the minute's knock."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    return list(ImportRun.objects.filter(free, status=Status.COMMITTING).order_by("pk").values_list("pk", flat=True))


def _columns_for(school: School, table: Table) -> dict[str, str]:
    """The columns that were chosen for this header before, else a guess."""
    saved = ImportSource.objects.filter(school=school, kind=ImportSource.Kind.PUPILS, header_key=table.key).first()
    return dict(saved.columns) if saved else columns.guess(table.header)


def _tables(run: ImportRun) -> list[Table]:
    return [read_table(file.name, bytes(file.data)) for file in ImportFile.objects.filter(run=run).order_by("pk")]


def _describe(run: ImportRun, now: datetime) -> None:
    """Keep the counts and the faulty rows of the plan on the run."""
    plan = plan_of(run, now=now)
    run.counts = plan.counts()
    run.save(update_fields=["counts", "options"])
    run.faults.all().delete()
    ImportFault.objects.bulk_create(
        ImportFault(run=run, file=fault.file[:200], line=fault.line, says=fault.says[:300], row=list(fault.row), kept=fault.kept)
        for fault in plan.faults
    )


def _progress(run_id: int, claim: uuid.UUID, now: datetime, done: int) -> bool:
    """Note how far it is; False when another worker has taken it over."""
    mine = ImportRun.objects.filter(pk=run_id, claim=claim, status=Status.COMMITTING)
    return bool(mine.update(done=done, claimed_until=now + LEASE))


def _must_wait(run: ImportRun) -> None:
    if run.status != Status.PREVIEWED:
        raise BadInput(f"This import is already {run.get_status_display().lower()}.")


def _record(act: str, run: ImportRun, by: Actor, now: datetime) -> None:
    detail = {"counts": run.counts, "files": [file["sha256"] for file in run.files]}
    audit.record(act, by=by, now=now, school_id=run.school_id, object_type="import", object_id=run.pk, detail=detail)
