"""The backup script: whole or not at all, and only the newest are kept."""

import os
import sqlite3
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

SCRIPT = settings.BASE_DIR / "deploy" / "backup"


def back_up(data: Path, target: Path, **given: str) -> subprocess.CompletedProcess[str]:
    bare = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment = {**bare, "HOMEVISITS_VAR": str(data), **given}
    return subprocess.run(["bash", str(SCRIPT), str(target)], env=environment, capture_output=True, text=True)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder as a running product leaves it: rows still in the write-ahead log, one document."""
    folder = tmp_path / "var"
    (folder / "media").mkdir(parents=True)
    (folder / "media" / "letter.pdf").write_bytes(b"%PDF-")
    return folder


def test_a_backup_of_a_running_sqlite_has_every_row(data: Path, tmp_path: Path) -> None:
    live = sqlite3.connect(data / "homevisits.sqlite3")
    live.execute("PRAGMA journal_mode=WAL")
    live.execute("CREATE TABLE pupil (name TEXT)")
    live.executemany("INSERT INTO pupil VALUES (?)", [(str(number),) for number in range(500)])
    live.commit()
    assert (data / "homevisits.sqlite3-wal").stat().st_size > 0

    ended = back_up(data, tmp_path / "backups")
    live.close()

    assert ended.returncode == 0, ended.stderr
    made = Path(ended.stdout.strip())
    copy = sqlite3.connect(made / "database.sqlite3")
    assert copy.execute("SELECT count(*) FROM pupil").fetchone() == (500,)
    copy.close()
    assert {file.name for file in made.iterdir()} == {"database.sqlite3", "media.tar.gz"}
    assert made.stat().st_mode & 0o077 == 0


def test_a_backup_that_fails_leaves_nothing(data: Path, tmp_path: Path) -> None:
    ended = back_up(data, tmp_path / "backups")
    assert ended.returncode != 0
    assert list((tmp_path / "backups").iterdir()) == []


def test_the_newest_sixty_are_kept(data: Path, tmp_path: Path) -> None:
    for number in range(70):
        (tmp_path / "backups" / f"20200101T0000{number:02}Z").mkdir(parents=True)
    sqlite3.connect(data / "homevisits.sqlite3").execute("CREATE TABLE pupil (name TEXT)").connection.close()
    made = back_up(data, tmp_path / "backups").stdout.strip()
    kept = sorted(folder.name for folder in (tmp_path / "backups").iterdir())
    assert len(kept) == 60
    assert kept[-1] == Path(made).name
    assert kept[0] == "20200101T000011Z"


@pytest.mark.needs_postgres
@pytest.mark.django_db(transaction=True)
def test_a_backup_of_postgresql_can_be_listed(data: Path, tmp_path: Path) -> None:
    at = connection.settings_dict
    url = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    ended = back_up(data, tmp_path / "backups", DATABASE_URL=url)
    assert ended.returncode == 0, ended.stderr
    listed = subprocess.run(["pg_restore", "--list", f"{ended.stdout.strip()}/database.dump"], capture_output=True, text=True)
    assert "TABLE DATA public people_pupil" in listed.stdout
