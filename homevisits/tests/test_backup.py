"""R14: a backup is whole or not at all, is restored into an empty place only, and the restored installation sends nothing twice."""

import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as real_settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from homevisits.home.backups import engines, making, restoring
from homevisits.home.backups.archive import Unfit, read
from homevisits.home.engine import alarms
from homevisits.home.watch import watch
from homevisits.messaging import quarantine
from homevisits.messaging.delivery import deliver
from homevisits.messaging.models import Message
from homevisits.messaging.tests import notify_server
from homevisits.messaging.tests.conftest import notify  # noqa: F401
from homevisits.messaging.tests.factories import NOW, make_pupil, make_school, make_staff, make_text
from homevisits.messaging.transports.notify import Notify
from homevisits.people.models import Pupil, School

BACKUP = NOW - timedelta(hours=1)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """The folder of documents, with one."""
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "school").mkdir(parents=True)
    (settings.MEDIA_ROOT / "school" / "letter.pdf").write_bytes(b"%PDF-1")
    return Path(settings.MEDIA_ROOT)


def silent(words: str) -> None:
    """Nobody listens."""


def made(tmp_path: Path) -> Path:
    return making.back_up(tmp_path / "backups", now=BACKUP, say=silent)


@contextmanager
def elsewhere(settings: Any, tmp_path: Path) -> Iterator[Path | None]:
    """A new machine: the connection goes to an empty database, documents to an empty folder."""
    settings.MEDIA_ROOT = tmp_path / "new" / "media"
    empty = engines.scratch() if connection.vendor == "postgresql" else nullcontext(str(tmp_path / "new" / "homevisits.sqlite3"))
    (tmp_path / "new").mkdir()
    with empty as name, engines.connected_to(name):
        yield Path(name)


