"""The queue for the information system: one row a document and pupil, laid down whole with a manifest, worked through by a person."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from homevisits.documents.models import Document, QueuedUpload, UploadDrop
from homevisits.documents.services import dropping
from homevisits.documents.services.queue import fill_queue, mark_uploads
from homevisits.documents.store import About, paper, path_of, record_way
from homevisits.documents.tests.factories import NOW, a_document
from homevisits.documents.tests.hostile import pdf
from homevisits.home.dropping import BY, drop_everywhere
from homevisits.messaging.models import Notice
from homevisits.people.models import School
from homevisits.people.tests.factories import PupilFactory, SchoolFactory, StaffFactory

pytestmark = pytest.mark.django_db
State = QueuedUpload.State


@pytest.fixture
def school(client: Client) -> School:
    found = SchoolFactory.create()
    client.force_login(StaffFactory.create(school=found, roles=["office_admin"]))
    return found


def laid(school: School, folder: Path) -> Path:
    """The one folder that was laid down for a school."""
    dropping.lay_down(school=school, folder=folder, by=BY, now=NOW)
    found = list((folder / school.slug).iterdir())
    assert len(found) == 1
    return found[0]


def test_final_documents_are_queued_once_a_pupil_and_nothing_else_is(school: School) -> None:
    ada = PupilFactory.create(school=school)
    both = a_document([ada, PupilFactory.create(household=ada.household)])
    a_document([ada], title="A draft", state="draft")
    a_document([ada], title="Referral", act="decide_high_risk")
    assert fill_queue(NOW) == 2
    assert fill_queue(NOW) == 0
    assert set(QueuedUpload.objects.values_list("document", "state")) == {(both.pk, "to_upload")}


def test_a_page_printed_again_takes_the_place_of_the_earlier_one(school: School) -> None:
    pupil = PupilFactory.create(school=school)
    kim = StaffFactory.create(school=school, roles=["office_admin"])
    about = About("visit", 7, [pupil.pk])

    def printed(words: str, to: str = "") -> Document:
        """A page of the visit with these words, handed to somebody or to nobody."""
        html = f"<html lang='en'><title>Form</title><p>{words}</p></html>"
        row, _ = paper(
            school=school, kind="form", title="Form", template="messages/appointment.txt", html=html, data={"visit": 7}, about=about,
            by=kim, now=NOW,
        )  # fmt: skip
        if to:
            record_way(document=row, way="handed_over", to=to, by=kim, now=NOW)
        return row

    rows = [printed("Nine o’clock"), printed("Ten o’clock", to="Ms Example"), printed("Eleven o’clock")]
    letters = [a_document([pupil], about=("visit", 7)) for _ in range(2)]
    fill_queue(NOW)
    states = dict(QueuedUpload.objects.values_list("document", "state"))
    assert [states[row.pk] for row in rows] == ["not_needed", "to_upload", "to_upload"]
    assert [states[row.pk] for row in letters] == ["to_upload", "to_upload"]


def test_it_is_marked_uploaded_with_its_reference(client: Client, school: School) -> None:
    a_document([PupilFactory.create(school=school)], title="Protocol letter")
    fill_queue(NOW)
    row = QueuedUpload.objects.get()
    assert "Protocol letter" in client.get(reverse("upload_list", args=[school.slug])).content.decode()
    mark = reverse("upload_mark", args=[school.slug])
    assert client.post(mark, {"state": "uploaded", "reference": "SIMS 41"}).status_code == 422  # nothing ticked
    assert client.post(mark, {"state": "uploaded", "reference": "SIMS 41", "upload": [row.pk]}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.reference, row.changed_by is not None) == ("uploaded", "SIMS 41", True)
    shown = client.get(reverse("upload_list", args=[school.slug]), {"state": "uploaded"}).content.decode()
    assert "SIMS 41" in shown


def test_what_failed_or_is_not_needed_has_a_reason(client: Client, school: School) -> None:
    a_document([PupilFactory.create(school=school)])
    fill_queue(NOW)
    row, mark = QueuedUpload.objects.get(), reverse("upload_mark", args=[school.slug])
    answer = client.post(mark, {"state": "not_needed", "upload": [row.pk], "reason": " "})
    assert answer.status_code == 422
    assert "Say why" in answer.content.decode()
    assert f'value="{row.pk}" checked' in answer.content.decode()
    assert client.post(mark, {"state": "not_needed", "upload": [row.pk], "reason": "Kept on paper"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.reason) == ("not_needed", "Kept on paper")


def test_another_schools_row_is_left_alone(client: Client, school: School) -> None:
    a_document([PupilFactory.create()])
    fill_queue(NOW)
    theirs = QueuedUpload.objects.get()
    client.post(reverse("upload_mark", args=[school.slug]), {"state": "uploaded", "upload": [theirs.pk]})
    theirs.refresh_from_db()
    assert theirs.state == State.TO_UPLOAD
    assert dropping.lay_down(school=school, folder=Path("nowhere"), by=BY, now=NOW) == []


def test_a_drop_is_whole_with_a_manifest_and_safe_names(school: School, tmp_path: Path) -> None:
    """R22: a spreadsheet that opens the manifest computes nothing; a name leads nowhere else."""
    pupil = PupilFactory.create(school=school, upn="B801200005001", first_name="=cmd()", last_name="@SUM(1)", mis_id="+44")
    titles = ["../../etc/passwd", "=HYPERLINK(1)", "-2+3", "\tTab", "CON", "رسالة إلى الأسرة", "a" * 200, "Letter: <b>x</b>"]
    for number, title in enumerate(titles, 1):
        a_document([pupil], title=title, content=pdf(pages=number))
    fill_queue(NOW)
    place = laid(school, tmp_path)
    files = sorted(file.name for file in place.iterdir())
    assert len(files) == len(titles) + 2
    for name in files:
        assert name.isascii()
        assert not set(name) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
        assert len(name) < 120
    said = json.loads((place / "manifest.json").read_text())["files"]
    assert [line["upn"] for line in said] == ["B801200005001"] * len(titles)
    for line in said:
        assert hashlib.sha256((place / line["file"]).read_bytes()).hexdigest() == line["sha256"]
    rows = list(csv.reader(io.StringIO((place / "manifest.csv").read_text("utf-8-sig"))))
    assert len(rows) == len(titles) + 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert set(QueuedUpload.objects.values_list("state", flat=True)) == {"to_upload"}


class Killed(BaseException):
    """The worker's end, at a place of our choosing."""


