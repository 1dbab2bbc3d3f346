"""SQLite keeps what several processes write, and refuses to start when it could not (R12)."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from homevisits.common import sqlite

WRITER = """
import sys, django
django.setup()
from django.db import connection, transaction
for _ in range(int(sys.argv[1])):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT n FROM counter")
        (n,) = cursor.fetchone()
        cursor.execute("UPDATE counter SET n = %s", [n + 1])
"""


def environment(folder: Path) -> dict[str, str]:
    file = folder / "race.sqlite3"
    return {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{file}",
        "HOMEVISITS_VAR": str(folder),
        "DJANGO_SETTINGS_MODULE": "homevisits.settings",
    }


def race(folder: Path, processes: int, each: int) -> None:
    with sqlite3.connect(folder / "race.sqlite3") as file:
        file.execute("CREATE TABLE counter (n INTEGER)")
        file.execute("INSERT INTO counter VALUES (0)")
    file.close()
    command = [sys.executable, "-c", WRITER, str(each)]
    writers = [
        subprocess.Popen(command, env=environment(folder), cwd=settings.BASE_DIR, stderr=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    said = [writer.communicate()[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * processes, "\n".join(said)
    file = sqlite3.connect(folder / "race.sqlite3")
    assert file.execute("SELECT n FROM counter").fetchone() == (processes * each,)
    file.close()


def test_three_processes_lose_no_write(tmp_path: Path) -> None:
    race(tmp_path, processes=3, each=40)


@pytest.mark.prove
def test_six_processes_lose_no_write(tmp_path: Path) -> None:
    race(tmp_path, processes=6, each=150)


@pytest.mark.needs_sqlite
@pytest.mark.django_db(transaction=True)
def test_the_database_of_the_tests_is_as_the_product_s() -> None:
    connection.close()
    assert sqlite.faults(connection) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;"}, "journal_mode is delete, not wal"),
        ({"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"}, "synchronous is 1, not 2 (FULL)"),
        ({"init_command": "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=OFF;"}, "foreign_keys is 0, not 1"),
        ({"timeout": 5}, "busy_timeout is 5000 ms, less than 20000"),
        ({"transaction_mode": None}, "transaction_mode is None, not IMMEDIATE"),
    ],
)
def test_a_wrong_setting_refuses_to_start(change: dict[str, object], says: str, tmp_path: Path) -> None:
    (tmp_path / "weakened.py").write_text(f"from homevisits.settings import *\nDATABASES['default']['OPTIONS'].update({change!r})\n")
    weakened = {**environment(tmp_path), "DJANGO_SETTINGS_MODULE": "weakened", "PYTHONPATH": str(tmp_path), "HOMEVISITS_DEMO": "1"}
    command = subprocess.run([sys.executable, "manage.py", "check"], env=weakened, cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert command.returncode != 0
    assert says in command.stderr
    web = subprocess.run(
        [sys.executable, "-c", "import homevisits.wsgi"], env=weakened, cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert web.returncode != 0
    assert says in web.stderr


def test_a_url_cannot_weaken_it(tmp_path: Path) -> None:
    sly = {**environment(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'race.sqlite3'}?timeout=1&transaction_mode=DEFERRED"}
    command = subprocess.run([sys.executable, "manage.py", "check"], env=sly, cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert command.returncode == 0, command.stderr
