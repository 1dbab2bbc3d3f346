"""The migrated empty databases that tests copy: migrating anew takes most of a short run's time, and in each worker again."""

import os
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
# Of this folder's databases on a server that others may use too.
OWN = f"{zlib.crc32(str(ROOT).encode()):08x}"
_ONE_AT_A_TIME = zlib.crc32(f"template of {OWN}".encode())


def template() -> Path:
    """SQLite's, made in a process of its own when the migrations have changed; the one that rehearsals keep."""
    code = "import django; django.setup(); from homevisits.rehearsal.throwaway import migrated_template; print(migrated_template())"
    made = subprocess.run([sys.executable, "-c", code], env=_environment(), cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    return Path(made.stdout.split()[-1])


def put_into(folder: Path) -> None:
    """Lay the migrated database into a folder for data, so that a `migrate` there has nothing to do."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template(), folder / "homevisits.sqlite3")


def copy_on_postgres(settings: dict[str, Any], name: str) -> None:
    """Make the database `name` anew from the migrated template on that server; the first worker makes the template."""
    with _server(settings) as cursor:
        made = _template_on_postgres(cursor, settings)
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{made}"')


def prepare_on_postgres() -> None:
    """Make the migrated template on the server of the settings ahead of the tests, so that no worker waits while another makes it."""
    from django.db import connection

    with _server(connection.settings_dict) as cursor:
        _template_on_postgres(cursor, connection.settings_dict)


def drop_on_postgres(settings: dict[str, Any], name: str) -> None:
    """Leave no copy behind."""
    with _server(settings) as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _template_on_postgres(cursor: Any, settings: dict[str, Any]) -> str:
    """The name of the migrated template, made when the migrations are other than those of the last one. The lock is the caller's."""
    from homevisits.rehearsal.throwaway import migrations_key

    name, draft = f"template_{OWN}_{migrations_key()}", f"template_{OWN}_draft"
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"template_{OWN}_%"])
    there = {found for (found,) in cursor.fetchall()}
    if name not in there:
        for old in {*there, draft}:
            cursor.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{draft}"')
        url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/".format(**settings) + draft
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--no-input"]
        subprocess.run(migrate, env=_environment(DATABASE_URL=url), cwd=ROOT, check=True)  # noqa: S603
        cursor.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
    return name


def _environment(**more: str) -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "homevisits.settings", **more}


@contextmanager
def _server(settings: dict[str, Any]) -> Iterator[Any]:
    """A cursor beside Django's connections, while no other worker of this folder makes or copies a template."""
    import psycopg

    at = {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"], "password": settings["PASSWORD"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **{key: value for key, value in at.items() if value}) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
        yield connection.cursor()
