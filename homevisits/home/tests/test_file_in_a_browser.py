"""On a tablet and at a desk: a photograph is added, the pupil's file shows it, documents and codes go to the information system."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from attendance.models import MisEntry, WriteBack, WriteBackAccount
from homevisits.common import clock
from homevisits.documents.models import QueuedUpload
from homevisits.documents.services.dropping import make_zip
from homevisits.documents.services.queue import fill_queue, mark_uploads
from homevisits.documents.store import record_way
from homevisits.documents.tests.factories import a_document
from homevisits.people.models import Pupil
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from visits.models import HomeVisit
from visits.tests.attached import a_photograph
from visits.tests.factories import a_school, a_visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.needs_chromium, pytest.mark.once, pytest.mark.django_db(transaction=True)]
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"


def full_of_papers(visit: HomeVisit, pupil: Pupil) -> None:
    """Documents in every state, some on their way, codes written, failed and waiting."""
    school, now = visit.school, clock.now()
    kim = StaffFactory.create(school=school, name=f"Kim {LONG}", roles=["office_admin"])
    letter = a_document([pupil], title=f"Protocol letter about {LONG} {LONG}", about=("visit", visit.pk), by=kim, now=now)
    record_way(document=letter, way="handed_over", to=f"Ms {LONG}", by=kim, now=now)
    record_way(document=letter, way="posted", to="Ms Example", by=kim, now=now)
    a_document([pupil], title="رسالة إلى الأسرة", now=now - timedelta(days=3))
    a_document([pupil], title="Home visit form", kind="questionnaire", state="draft", now=now)
    a_document([pupil], title="Referral to social care", act="decide_high_risk", by=kim, now=now)
    fill_queue(now)
    make_zip(school=school, by=kim, now=now)
    a_document([pupil], title="Reminder letter", now=now)
    fill_queue(now)
    last = QueuedUpload.objects.latest("pk")
    mark_uploads(school=school, upload_ids=[last.pk], state="failed", reason="Refused: the record is locked", by=kim, now=now)
    WriteBackAccount.objects.create(school=school, remote_school="A1930499544", learnt_at=now)
    for place, (state, error) in enumerate((("failed", "422 The date is locked."), ("retrying", "503"), ("written", ""), ("waiting", ""))):
        day = now.date() - timedelta(days=place)
        entry = MisEntry.objects.create(school=school, pupil=pupil, day=day, session="AM", code="I", comment="Mother rang", at=now)
        WriteBack.objects.create(
            school=school, entry=entry, pupil=pupil, day=day, session="AM", code="I", comment="Mother rang", state=state, error=error,
            queued_at=now, queued_by=kim,
        )  # fmt: skip


def test_a_photograph_the_file_and_what_goes_on(
    page: "Page",
    live_server: Any,
    signed_in: Callable[..., None],
    accessible: Callable[..., None],
    pictures: Callable[..., list[Path]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from playwright.sync_api import expect

    monkeypatch.setenv("WONDE_TOKEN", "loopback")
    school = a_school()
    pupil = PupilFactory.create(school=school, first_name="Anastasia-Maximiliana", last_name=LONG, upn="B801200005001")
    visit = a_visit(school, pupil=pupil)
    page.set_viewport_size({"width": 820, "height": 1180})
    signed_in(page, StaffFactory.create(school=school, roles=["headteacher", "office_admin"]))
    here = f"{live_server.url}/s/{school.slug}/"
    page.goto(f"{here}visits/{visit.pk}/attach/")
    accessible(page)
    pictures(page, "attach")
    page.get_by_label("Doctor’s note or appointment card").check()
    page.get_by_label("What does it show?").fill("Appointment card of the dentist")
    page.get_by_label("Or choose a photograph or PDF").set_input_files(
        {"name": "note.pdf", "mimeType": "application/pdf", "buffer": b"<html>"}
    )
    page.get_by_role("button", name="Add it to the file").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.get_by_label("What does it show?")).to_have_value("Appointment card of the dentist")
    accessible(page)
    pictures(page, "attach-refused")
    page.get_by_label("Take a photograph").set_input_files(
        {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": a_photograph(900, 1200)}
    )
    page.context.set_offline(True)
    page.get_by_role("button", name="Add it to the file").click()
    expect(page.get_by_text("There is no network, and nothing was sent.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("There is no network, and nothing was sent.")).to_be_hidden()
    page.get_by_role("button", name="Add it to the file").click()
    expect(page.get_by_text("It is in the file.")).to_be_visible()
    page.get_by_role("link", name="Doctor’s note or appointment card").click()
    expect(page.get_by_role("img", name="Appointment card of the dentist")).to_be_visible()
    assert page.evaluate("document.querySelector('.attached__picture').naturalWidth") == 900
    accessible(page)
    pictures(page, "attachment")
    full_of_papers(visit, pupil)
    for name, path in (
        ("pupil-file", f"pupils/{pupil.pk}/file/"),
        ("uploads", "uploads/"),
        ("uploads-failed", "uploads/?state=failed"),
        ("written", "mis/written/"),
        ("written-under-way", "mis/written/?show=under_way"),
        ("write-back-settings", "mis/written/settings/"),
        ("mis", "mis/"),
    ):
        page.goto(here + path)
        accessible(page)
        pictures(page, name)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
