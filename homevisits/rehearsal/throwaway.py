"""A throw-away database for a rehearsal: SQLite in a temporary folder, copied from a migrated template that is kept."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections

# Nothing of it outlives the command, so nothing waits for the disk.
_PRAGMAS = "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"


@contextmanager
def throwaway_database() -> Iterator[None]:
    """Point the default connection at a fresh migrated database inside the block, and back after it. The school's own is not touched."""
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        file = Path(folder) / "rehearsal.sqlite3"
        shutil.copyfile(migrated_template(), file)
        with _connected_to(file):
            yield


def migrated_template() -> Path:
    """The migrated empty database, made when the migrations are other than those of the last one."""
    folder = Path(settings.VAR_DIR) / "rehearsal"
    file = folder / f"template-{migrations_key()}.sqlite3"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"draft-{os.getpid()}.sqlite3"
        with _connected_to(draft):
            call_command("migrate", verbosity=0, interactive=False)
        for old in folder.glob("template-*.sqlite3"):
            old.unlink(missing_ok=True)
        draft.replace(file)
    return file


def migrations_key() -> str:
    """A hash over all migration files of the installed apps."""
    digest = hashlib.sha256()
    for config in sorted(apps.get_app_configs(), key=lambda config: config.name):
        for file in sorted(Path(config.path).glob("migrations/*.py")):
            digest.update(f"{config.name}/{file.name}".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _connected_to(file: Path) -> Iterator[None]:
    before = connections.settings["default"]
    wanted: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file), "OPTIONS": {"init_command": _PRAGMAS}}
    _switch(connections.configure_settings({"default": wanted})["default"])
    try:
        yield
    finally:
        _switch(before)


def _switch(to: dict[str, Any]) -> None:
    connections["default"].close()
    connections.settings["default"] = to
    del connections["default"]
