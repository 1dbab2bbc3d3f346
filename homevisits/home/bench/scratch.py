"""A database that lives for one measuring: of the configured engine, with the options of the product, and gone afterwards."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, connections


@contextmanager
def scratch_database() -> Iterator[None]:
    """Point the default connection at a migrated empty database inside the block. The configured one is not touched."""
    before = connections.settings["default"]
    if connection.vendor == "sqlite":
        with tempfile.TemporaryDirectory(prefix="bench-") as folder, _connected({**before, "NAME": str(Path(folder) / "bench.sqlite3")}):
            yield
        return
    name = f"homevisits_bench_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        with _connected({**before, "NAME": name}):
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _connected(wanted: dict[str, Any]) -> Iterator[None]:
    before = connections.settings["default"]
    _switch(wanted)
    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        yield
    finally:
        _switch(before)


def _switch(to: dict[str, Any]) -> None:
    connections["default"].close()
    connections.settings["default"] = to
    del connections["default"]


def settle() -> None:
    """Let the engine forget what was deleted, so that one run does not slow the next."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
