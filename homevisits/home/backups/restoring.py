"""Restoring: into an empty place only, checked row by row count, and in quarantine before anybody can start on it (R14)."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from homevisits.common.actors import SystemJob
from homevisits.home.models import WatchFinding
from homevisits.home.watch import looks
from homevisits.home.watching import outbox
from homevisits.messaging import quarantine

from . import archive, engines
from .archive import MEDIA, Manifest, Unfit

Say = Callable[[str], None]
RESTORE = SystemJob("Restoring a backup")


def restore(file: Path, *, now: datetime, say: Say) -> Manifest:
    """Lay a backup into the empty database and the empty folder for documents of this installation.

    Raises Unfit when there is anything already, or the archive is not sound; then nothing can start on what was laid down: SQLite's file
    is not there yet, PostgreSQL's database takes no writing.
    """
    manifest = _fit(file, say)
    _refuse_living(file)
    root = Path(settings.MEDIA_ROOT)
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root.parent, prefix=".restoring-") as draft:
        copy = _unpack(file, manifest, Path(draft), say)
        # Documents first: a database that can be started on is the last thing to be there.
        if (Path(draft) / MEDIA).exists():
            shutil.copytree(Path(draft) / MEDIA, root, dirs_exist_ok=True)
        if connection.vendor == "postgresql":
            with engines.only_we_write():
                engines.lay_back(copy)
                _finish(manifest, now, say)
        else:
            target = Path(connection.settings_dict["NAME"])
            with engines.connected_to(str(copy)):
                _finish(manifest, now, say)
            connection.close()
            for rest in ("-wal", "-shm"):
                target.with_name(target.name + rest).unlink(missing_ok=True)
            shutil.copyfile(copy, part := target.with_name(target.name + ".part"))
            part.replace(target)
    return manifest


def drill(file: Path, *, now: datetime, say: Say) -> Manifest:
    """Do the same beside the living installation, which is not touched, and throw it away. Raises Unfit as `restore` does."""
    manifest = _fit(file, say)
    with tempfile.TemporaryDirectory(prefix="drill-") as draft:
        copy = _unpack(file, manifest, Path(draft), say)
        if connection.vendor == "postgresql":
            with engines.scratch() as name, engines.connected_to(name):
                engines.lay_back(copy)
                _finish(manifest, now, say)
        else:
            with engines.connected_to(str(copy)):
                _finish(manifest, now, say)
    return manifest


def _fit(file: Path, say: Say) -> Manifest:
    manifest = archive.read(file)
    if manifest.engine != connection.vendor:
        raise Unfit(
            f"The backup is of {manifest.engine}, and DATABASE_URL names {connection.vendor}: restore it where the engine is the same."
        )
    say(f"The backup of {manifest.taken_at}: {len(manifest.counts)} tables, {len(manifest.files) - 1} documents")
    if not archive.has_key(manifest):
        say(
            "Note: it was made with another SECRET_KEY. Until that key is set, or stands in SECRET_KEY_FALLBACKS, everybody is signed out "
            "and second factors cannot be used."
        )
    return manifest


def _refuse_living(file: Path) -> None:
    """A backup never goes over what is there."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        if Path(name).exists() and Path(name).stat().st_size:
            raise Unfit(f"There is a database already: {name}. Stop everything, move the file away, and try again. {file} is untouched.")
    elif engines.tables():
        raise Unfit(f"The database {name} is not empty. Make an empty one (createdb), name it in DATABASE_URL, and try again.")
    root = Path(settings.MEDIA_ROOT)
    if root.exists() and any(root.iterdir()):
        raise Unfit(f"There are documents already in {root}. Move the folder away and try again.")


def _unpack(file: Path, manifest: Manifest, folder: Path, say: Say) -> Path:
    for number, _ in enumerate(archive.unpacked(file, manifest, folder), 1):
        if number % 500 == 0:
            say(f"{number} of {len(manifest.files)} files unpacked")
    say(f"{len(manifest.files)} files unpacked, each as it was written")
    return folder / manifest.database


def _finish(manifest: Manifest, now: datetime, say: Say) -> None:
    """On the restored database: compare the counts, bring it up to this version, and hold every message back."""
    found = engines.counts(list(manifest.counts))
    wrong = [f"{name} has {found[name]} rows, not {rows}" for name, rows in manifest.counts.items() if found[name] != rows]
    if wrong:
        raise Unfit(f"The restored database is not what was backed up: {'; '.join(wrong[:5])}.")
    say(f"{sum(found.values())} rows in {len(found)} tables, as many as were backed up")
    call_command("migrate", verbosity=0, interactive=False)
    rows = quarantine.begin(backup_at=datetime.fromisoformat(manifest.taken_at), by=RESTORE, now=now)
    # On Status and in the banner at once, not only after the watcher's first look.
    findings = [one for look in looks(now) for one in outbox.restored(look)]
    WatchFinding.objects.bulk_create(
        [WatchFinding(school_id=one.school_id, kind=one.kind, key=one.key, says=one.says, pupils=[], found_at=now) for one in findings]
    )
    if rows:
        say(f"In quarantine: {len(rows)} school{'' if len(rows) == 1 else 's'}. Nothing is sent until somebody lets it go in the product.")
    else:
        say("No school is in quarantine: there is none but a demo, which sends nothing outside.")
