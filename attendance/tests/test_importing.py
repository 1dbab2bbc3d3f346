"""Marks and registers from files."""

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client

from attendance.importing import load_marks, load_register, told_by_name
from attendance.models import Mark, MarkChange, UnexplainedAbsence
from homevisits.common import clock
from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput
from homevisits.people.models import ImportRun, School
from homevisits.people.services.imports import Upload, import_now
from homevisits.people.tests.factories import PupilFactory, SchoolFactory, StaffFactory
from homevisits.policy.services import adopt_preset

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
BY = SystemJob("Import")
SAMPLES = Path(__file__).resolve().parents[3] / "shared/data"


@pytest.fixture
def school() -> School:
    school = SchoolFactory.create()
    adopt_preset(school=school, preset="primary-procedures", by=SystemJob("test"), now=datetime(2026, 9, 1, 8, tzinfo=UTC))
    for number in ("1", "2"):
        PupilFactory.create(school=school, mis_id=number)
    return school


def test_marks_load_once_and_an_amendment_keeps_what_it_was(school: School) -> None:
    data = b"Adno;Date;Session;Mark\n0001;02/11/2026;AM;/\n2;2026-11-02;pm;n\n"
    first = load_marks(school=school, name="marks.csv", data=data, by=BY, now=NOW)
    again = load_marks(school=school, name="marks.csv", data=data, by=BY, now=NOW)
    assert (first.kept.new, again.kept.new, again.kept.unchanged) == (2, 0, 2)
    later = load_marks(school=school, name="marks.csv", data=data.replace(b";n", b";I"), by=BY, now=NOW)
    change = MarkChange.objects.get()
    assert (later.kept.changed, change.was, change.became, change.by) == (1, "N", "I", None)
    assert ImportRun.objects.filter(kind="marks", status="committed").count() == 3


def test_faulty_rows_of_marks_are_named_and_the_others_load(school: School) -> None:
    rows = ["1,02/11/2026,AM,/", "9,02/11/2026,AM,/", "1,31/11/2026,AM,/", "1,03/11/2026,EV,/", "1,03/11/2026,AM,", "1,03/11/2026,AM,QQ"]
    data = "\n".join(["Adno,Date,Session,Mark", *rows, "1,02/11/2026,AM,N"]).encode()
    loaded = load_marks(school=school, name="marks.csv", data=data, by=BY, now=NOW)
    assert loaded.kept.new == 1
    assert [fault.line for fault in loaded.faults] == [3, 4, 5, 6, 7, 8]
    for fault, words in zip(
        loaded.faults, ("number 9", "date", "AM nor PM", "no mark", "attendance code", "already on line 2"), strict=True
    ):
        assert words in fault.says


def test_a_register_knows_its_session_by_its_name(school: School) -> None:
    data = b"Adno,Mark,Minutes late,Comment\n1,/,,\n2,N,,\n"
    loaded = load_register(school=school, name="register-2026-11-24-am.csv", data=data, by=BY, now=NOW)
    assert (loaded.day, loaded.session, loaded.unexplained) == (date(2026, 11, 24), "AM", 1)
    assert UnexplainedAbsence.objects.get().pupil.mis_id == "2"
    load_register(school=school, name="register-2026-11-24-am.csv", data=data, by=BY, now=NOW)
    assert UnexplainedAbsence.objects.count() == 1


def test_a_register_is_looked_at_and_then_taken_on_the_screen(client: Client, school: School) -> None:
    client.force_login(StaffFactory.create(school=school, roles=["office_admin"]))

    def post(**more: str) -> HttpResponse:
        file = SimpleUploadedFile("register-2026-11-24-am.csv", b"Adno,Mark\n1,/\n2,N\n9,/\n")
        answer = client.post(f"/s/{school.slug}/imports/marks/", {"upload": file, **more})
        assert isinstance(answer, HttpResponse)
        return answer

    with clock.frozen(NOW):
        looked = post(look="1").content.decode()
        assert "2 marks can be read" in looked
        assert "Line 4: No pupil with the number 9 is on file." in looked
        assert not Mark.objects.exists()
        assert post().status_code == 302
        assert client.get(f"/s/{school.slug}/imports/{ImportRun.objects.get().pk}/").status_code == 200
        assert UnexplainedAbsence.objects.count() == 1
        empty = client.post(f"/s/{school.slug}/imports/marks/", {})
    assert empty.status_code == 422


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("register-2026-11-24-am.csv", (date(2026, 11, 24), "AM")),
        ("2026-11-24 PM.csv", (date(2026, 11, 24), "PM")),
        ("marks.csv", (None, None)),
    ],
)
def test_what_a_name_tells(name: str, told: tuple[date | None, str | None]) -> None:
    assert told_by_name(name) == told


def test_a_register_without_a_session_or_columns_is_refused(school: School) -> None:
    for name, data, words in (
        ("register.csv", b"Adno,Mark\n1,/\n", "which day"),
        ("register.csv", b"Name,Colour\n1,/\n", "no column with the UPN"),
        ("register-2026-11-22-am.csv", b"Adno,Mark\n1,/\n", "closed on 22 November"),
    ):
        with pytest.raises(BadInput, match=words):
            load_register(school=school, name=name, data=data, by=BY, now=NOW)
    assert not Mark.objects.exists()


def test_the_commands_say_what_came_of_it(school: School, tmp_path: Path) -> None:
    path = tmp_path / "register-2026-11-24-am.csv"
    path.write_bytes(b"Adno,Mark\n1,/\n2,N\n")
    said = StringIO()
    with clock.frozen(NOW):
        call_command("import_register", str(path), school=school.slug, dry_run=True, stdout=said)
        assert not Mark.objects.exists()
        call_command("import_register", str(path), school=school.slug, stdout=said)
    assert said.getvalue().count("2026-11-24 AM: 2 marks, 1 of them without a reason; 0 faulty rows.") == 2
    assert Mark.objects.count() == 2
    with pytest.raises(CommandError):
        call_command("import_marks", str(path), school=school.slug)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample exports (../shared/data) are not there")
def test_the_sample_register_opens_its_23_cases_once_it_has_closed(school: School) -> None:
    full = SchoolFactory.create()
    adopt_preset(school=full, preset="primary-procedures", by=BY, now=datetime(2026, 9, 1, 8, tzinfo=UTC))
    data = (SAMPLES / "register-2026-11-24-am.csv").read_bytes()
    import_now(school=full, files=[Upload("sims-pupils.csv", (SAMPLES / "sims-pupils.csv").read_bytes())], by=BY, now=NOW)
    before = datetime(2026, 11, 24, 8, 55, tzinfo=UTC)
    loaded = load_register(school=full, name="register-2026-11-24-am.csv", data=data, by=BY, now=before)
    assert (loaded.kept.new, loaded.unexplained, loaded.faults) == (420, 23, [])
    assert not UnexplainedAbsence.objects.exists(), "the register is still open"
    load_register(school=full, name="register-2026-11-24-am.csv", data=data, by=BY, now=NOW)
    assert UnexplainedAbsence.objects.filter(school=full, status="open").count() == 23
