"""Exports and registers laid into a folder are imported by themselves."""

import os
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from attendance.models import Mark, UnexplainedAbsence
from attendance.watched import look
from homevisits.common.actors import SystemJob
from homevisits.messaging.models import Notice
from homevisits.people.models import Contact, Pupil, School
from homevisits.people.tests.factories import SchoolFactory
from homevisits.policy.services import adopt_preset

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
PUPILS = b"Adno,Forename,Surname,DOB\n1,Ada,One,03/11/2018\n2,Ben,Two,04/11/2018\n"
CONTACTS = b"Adno,Forename,Surname,Relationship,Priority,Mobile\n1,Mo,One,Mother,1,07700 900001\n"


@pytest.fixture
def school() -> School:
    school = SchoolFactory.create(slug="oak")
    adopt_preset(school=school, preset="primary-procedures", by=SystemJob("test"), now=datetime(2026, 9, 1, 8, tzinfo=UTC))
    return school


@pytest.fixture
def folder(tmp_path: Path, school: School) -> Path:
    (tmp_path / "oak").mkdir()
    return tmp_path


def lay(folder: Path, name: str, data: bytes, age: timedelta = timedelta(minutes=1)) -> Path:
    path = folder / "oak" / name
    path.write_bytes(data)
    at = (NOW - age).timestamp()
    os.utime(path, (at, at))
    return path


def knock(folder: Path, at: datetime = NOW, expected_by: time = time(8, 45)) -> int:
    return look(folder, real=at, expected_by=expected_by)


def names(folder: Path, where: str) -> list[str]:
    return sorted(path.name[18:] for path in (folder / "oak" / where).iterdir())


def test_a_mornings_files_are_imported_together_and_put_away_with_a_report(folder: Path, school: School) -> None:
    lay(folder, "a-register-2026-11-24-am.csv", b"Adno,Mark\n1,/\n2,N\n")
    lay(folder, "contacts.csv", CONTACTS)
    lay(folder, "pupils.csv", PUPILS)
    assert knock(folder) == 3
    assert Pupil.objects.filter(school=school).count() == 2
    assert Contact.objects.get().mobile == "+447700900001"
    assert UnexplainedAbsence.objects.get().pupil.first_name == "Ben"
    files = ["a-register-2026-11-24-am.csv", "contacts.csv", "pupils.csv"]
    assert names(folder, "done") == sorted(files + [f"{name}.report.txt" for name in files])
    assert not Notice.objects.filter(about__startswith="import").exists()
    assert knock(folder) == 0


def test_a_file_that_still_grows_or_is_none_of_ours_is_left_alone(folder: Path) -> None:
    growing = lay(folder, "pupils.csv", PUPILS[:40], age=timedelta(seconds=3))
    other = lay(folder, "notes.docx", b"x")
    assert knock(folder) == 0
    assert growing.exists()
    assert other.exists()
    growing.write_bytes(PUPILS)
    os.utime(growing, ((NOW - timedelta(minutes=1)).timestamp(),) * 2)
    assert knock(folder) == 1
    assert Pupil.objects.count() == 2


def test_what_fails_is_put_aside_and_told_and_stops_nothing_else(folder: Path) -> None:
    lay(folder, "book.csv", b"PK\x03\x04rest")
    lay(folder, "register-2026-11-22-am.csv", b"Adno,Mark\n1,/\n")
    lay(folder, "pupils.csv", PUPILS)
    knock(folder)
    assert Pupil.objects.count() == 2
    assert names(folder, "failed")[::2] == ["book.csv", "register-2026-11-22-am.csv"]
    says = " ".join(Notice.objects.filter(about="import_failed", task=True).values_list("says", flat=True))
    assert "book.csv is a workbook" in says
    assert "closed on 22 November" in says
    assert not Mark.objects.exists()


def test_faulty_rows_and_missing_pupils_are_told_to_the_office(folder: Path) -> None:
    lay(folder, "pupils.csv", PUPILS + b"3,Cy,Three,05/11/2018\n")
    knock(folder)
    lay(folder, "pupils.csv", PUPILS + b"4,Di,,05/11/2018\n")
    knock(folder)
    notice = Notice.objects.get(about="import_to_look_at")
    assert "1 rows not loaded, 1 pupils missing" in notice.says
    assert notice.link.startswith("/s/oak/imports/")
    assert Pupil.objects.get(first_name="Cy").status == "leaver_proposed"


def test_a_morning_without_an_export_is_told_once_and_not_at_weekends(folder: Path) -> None:
    knock(folder, datetime(2026, 11, 24, 8, 40, tzinfo=UTC))
    assert not Notice.objects.exists()
    knock(folder, datetime(2026, 11, 24, 8, 46, tzinfo=UTC))
    knock(folder, datetime(2026, 11, 24, 8, 47, tzinfo=UTC))
    assert Notice.objects.get().about == "import_missing"
    knock(folder, datetime(2026, 11, 28, 9, 0, tzinfo=UTC))
    assert Notice.objects.count() == 1
    knock(folder, datetime(2026, 11, 25, 8, 46, tzinfo=UTC))
    assert Notice.objects.count() == 2


def test_what_a_worker_that_died_had_taken_is_imported_later(folder: Path) -> None:
    (folder / "oak" / "working").mkdir()
    lay(folder, "working/pupils.csv", PUPILS, age=timedelta(minutes=5))
    knock(folder)
    assert not Pupil.objects.exists()
    knock(folder, NOW + timedelta(minutes=20))
    assert Pupil.objects.count() == 2


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "pupils.csv"
    outside.write_bytes(PUPILS)
    os.symlink(outside, folder / "oak" / "pupils.csv")
    assert knock(folder, datetime(2030, 1, 2, 8, 0, tzinfo=UTC)) == 0
    assert outside.exists()
    assert not Pupil.objects.exists()