def test_an_hour_old_backup_restored_and_started_sends_nothing_twice(
    media: Path,
    tmp_path: Path,
    settings: Any,
    notify: notify_server.Store,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    from homevisits.messaging.models import SchoolAccount

    school = make_school()
    SchoolAccount.objects.create(school=school, way="notify", any_template_id="11111111-1111-4111-8111-111111111111")
    head = make_staff(school, "headteacher")
    pupil = make_pupil(school)
    for number in range(20):
        make_text(school, pupil, to=f"+4477009000{number:02}", now=BACKUP, give_up_at=NOW, miss_at=NOW + timedelta(hours=4))
    archive = made(tmp_path)
    # The lost hour: what waited goes, but for the last ten that the provider will not take; others are written and go too.
    notify.now = BACKUP + timedelta(minutes=5)
    notify.rule = lambda path, body: (503, "Busy", "Later") if body["phone_number"] >= "+447700900010" else None
    deliver(now=notify.now)
    notify.rule = lambda path, body: None
    for number in range(50, 55):
        make_text(school, pupil, to=f"+4477009000{number}", now=notify.now, purpose=f"lost {number}")
    Message.objects.filter(to__gte="+447700900010", to__lt="+447700900050").update(next_attempt_at=NOW)
    deliver(now=notify.now)
    went = notify.references()
    assert went.total() == 15

    with elsewhere(settings, tmp_path):
        began = time.monotonic()
        restoring.restore(archive, now=NOW, say=silent)
        took = time.monotonic() - began
        assert (settings.MEDIA_ROOT / "school" / "letter.pdf").read_bytes() == b"%PDF-1"
        restored = School.objects.get()
        assert [alarm.title for alarm in alarms(restored)][-1] == "Restored, in quarantine"
        # It is started: sweeps write the texts of the lost hour again, with references of their own; the sender runs.
        for number in range(50, 55):
            make_text(restored, Pupil.objects.get(), to=f"+4477009000{number}", now=NOW, purpose=f"lost {number}")
        assert deliver(now=NOW) == 0
        assert {one.kind for one in watch(NOW) if one.kind.startswith(("restored", "message"))} == {"restored"}
        row = quarantine.reconcile(school=restored, by=restoring.RESTORE, now=NOW)
        assert row.found == {"sent": 10, "others": 5, "not_sent": 15, "unknown": 0}
        quarantine.lift(school=restored, reason="All was entered again", without_answer=False, by=head, now=NOW)
        deliver(now=NOW)
        deliver(now=NOW + timedelta(minutes=2))
        assert set(Message.objects.values_list("status", flat=True)) == {"accepted"}
        assert "restored" not in {one.kind for one in watch(NOW + timedelta(minutes=3))}
    assert {number["to"] for number in notify.accepted} == {f"+4477009000{n:02}" for n in (*range(20), *range(50, 55))}
    assert len(notify.accepted) == 25, "0 doubled, and what had not gone went"
    with capsys.disabled():
        print(f" [restored in {took:.1f} s]", end="")


def test_the_drill_leaves_what_runs_alone_and_says_how_long_it_took(
    media: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    school = make_school()
    archive = made(tmp_path)
    call_command("restore", str(archive), "--drill")
    said = capsys.readouterr().out
    assert "as many as were backed up" in said
    assert "The drill is over" in said
    assert quarantine.current(school) is None


def test_a_restore_goes_over_nothing_that_is_there(media: Path, tmp_path: Path) -> None:
    school = make_school()
    archive = made(tmp_path)
    with pytest.raises(CommandError, match=r"There is a database already|is not empty"):
        call_command("restore", str(archive), "--quarantine")
    assert School.objects.get() == school
    assert quarantine.current(school) is None


def test_a_restore_that_breaks_off_leaves_nothing_to_start_on(
    media: Path, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_school()
    archive = made(tmp_path)

    def power_cut(**given: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(quarantine, "begin", power_cut)
    with elsewhere(settings, tmp_path) as name:
        with pytest.raises(KeyboardInterrupt):
            restoring.restore(archive, now=NOW, say=silent)
        connection.close()
        if connection.vendor == "postgresql":
            with pytest.raises(DatabaseError, match="read-only"):
                School.objects.update(name="Somebody writes")
        else:
            assert name is None or not name.exists()


def test_an_altered_or_cut_archive_is_refused(media: Path, tmp_path: Path) -> None:
    whole = made(tmp_path).read_bytes()
    altered, cut = tmp_path / "altered.tar", tmp_path / "cut.tar"
    altered.write_bytes(whole.replace(b"%PDF-1", b"%PDF-2"))
    cut.write_bytes(whole[: whole.rindex(b"media/school/letter.pdf")].ljust(len(whole), b"\0"))
    for file, why in ((altered, "not as it was written"), (cut, "cannot be read to its end|is missing"), (Path(__file__), "not a backup")):
        with pytest.raises(Unfit, match=why):
            restoring.drill(file, now=NOW, say=silent)


def test_a_backup_has_counts_hashes_and_no_key(media: Path, tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    make_school()
    archive = made(tmp_path)
    manifest = read(archive)
    assert manifest.counts["people_school"] == 1
    assert set(manifest.files) == {manifest.database, "media/school/letter.pdf"}
    assert archive.stat().st_mode & 0o077 == 0
    assert real_settings.SECRET_KEY.encode() not in archive.read_bytes()
    settings.SECRET_KEY = "another"
    restoring.drill(archive, now=NOW, say=print)
    assert "another SECRET_KEY" in capsys.readouterr().out
    with tarfile.open(archive) as tar:
        assert tar.getnames()[0] == "manifest.json"


def test_a_backup_that_fails_leaves_nothing_and_the_newest_are_kept(media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "backups"
    for minute in range(5):
        making.back_up(folder, now=BACKUP + timedelta(minutes=minute), say=silent, keep=3)
    kept = sorted(file.name for file in folder.iterdir())
    assert kept == [f"homevisits-20261124T08{minute}00Z.tar" for minute in (17, 18, 19)]

    def cannot(file: Path) -> dict[str, int]:
        file.write_bytes(b"half")
        raise Unfit("It is not sound.")

    monkeypatch.setattr(engines, "take", cannot)
    with pytest.raises(CommandError, match="not sound"):
        call_command("backup", str(folder))
    assert sorted(file.name for file in folder.iterdir()) == kept


def test_without_postgresqls_tools_it_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(Path, "glob", lambda self, pattern: [])
    with pytest.raises(Unfit, match="pg_dump is not on this machine"):
        engines._tool("pg_dump")


def test_the_script_of_the_timer_calls_the_command() -> None:
    script = real_settings.BASE_DIR / "deploy" / "backup"
    ended = subprocess.run(["bash", str(script)], capture_output=True, text=True)
    assert ended.returncode != 0
    assert "name the folder" in ended.stderr
    assert 'manage.py" backup' in script.read_text()


def test_the_list_of_the_provider_says_that_it_cannot_be_had(notify: notify_server.Store) -> None:  # noqa: F811
    from homevisits.messaging.models import SchoolAccount
    from homevisits.messaging.outcome import NoAnswer

    school = make_school()
    notify.look_ups_answered = False
    with pytest.raises(NoAnswer):
        Notify(school, SchoolAccount(school=school, way="notify")).gone_since(BACKUP)
