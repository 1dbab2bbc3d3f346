"""R25: the child protection file goes within five days, apart from the rest, and is told of until somebody has confirmed it."""

import io
import json
import zipfile
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from homevisits.audit.hidden import Reader
from homevisits.audit.models import AuditEvent
from homevisits.audit.selectors import Search, events
from homevisits.common.errors import BadInput, Blocked
from homevisits.documents.services.attachments import Upload
from homevisits.documents.tests.factories import a_document
from homevisits.documents.tests.hostile import jpeg, pdf
from homevisits.home.keeping.services import transfers
from homevisits.home.keeping.telling import remind_of_leavers, remind_of_transfers
from homevisits.messaging.models import Message, Notice
from homevisits.people.models import Pupil, Staff, Transfer
from homevisits.people.tests.factories import PupilFactory, SchoolFactory, StaffFactory
from safeguarding.models import Concern
from safeguarding.services.concern_files import attach_to_concern
from safeguarding.services.concerns import raise_concern

from .keeping import NOW, a_lead, a_transfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def pupil() -> Pupil:
    school = SchoolFactory.create()
    found = PupilFactory.create(school=school, first_name="Ada", last_name="Example")
    staff = StaffFactory.create(school=school, roles=["class_teacher"])
    raise_concern(school=school, pupil_ids=[found.pk], says="Bruises on both arms", by=staff, now=NOW)
    a_document([found], title="Attendance letter")
    a_document([found], title="Minutes", act="read_concerns", content=pdf())
    return found


def packed(pupil: Pupil, by: Staff) -> Transfer:
    row = a_transfer(pupil, by=by)
    chosen = [transfers.CHRONOLOGY, *(transfers.key_of(one) for one in transfers.contents_of(pupil))]
    return transfers.make_pack(transfer=row, chosen=chosen, by=by, now=NOW)


def test_the_pack_holds_the_child_protection_file_and_not_the_main_file(pupil: Pupil) -> None:
    lead = a_lead(pupil.school)
    picture = attach_to_concern(concern=Concern.objects.get(), upload=Upload("arm.jpg", jpeg()), token="t", by=lead, now=NOW)
    row = packed(pupil, lead)
    with zipfile.ZipFile(io.BytesIO(transfers.pack_read(transfer=row, by=lead, now=NOW))) as archive:
        names = archive.namelist()
        said = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(archive.read("child-protection-file-1.pdf"))).pages)
        listed = json.loads(archive.read("manifest.json"))
        chronology = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(archive.read("chronology.pdf"))).pages)
    assert "Bruises on both arms" in said
    assert "Bruises on both arms" in chronology
    assert "Next Example Academy" in said
    assert any(name.endswith("-Minutes.pdf") for name in names)
    assert not any("Attendance" in name for name in names)
    assert listed["to"] == "Next Example Academy"
    assert all(len(part["sha256"]) == 64 for part in listed["files"])
    assert row.contents == listed["files"]
    assert picture.sha256 in {part["sha256"] for part in listed["files"]}
    assert {"home.transfer.pack_made", "home.transfer.pack_read"} <= set(AuditEvent.objects.values_list("act", flat=True))


def test_what_is_left_out_is_named(pupil: Pupil) -> None:
    lead = a_lead(pupil.school)
    row = a_transfer(pupil, by=lead)
    with pytest.raises(BadInput, match="Tick"):
        transfers.make_pack(transfer=row, chosen=[], by=lead, now=NOW)
    first = next(one for one in transfers.contents_of(pupil) if one.title == "Concern")
    made = transfers.make_pack(transfer=row, chosen=[transfers.key_of(first)], by=lead, now=NOW)
    assert made.left_out == ["Minutes"]


def test_it_climbs_until_it_is_sent_and_again_until_it_is_confirmed(pupil: Pupil) -> None:
    lead = a_lead(pupil.school)
    head = StaffFactory.create(school=pupil.school, roles=["headteacher"])
    row = packed(pupil, lead)
    assert row.due_on == date(2026, 11, 25)
    assert remind_of_transfers(NOW) == 0
    day = timedelta(days=1)
    told = []
    for number in range(4):
        assert remind_of_transfers(NOW + number * day) == (1 if number else 0)
        told.append(Notice.objects.filter(people__staff=lead).order_by("-pk").values_list("about", flat=True).first())
    assert told[1:] == ["transfer_due", "transfer_overdue", "transfer_overdue"]
    assert remind_of_transfers(NOW + 3 * day) == 0, "once a morning"
    assert Notice.objects.filter(about="transfer_overdue", people__staff=lead, alarm=True).exists()
    heads = Notice.objects.filter(people__staff=head)
    assert heads.exists()
    assert not any("Ada" in notice.says or notice.link or "child protection" in notice.says for notice in heads)
    assert not any(str(pupil) in message.body for message in Message.objects.all())
    transfers.mark_sent(transfer=row, way="tracked_post", words="AB123", at=NOW + 3 * day, by=lead, now=NOW + 3 * day)
    assert remind_of_transfers(NOW + 7 * day) == 0
    assert [remind_of_transfers(NOW + number * day) for number in (8, 9)] == [1, 1]
    assert Notice.objects.filter(about="receipt_due", people__staff=lead).count() == 2
    transfers.keep_receipt(
        transfer=row, received_by="Sam Example", received_on=date(2026, 12, 1), words="Email", by=lead, now=NOW + 10 * day
    )
    assert remind_of_transfers(NOW + 40 * day) == 0
    row.refresh_from_db()
    assert (row.step, row.received_by, len(row.sha256)) == ("received", "Sam Example", 64)
    with pytest.raises(Blocked):
        transfers.end_transfer(transfer=row, because="No", by=lead, now=NOW + 41 * day)


