"""Photographs, letters and doctor's notes of a visit: added, opened by those who may see the visit, withdrawn, never deleted."""

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from homevisits.audit.models import AuditEvent
from homevisits.common import uploads
from homevisits.documents.models import Attachment
from homevisits.documents.services.attachments import path_of
from homevisits.documents.tests.hostile import HTML, pdf
from homevisits.messaging.models import Notice
from homevisits.people.models import Staff
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from visits.models import HomeVisit, VisitEvent, VisitPupil, VisitReport
from visits.services.attachments import scan_waiting

from .attached import a_photograph, an_attachment_in
from .factories import NOW, a_school, a_visit

pytestmark = pytest.mark.django_db
Scan = Attachment.Scan


def page(name: str, visit: HomeVisit, *parts: object) -> str:
    return reverse(name, args=[visit.school.slug, visit.pk, *parts])


def office(visit: HomeVisit, *roles: str) -> Staff:
    return StaffFactory.create(school=visit.school, roles=list(roles or ("office_admin",)))


def post(client: Client, visit: HomeVisit, **given: Any) -> Any:
    data = {"token": str(uuid4()), "kind": "photograph", "says": "The front door", **given}
    return client.post(page("visit_attach", visit), data)


def photo(name: str = "IMG_0001.JPG") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_photograph(), "image/jpeg")


@pytest.fixture
def visit(client: Client) -> HomeVisit:
    found = a_visit(a_school())
    client.force_login(office(found))
    return found


def test_a_photograph_from_a_tablet_is_kept_without_its_place(client: Client, visit: HomeVisit) -> None:
    answer = client.get(page("visit_attach", visit)).content.decode()
    assert 'capture="environment"' in answer
    assert 'enctype="multipart/form-data"' in answer
    assert post(client, visit, photo=photo("../../etc/<b>door</b>\x07.jpg")).status_code == 302
    row = Attachment.objects.get()
    assert (row.was, row.holds, row.scan, row.original_name) == ("jpeg", "jpeg", Scan.NOT_SCANNED, "b>.jpg")
    kept = path_of(row.sha256, row.scan).read_bytes()
    assert hashlib.sha256(kept).hexdigest() == row.sha256
    assert hashlib.sha256(a_photograph()).hexdigest() == row.came_sha256
    assert b"Camera of a test" not in kept
    assert list(row.pupils.all()) == [one.pupil for one in visit.visit_pupils.all()]
    assert VisitEvent.objects.filter(visit=visit, what="attached").count() == 1
    shown = client.get(page("visit", visit)).content.decode()
    assert "The front door" in shown
    assert "Not scanned: no scanner is set up" in client.get(page("visit_attachment", visit, row.public_id)).content.decode()


def test_the_same_page_sent_twice_adds_it_once(client: Client, visit: HomeVisit) -> None:
    token = str(uuid4())
    for _ in range(2):
        assert post(client, visit, token=token, photo=photo()).status_code == 302
    assert Attachment.objects.count() == 1
    assert VisitEvent.objects.filter(visit=visit, what="attached").count() == 1


def test_a_refused_file_says_why_and_loses_nothing_that_was_typed(client: Client, visit: HomeVisit) -> None:
    answer = post(client, visit, kind="letter", says="Mother’s letter of Monday", file=SimpleUploadedFile("letter.pdf", HTML))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "There is a problem" in shown
    assert "Only photographs" in shown
    assert "Mother’s letter of Monday" in shown
    assert 'value="letter"' in shown
    assert not Attachment.objects.exists()


def test_of_two_files_the_good_one_is_kept(client: Client, visit: HomeVisit) -> None:
    token = str(uuid4())
    answer = post(client, visit, token=token, photo=photo(), file=SimpleUploadedFile("x.pdf", HTML))
    assert answer.status_code == 422
    assert Attachment.objects.get().was == "jpeg"
    # The page goes on with a token of its own: what is taken next is not taken for the first.
    assert token not in answer.content.decode()


