"""Making a backup: whole or not at all."""

import io
import os
import platform
import tarfile
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from . import engines
from .archive import MANIFEST, MEDIA, Manifest, hashed, key_mark

KEEP = 60
PREFIX, SUFFIX = "homevisits-", ".tar"
Say = Callable[[str], None]


def back_up(folder: Path, *, now: datetime, say: Say, keep: int = KEEP) -> Path:
    """Write an archive into `folder` and drop all but the newest `keep`. Raises Unfit, and leaves nothing, when it is not sound."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{PREFIX}{now.astimezone(UTC):%Y%m%dT%H%M%S}Z{SUFFIX}"
    with tempfile.TemporaryDirectory(dir=folder, prefix=".draft-") as draft:
        copy = Path(draft) / engines.NAMES[connection.vendor]
        say("The database is copied")
        counted = engines.take(copy)
        say(f"{len(counted)} tables with {sum(counted.values())} rows, {copy.stat().st_size // 1024} kB")
        # After the database: a document whose row is in the copy is there, whatever is added meanwhile.
        media = _media()
        say(f"{len(media)} documents")
        files = {copy.name: hashed(copy), **{MEDIA + part: hashed(file) for part, file in media.items()}}
        done = sorted(".".join(one) for one in MigrationRecorder(connection).applied_migrations())
        manifest = Manifest(
            taken_at=now.isoformat(), engine=connection.vendor, database=copy.name, counts=counted, files=files, versions=_versions(),
            key=key_mark(settings.SECRET_KEY), migrations=done,
        )  # fmt: skip
        whole = _written(Path(draft) / name, manifest, copy, media)
        whole.replace(folder / name)
    _drop_old(folder, keep)
    return folder / name


def _written(archive: Path, manifest: Manifest, copy: Path, media: dict[str, Path]) -> Path:
    with os.fdopen(os.open(archive, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as out:
        with tarfile.open(fileobj=out, mode="w") as tar:
            text = manifest.as_json()
            head = tarfile.TarInfo(MANIFEST)
            head.size, head.mode = len(text), 0o600
            tar.addfile(head, io.BytesIO(text))
            tar.add(copy, copy.name)
            for part, file in media.items():
                tar.add(file, MEDIA + part)
        out.flush()
        os.fsync(out.fileno())
    return archive


def _media() -> dict[str, Path]:
    """The stored files, by their names below the folder of documents."""
    root = Path(settings.MEDIA_ROOT)
    return {file.relative_to(root).as_posix(): file for file in sorted(root.rglob("*")) if file.is_file() and not file.is_symlink()}


def _versions() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        engine = str(cursor.fetchone()[0])
    return {"python": platform.python_version(), "django": django.get_version(), "engine": engine}


def _drop_old(folder: Path, keep: int) -> None:
    for old in sorted(folder.glob(f"{PREFIX}2*{SUFFIX}"), reverse=True)[keep:]:
        old.unlink()