def test_what_cannot_be_is_refused(pupil: Pupil) -> None:
    lead = a_lead(pupil.school)
    row = a_transfer(pupil, by=lead)
    with pytest.raises(Blocked, match="pack first"):
        transfers.mark_sent(transfer=row, way="by_hand", words="", at=NOW, by=lead, now=NOW)
    with pytest.raises(Blocked, match="not sent yet"):
        transfers.keep_receipt(transfer=row, received_by="X", received_on=NOW.date(), words="y", by=lead, now=NOW)
    with pytest.raises(Blocked, match="on its way already"):
        a_transfer(pupil, by=lead)
    assert a_transfer(pupil, by=lead, token=row.token) == row
    transfers.make_pack(transfer=row, chosen=[transfers.key_of(transfers.contents_of(pupil)[0])], by=lead, now=NOW)
    with pytest.raises(BadInput, match="to come"):
        transfers.mark_sent(transfer=row, way="by_hand", words="", at=NOW + timedelta(hours=1), by=lead, now=NOW)
    transfers.mark_sent(transfer=row, way="by_hand", words="", at=NOW, by=lead, now=NOW)
    with pytest.raises(Blocked, match="stays as it was"):
        transfers.make_pack(transfer=row, chosen=[transfers.key_of(transfers.contents_of(pupil)[0])], by=lead, now=NOW)
    with pytest.raises(BadInput, match="after it was sent"):
        transfers.keep_receipt(transfer=row, received_by="X", received_on=date(2026, 11, 1), words="y", by=lead, now=NOW)


def test_at_the_start_of_a_term_it_goes_in_its_first_five_days(pupil: Pupil) -> None:
    assert a_transfer(pupil, in_year=False, from_day=date(2027, 1, 4)).due_on == date(2027, 1, 8)


def test_nobody_but_the_safeguarding_team_finds_any_sign(pupil: Pupil, client: Client) -> None:
    lead = a_lead(pupil.school)
    row = packed(pupil, lead)
    head = StaffFactory.create(school=pupil.school, roles=["headteacher", "business_manager", "office_admin"])
    client.force_login(head)
    slug = pupil.school.slug
    assert client.get(reverse("transfer", args=[slug, row.public_id])).status_code == 403
    home = client.get(reverse("data_protection", args=[slug]), {"q": "Ada"}).content.decode()
    assert "next school" not in home
    assert "child protection" not in home
    seen = events(reader=Reader(pupil.school_id, head.pk, frozenset({"headteacher"})), staff_ids=[lead.pk], search=Search())
    assert not seen.filter(act__startswith="home.transfer").exists()


@pytest.mark.once
def test_the_pages_lead_from_the_pupil_to_the_receipt(pupil: Pupil, client: Client) -> None:
    client.force_login(a_lead(pupil.school))
    slug = pupil.school.slug
    form = {
        "to_school": "Next Example Academy", "to_lead": "Sam Example", "to_contact": "dsl@next.example", "in_year": "yes",
        "from_day_0": "20", "from_day_1": "11", "from_day_2": "2026", "token": str(uuid4()),
    }  # fmt: skip
    client.post(reverse("transfer_new", args=[slug, pupil.pk]), form)
    row = Transfer.objects.get()
    page = client.get(reverse("transfer", args=[slug, row.public_id])).content.decode()
    assert "Minutes" in page
    assert client.post(reverse("transfer_pack_make", args=[slug, row.public_id])).status_code == 422
    client.post(
        reverse("transfer_pack_make", args=[slug, row.public_id]),
        {"record": [transfers.key_of(one) for one in transfers.contents_of(pupil)]},
    )
    assert client.get(reverse("transfer_pack", args=[slug, row.public_id]))["Content-Type"] == "application/zip"
    row.refresh_from_db()
    now = row.made_at
    assert now
    sent = {"way": "by_hand", "words": "", "day_0": f"{now:%d}", "day_1": f"{now:%m}", "day_2": f"{now:%Y}", "wall": "0:00"}
    assert "before the pack was made" in client.post(reverse("transfer_sent", args=[slug, row.public_id]), sent).content.decode()
    transfers.mark_sent(transfer=row, way="by_hand", words="", at=now, by=a_lead(pupil.school), now=now)
    got = {"received_by": "Sam", "received_on_0": f"{now:%d}", "received_on_1": f"{now:%m}", "received_on_2": f"{now:%Y}", "words": "Slip"}
    client.post(reverse("transfer_receipt", args=[slug, row.public_id]), got)
    assert "Received" in client.get(reverse("transfer_list", args=[slug])).content.decode()


def test_a_leavers_file_that_nobody_sends_is_told_twice(db: None) -> None:
    school = SchoolFactory.create()
    lead = a_lead(school)
    gone = PupilFactory.create(school=school, status=Pupil.Status.LEFT, left_on=NOW.date())
    PupilFactory.create(school=school, status=Pupil.Status.LEFT, left_on=NOW.date())  # without a file
    raise_concern(school=school, pupil_ids=[gone.pk], says="Bruises", by=lead, now=NOW)
    assert [remind_of_leavers(NOW + timedelta(days=day)) for day in (0, 1, 5, 6, 7)] == [1, 0, 0, 1, 0]
    assert Notice.objects.filter(about="transfer_due", pupils=gone, alarm=True).count() == 1
    back = PupilFactory.create(school=school, status=Pupil.Status.LEFT, left_on=NOW.date())
    raise_concern(school=school, pupil_ids=[back.pk], says="Bruises", by=lead, now=NOW)
    a_transfer(back, by=lead)
    assert remind_of_leavers(NOW) == 0