@pytest.mark.parametrize("given", [{}, {"photo": SimpleUploadedFile("empty.jpg", b"")}])
def test_no_file_and_an_empty_file_are_said(client: Client, visit: HomeVisit, given: dict[str, Any]) -> None:
    answer = post(client, visit, **given)
    assert answer.status_code == 422
    assert ("Take a photograph or choose a file" if not given else "The file is empty") in answer.content.decode()


def test_a_file_without_end_is_dropped_while_it_arrives(client: Client, visit: HomeVisit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST", 200_000)
    answer = post(client, visit, file=SimpleUploadedFile("film.jpg", b"\xff\xd8\xff" + b"x" * 500_000))
    assert answer.status_code == 422
    assert "larger than 15 MB" in answer.content.decode()


def test_a_sibling_is_chosen_and_a_strange_pupil_is_refused(client: Client, visit: HomeVisit) -> None:
    first = visit.visit_pupils.get().pupil
    second = PupilFactory.create(household=first.household)
    VisitPupil.objects.create(visit=visit, pupil=second)
    stranger = PupilFactory.create(school=visit.school)
    assert post(client, visit, photo=photo(), pupils=[stranger.pk]).status_code == 422
    assert post(client, visit, photo=photo(), pupils=[]).status_code == 422
    assert post(client, visit, photo=photo(), pupils=[second.pk]).status_code == 302
    assert list(Attachment.objects.get().pupils.all()) == [second]


def test_it_is_handed_out_as_a_file_and_every_reading_is_audited(client: Client, visit: HomeVisit) -> None:
    post(client, visit, kind="medical", file=SimpleUploadedFile("note.pdf", pdf()))
    row = Attachment.objects.get()
    answer = client.get(page("visit_attachment_file", visit, row.public_id))
    assert answer.content == pdf()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{row.file_name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert "sandbox" in answer["Content-Security-Policy"]
    acts = AuditEvent.objects.filter(object_type="attachment", object_id=str(row.pk)).order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["documents.attachment.added", "documents.attachment.read"]


def test_only_those_who_may_see_the_visit_open_it(client: Client) -> None:
    school = a_school()
    there = an_attachment_in(school)
    visit = HomeVisit.objects.get(pk=there["visit_id"])
    address = page("visit_attachment_file", visit, there["attachment_id"])
    client.force_login(visit.members.all()[0].staff)
    assert client.get(address).status_code == 200
    client.force_login(StaffFactory.create(school=school, roles=["class_teacher"]))
    assert client.get(address).status_code == 404
    client.force_login(StaffFactory.create(school=a_school(), roles=["headteacher"]))
    assert client.get(address).status_code == 404
    other = a_visit(school)
    client.force_login(office(other))
    assert client.get(page("visit_attachment_file", other, there["attachment_id"])).status_code == 404


def test_withdrawn_with_a_reason_never_deleted(client: Client, visit: HomeVisit) -> None:
    post(client, visit, photo=photo())
    row = Attachment.objects.get()
    other = StaffFactory.create(school=visit.school, roles=["attendance_officer"])
    client.force_login(other)
    address = page("visit_attachment_withdraw", visit, row.public_id)
    assert client.post(address, {"because": "I want it gone"}).status_code == 422
    row.refresh_from_db()
    assert row.withdrawn_at is None
    client.force_login(row.added_by)
    assert client.post(address, {"because": ""}).status_code == 422
    assert client.post(address, {"because": "It shows another child"}).status_code == 302
    row.refresh_from_db()
    assert row.withdrawn_because == "It shows another child"
    assert path_of(row.sha256, row.scan).exists()
    assert "It shows another child" in client.get(page("visit", visit)).content.decode()
    file = page("visit_attachment_file", visit, row.public_id)
    assert client.get(file).status_code == 403
    client.force_login(office(visit, "dsl"))
    assert client.get(file).status_code == 200
    assert client.post(address, {"because": "Again"}).status_code == 422


def test_the_report_tells_of_it_and_the_doorstep_leads_to_it(client: Client, visit: HomeVisit) -> None:
    post(client, visit, photo=photo())
    HomeVisit.objects.filter(pk=visit.pk).update(status=HomeVisit.Status.DONE, departed_at=NOW, returned_at=NOW)
    by = visit.members.all()[0].staff
    report = VisitReport.objects.create(visit=visit, text="All well.", saved_at=NOW, saved_by=by)
    assert "1 so far" in client.get(page("visit_report", visit)).content.decode()
    report.handed_in_at, report.handed_in_by = NOW, by
    report.save()
    shown = client.get(page("visit_report", visit)).content.decode()
    assert "Photographs and letters" in shown
    assert "The front door" in shown
    client.force_login(by)
    for name in ("visit_tablet", "visit_doorstep"):
        assert page("visit_attach", visit) in client.get(page(name, visit)).content.decode(), name


def test_a_drill_has_no_file(client: Client, visit: HomeVisit) -> None:
    HomeVisit.objects.filter(pk=visit.pk).update(drill=True)
    assert "This is a drill" in client.get(page("visit_attach", visit)).content.decode()
    assert post(client, visit, photo=photo()).status_code == 422
    assert not Attachment.objects.exists()


@pytest.fixture
def scanner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """A real program as the scanner, which does what it is told to."""

    def does(what: str) -> None:
        program = tmp_path / "scanner.py"
        program.write_text(f"import sys\ncontent = sys.stdin.buffer.read()\n{what}\n")
        monkeypatch.setenv("SCAN_COMMAND", f"{sys.executable} {program}")

    return does


def test_what_the_scanner_finds_is_locked_away_and_the_office_is_told(
    client: Client, visit: HomeVisit, scanner: Callable[[str], None]
) -> None:
    scanner("print('stdin: Eicar-Test FOUND'); sys.exit(1)")
    post(client, visit, photo=SimpleUploadedFile("a.jpg", a_photograph(62, 42)))
    row = Attachment.objects.get()
    assert (row.scan, row.scan_says) == (Scan.QUARANTINED, "stdin: Eicar-Test FOUND")
    assert "quarantine" in path_of(row.sha256, row.scan).parts
    assert not path_of(row.sha256, Scan.CLEAN).exists()
    assert client.get(page("visit_attachment_file", visit, row.public_id)).status_code == 403
    assert Notice.objects.get(about="file_locked_away").task
    assert "Locked away" in client.get(page("visit", visit)).content.decode()


def test_what_the_scanner_has_not_seen_waits(client: Client, visit: HomeVisit, scanner: Callable[[str], None]) -> None:
    scanner("sys.exit(2)")
    post(client, visit, photo=photo())
    row = Attachment.objects.get()
    address = page("visit_attachment_file", visit, row.public_id)
    assert row.scan == Scan.WAITING
    assert client.get(address).status_code == 403
    assert scan_waiting(NOW) == 0
    scanner("sys.exit(0 if content[:3] == b'\\xff\\xd8\\xff' else 1)")
    assert scan_waiting(NOW) == 1
    row.refresh_from_db()
    assert (row.scan, row.scanned_at) == (Scan.CLEAN, NOW)
    assert client.get(address).status_code == 200
    assert scan_waiting(NOW) == 0


def test_bytes_that_are_not_what_was_kept_are_not_handed_out(client: Client, visit: HomeVisit) -> None:
    post(client, visit, photo=SimpleUploadedFile("a.jpg", a_photograph(61, 41)))
    row = Attachment.objects.get()
    path_of(row.sha256, row.scan).write_bytes(b"something else")
    assert client.get(page("visit_attachment_file", visit, row.public_id)).status_code == 410
