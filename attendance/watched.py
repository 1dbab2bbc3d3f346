"""The watched folder: exports and registers that the information system lays down each morning are imported by themselves.

`IMPORT_FOLDER/<school>/` is looked at each minute. A file that is complete is taken into `working`, imported, and ends in `done` or
`failed` with a report beside it. The office hears of what failed, of what needs a person, and of a morning without an export.
"""

import logging
import os
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path

from django.db import transaction

from homevisits.common import clock
from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput
from homevisits.messaging.models import Notice
from homevisits.messaging.notices import tell
from homevisits.people.importing.faults import Fault
from homevisits.people.importing.reading import MAX_BYTES, read_table
from homevisits.people.models import ImportRun, ImportSource, Role, School
from homevisits.people.school_calendar import school_day_status
from homevisits.people.services.imports import Upload, import_now

from .importing import is_marks, is_register, load_marks, load_register

log = logging.getLogger(__name__)
BY = SystemJob("Watched folder")
ENDINGS = (".csv", ".txt", ".tsv")
# A file that was written to within these seconds may still be growing.
STILL = timedelta(seconds=20)
# A file that lies in `working` for longer was left by a worker that died.
LOST = timedelta(minutes=15)


def look(folder: Path, *, real: datetime, expected_by: time) -> int:
    """Import what has come for every school, and say what did not come by `expected_by`. How many files were dealt with.

    `real` is the real time; each school lives by its own clock.
    """
    dealt = 0
    for place in sorted(folder.iterdir()) if folder.is_dir() else []:
        school = School.objects.filter(slug=place.name).first() if place.is_dir() and not place.is_symlink() else None
        if school is None:
            continue
        _bring_back(place, real)
        dealt += _import_all(school, place, _take(place, real), school.at(real))
        _say_what_is_missing(school, expected_by, school.at(real))
    return dealt


def _complete(place: Path, real: datetime) -> list[Path]:
    """Files that have stopped growing, the oldest first."""
    found = []
    for path in place.iterdir():
        if path.is_symlink() or not path.is_file() or path.name.startswith(".") or path.suffix.lower() not in ENDINGS:
            continue
        if path.stat().st_mtime <= (real - STILL).timestamp():
            found.append(path)
    return sorted(found, key=lambda path: (path.stat().st_mtime, path.name))


def _take(place: Path, real: datetime) -> list[Path]:
    """Move complete files into `working`: of two workers only one succeeds."""
    working = _sub(place, "working")
    taken = []
    for path in _complete(place, real):
        target = working / path.name
        try:
            os.rename(path, target)
            os.utime(target, (real.timestamp(), real.timestamp()))
        except FileNotFoundError:
            continue
        taken.append(target)
    return taken


def _bring_back(place: Path, real: datetime) -> None:
    """Put back what a worker that died had taken: importing it again changes nothing that is loaded."""
    for path in _sub(place, "working").iterdir():
        if path.stat().st_mtime < (real - LOST).timestamp():
            os.replace(path, place / path.name)
            os.utime(place / path.name, (0, 0))


def _import_all(school: School, place: Path, paths: Sequence[Path], now: datetime) -> int:
    """Pupils and contacts together, since one export may be two files; then marks; registers last, so that their pupils are known."""
    kinds: dict[str, list[Path]] = {"pupils": [], "marks": [], "register": []}
    for path in paths:
        try:
            if path.stat().st_size > MAX_BYTES:
                raise BadInput(f"{path.name} is larger than {MAX_BYTES // 1024 // 1024} MB.")
            table = read_table(path.name, path.read_bytes())
        except BadInput as error:
            _failed(school, place, [path], str(error), now)
            continue
        kinds["register" if is_register(table) else "marks" if is_marks(table) else "pupils"].append(path)
    if kinds["pupils"]:
        _try(school, place, kinds["pupils"], "pupils", now)
    for kind in ("marks", "register"):
        for path in kinds[kind]:
            _try(school, place, [path], kind, now)
    return len(paths)


def _try(school: School, place: Path, paths: list[Path], kind: str, now: datetime) -> None:
    """Import files of one kind; whatever goes wrong is said and stops nothing else."""
    try:
        report = _pupils(school, paths, now) if kind == "pupils" else _marks(school, paths[0], kind, now)
    except BadInput as error:
        _failed(school, place, paths, str(error), now)
    except Exception:
        log.exception("An import from the watched folder of %s failed.", school.slug)
        _failed(school, place, paths, "The import stopped with an error of the program.", now)
    else:
        _put_away(place, "done", paths, report, now)


