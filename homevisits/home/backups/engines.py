"""Both databases: taking a copy with its counts, and laying it back.

SQLite by VACUUM INTO (a copied file can miss rows and still look sound), PostgreSQL by its own tools and one snapshot for dump and counts.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction

from .archive import Unfit

NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
DRILL = "homevisits_drill"


def tables() -> list[str]:
    """The tables of the database, in order."""
    return sorted(connection.introspection.table_names())


def counts(names: list[str] | None = None) -> dict[str, int]:
    """How many rows each table has."""
    found = {}
    with connection.cursor() as cursor:
        for name in names or tables():
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608
            found[name] = int(cursor.fetchone()[0])
    return found


def take(file: Path) -> dict[str, int]:
    """Write a copy of the database to `file`: the rows of each table in it. Raises Unfit when it is not sound."""
    return _take_sqlite(file) if connection.vendor == "sqlite" else _take_postgres(file)


def _take_sqlite(file: Path) -> dict[str, int]:
    """Somebody may write meanwhile: what the copy has must lie between what was there before and after."""
    before = counts()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])
    after, copied = counts(), of_file(file)
    wrong = []
    for name, rows in copied.items():
        there = (before.get(name, 0), after.get(name, 0))
        if not min(there) <= rows <= max(there):
            wrong.append(name)
    if wrong or set(before) - set(copied):
        raise Unfit(f"The copy of the database is not sound: {', '.join(wrong or sorted(set(before) - set(copied)))}.")
    return copied


def of_file(file: Path) -> dict[str, int]:
    """The rows of each table of a SQLite file. Raises Unfit when the file is damaged."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as copy:
            sound = copy.execute("PRAGMA integrity_check").fetchone()[0]
            names = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
            found = {name: int(copy.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]) for name in sorted(names)}  # noqa: S608
    except sqlite3.DatabaseError as error:
        raise Unfit(f"The copy of the database is not sound: {error}.") from error
    if sound != "ok":
        raise Unfit(f"The copy of the database is not sound: {sound}.")
    return found


def _take_postgres(file: Path) -> dict[str, int]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        _tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={file}")
        return counts()


def lay_back(file: Path) -> None:
    """PostgreSQL: put the copy into the database of the connection, which is empty, whole or not at all."""
    _tool("pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(file), into="--dbname")


def _tool(name: str, *words: str, into: str = "--dbname") -> None:
    """Run one of PostgreSQL's tools on the database of the connection. The password goes by the environment."""
    at = connection.settings_dict
    others = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    path = shutil.which(name) or (str(others[0]) if others else "")
    if not path:
        raise Unfit(f"{name} is not on this machine: install the client tools of PostgreSQL (postgresql-client).")
    told = {"PGHOST": at["HOST"], "PGPORT": at["PORT"], "PGUSER": at["USER"], "PGPASSWORD": at["PASSWORD"]}
    environment = {**os.environ, **{key: str(value) for key, value in told.items() if value}}
    environment["PGOPTIONS"] = "-c default_transaction_read_only=off"
    ended = subprocess.run([path, *words, into, str(at["NAME"])], env=environment, capture_output=True, text=True)  # noqa: S603
    if ended.returncode:
        raise Unfit(f"{name} failed: {ended.stderr.strip()[-400:]}")


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Inside the block the default connection goes to another database of the same engine, and back after it."""
    before = connections.settings["default"]
    _switch({**before, "NAME": name})
    try:
        yield
    finally:
        _switch(before)


def _switch(to: dict[str, Any]) -> None:
    connections["default"].close()
    connections.settings["default"] = to
    del connections["default"]


@contextmanager
def only_we_write() -> Iterator[None]:
    """PostgreSQL: until the block has ended well, nobody else can write into the database, also after a crash in between."""
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        cursor.execute("SET default_transaction_read_only = off")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")


@contextmanager
def scratch() -> Iterator[str]:
    """PostgreSQL: an empty database beside ours for a drill, gone afterwards. Raises Unfit where the account may make none."""
    name = f"{DRILL}_{os.getpid()}"
    try:
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
    except Exception as error:
        raise Unfit("The drill needs an account that may create a database: ALTER ROLE … CREATEDB.") from error
    try:
        yield name
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