@pytest.mark.parametrize("where", ["_contents", "_write", "_finish"])
def test_a_killed_worker_leaves_nothing_half_and_the_next_finishes(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    a_document([PupilFactory.create(school=school)])
    fill_queue(NOW)

    def die(*args: Any, **more: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(dropping, where, die)
        with pytest.raises(Killed):
            dropping.lay_down(school=school, folder=tmp_path, by=BY, now=NOW)
    for place in (tmp_path / school.slug).iterdir():
        assert (place / "manifest.json").exists()  # in place means whole
    place = laid(school, tmp_path)
    assert len(list(place.iterdir())) == 3
    assert UploadDrop.objects.get().finished_at == NOW
    assert dropping.lay_down(school=school, folder=tmp_path, by=BY, now=NOW) == []


def test_a_folder_that_cannot_be_written_is_a_task_for_the_office_once(school: School, tmp_path: Path) -> None:
    a_document([PupilFactory.create(school=school)])
    fill_queue(NOW)
    (tmp_path / "full").write_text("not a folder")
    for _ in range(2):
        assert drop_everywhere(tmp_path / "full", NOW) == 0
    assert Notice.objects.filter(about="documents_not_laid_down").count() == 1
    assert UploadDrop.objects.get().error
    assert drop_everywhere(tmp_path, NOW) == 1
    assert UploadDrop.objects.get().error == ""


def test_altered_bytes_are_set_aside_and_do_not_stop_the_others(school: School, tmp_path: Path) -> None:
    good, bad = (a_document([PupilFactory.create(school=school)], content=pdf(pages=n)) for n in (3, 4))
    fill_queue(NOW)
    path_of(bad.sha256).write_bytes(b"changed")
    place = laid(school, tmp_path)
    path_of(bad.sha256).unlink()
    assert len(list(place.iterdir())) == 3
    assert dict(QueuedUpload.objects.values_list("document", "state")) == {good.pk: "to_upload", bad.pk: "failed"}


def test_back_in_the_queue_it_goes_with_the_next_drop(school: School, tmp_path: Path) -> None:
    a_document([PupilFactory.create(school=school)])
    fill_queue(NOW)
    laid(school, tmp_path)
    row = QueuedUpload.objects.get()
    by = StaffFactory.create(school=school, roles=["office_admin"])
    for state, reason in ((State.FAILED, "Refused there"), (State.TO_UPLOAD, "")):
        assert mark_uploads(school=school, upload_ids=[row.pk], state=state, reason=reason, by=by, now=NOW) == 1
    assert len(dropping.lay_down(school=school, folder=tmp_path, by=BY, now=NOW + timedelta(minutes=5))) == 1


def test_the_zip_holds_the_same_and_can_be_saved_again(client: Client, school: School) -> None:
    a_document([PupilFactory.create(school=school)])
    fill_queue(NOW)
    assert client.post(reverse("upload_zip", args=[school.slug])).status_code == 302
    drop = UploadDrop.objects.get()
    for _ in range(2):
        answer = client.get(reverse("upload_drop", args=[school.slug, drop.pk]))
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert len(archive.namelist()) == 3
            assert archive.testzip() is None
    assert answer["Content-Disposition"] == f'attachment; filename="documents-{drop.name}.zip"'
    shown = client.post(reverse("upload_zip", args=[school.slug]), follow=True).content.decode()
    assert "Nothing waits" in shown


def test_the_button_lays_down_and_says_where_there_is_no_folder(client: Client, school: School, tmp_path: Path, settings: Any) -> None:
    a_document([PupilFactory.create(school=school)])
    fill_queue(NOW)
    address = reverse("upload_folder", args=[school.slug])
    settings.DOCUMENTS_FOLDER = ""
    assert "No folder is set up" in client.post(address, follow=True).content.decode()
    settings.DOCUMENTS_FOLDER = str(tmp_path)
    assert "In the folder: " in client.post(address, follow=True).content.decode()
    assert len(list((tmp_path / school.slug).iterdir())) == 1


def test_the_command_lays_down_what_is_final_now(school: School, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a_document([PupilFactory.create(school=school)])
    call_command("drop_documents", school=school.slug, to=tmp_path)
    assert "1 document\n" in capsys.readouterr().out
    call_command("drop_documents", school=school.slug, to=tmp_path)
    assert "Nothing waits." in capsys.readouterr().out
    with pytest.raises(CommandError, match="no school"):
        call_command("drop_documents", school="nobody", to=tmp_path)