def _pupils(school: School, paths: Iterable[Path], now: datetime) -> str:
    """Import pupils and contacts; what needs a person is told to the office."""
    run = import_now(school=school, files=[Upload(path.name, path.read_bytes()) for path in paths], by=BY, now=now)
    counts = run.counts
    needs = [
        f"{counts[name]} {words}"
        for name, words in (("faulty", "rows not loaded"), ("left", "pupils missing"), ("ticks", "changes to decide"))
        if counts[name]
    ]
    if needs:
        says = f"The export was imported. To look at: {', '.join(needs)}."
        tell(
            school=school,
            role=Role.OFFICE_ADMIN,
            about="import_to_look_at",
            says=says,
            link=_link(school, run.pk),
            task=True,
            by=BY,
            now=now,
        )
    head = f"{counts['new']} new, {counts['changed']} changed, {counts['unchanged']} unchanged, {counts['left']} missing."
    return "\n".join([head, *(f"{fault.file}, line {fault.line}: {fault.says}" for fault in run.faults.order_by("file", "line"))])


def _marks(school: School, path: Path, kind: str, now: datetime) -> str:
    """Import marks, or take a register."""
    load = load_register if kind == "register" else load_marks
    loaded = load(school=school, name=path.name, data=path.read_bytes(), by=BY, now=now)
    if loaded.faults:
        says = f"{path.name}: {len(loaded.faults)} marks could not be read. The others are taken."
        link = _link(school, loaded.run_id)
        tell(school=school, role=Role.OFFICE_ADMIN, about="import_to_look_at", says=says, link=link, task=True, by=BY, now=now)
    return _lines(f"{loaded.kept.new} new, {loaded.kept.changed} changed, {loaded.kept.unchanged} unchanged.", loaded.faults)


def _lines(head: str, faults: Iterable[Fault]) -> str:
    return "\n".join([head, *(f"{fault.file}, line {fault.line}: {fault.says}" for fault in faults)])


def _failed(school: School, place: Path, paths: Sequence[Path], why: str, now: datetime) -> None:
    _put_away(place, "failed", paths, why, now)
    says = f"An import from the watched folder failed. {why}"
    tell(school=school, role=Role.OFFICE_ADMIN, about="import_failed", says=says, link=_link(school, None), task=True, by=BY, now=now)


def _put_away(place: Path, where: str, paths: Iterable[Path], report: str, now: datetime) -> None:
    """Move the files out of the way, each with its report; an earlier file of the same name is kept."""
    stamp = f"{clock.local(now):%Y-%m-%d-%H%M%S}"
    for path in paths:
        target = _sub(place, where) / f"{stamp}-{path.name}"
        os.replace(path, target)
        target.with_name(f"{target.name}.report.txt").write_text(report + "\n")


def _sub(place: Path, name: str) -> Path:
    folder = place / name
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _link(school: School, run_id: int | None) -> str:
    return f"/s/{school.slug}/imports/{run_id}/" if run_id else f"/s/{school.slug}/imports/"


def _say_what_is_missing(school: School, expected_by: time, now: datetime) -> None:
    """Once a school day: no export of pupils has come by the time it should. A register that is not taken is the ladder's business."""
    today = clock.local_day(now)
    if clock.local(now).time() < expected_by or clock.local(now).hour >= 16:
        return
    began = clock.instant(today, time(0))
    runs = ImportRun.objects.filter(school=school, kind=ImportSource.Kind.PUPILS, started_at__gte=began, started_at__lte=now)
    if runs.filter(status=ImportRun.Status.COMMITTED).exists() or not school_day_status(school, today)[0]:
        return
    with transaction.atomic():
        School.objects.select_for_update().get(pk=school.pk)
        if not Notice.objects.filter(school=school, about="import_missing", at__gte=began).exists():
            says = (
                f"This morning’s export has not come by {expected_by:%-H:%M}. New pupils and corrected numbers are missing until it comes."
            )
            tell(
                school=school,
                role=Role.OFFICE_ADMIN,
                about="import_missing",
                says=says,
                link=_link(school, None),
                task=True,
                by=BY,
                now=now,
            )
