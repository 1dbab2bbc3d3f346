"""A request for what is held: nothing is given before somebody has looked, and what is blacked out is gone from all that is given."""

import hashlib
import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from homevisits.audit.hidden import Reader
from homevisits.audit.models import AuditEvent
from homevisits.audit.selectors import Search, events
from homevisits.common.errors import BadInput, Blocked
from homevisits.documents.services.attachments import Upload, path_of
from homevisits.documents.tests.factories import a_document
from homevisits.documents.tests.hostile import jpeg, png
from homevisits.home.keeping.forms import ItemForm
from homevisits.home.keeping.services import access, release
from homevisits.home.keeping.services.in_the_clear import in_the_clear
from homevisits.home.keeping.telling import remind_of_requests
from homevisits.messaging.models import Notice
from homevisits.people.models import AccessItem, AccessRequest, Pupil, Staff
from homevisits.people.tests.factories import ContactFactory, PupilFactory, SchoolFactory, StaffFactory
from safeguarding.models import Concern
from safeguarding.services.concern_files import attach_to_concern
from safeguarding.services.concerns import raise_concern

from .keeping import NOW, a_collected, a_lead, a_request, decided

pytestmark = pytest.mark.django_db
Decision = AccessItem.Decision


@pytest.fixture
def pupil() -> Pupil:
    school = SchoolFactory.create()
    found = PupilFactory.create(school=school, first_name="Ada", last_name="Example", medical="Asthma; Kai knows where the inhaler is")
    PupilFactory.create(school=school, household=found.household, first_name="Kai", last_name="Example")
    ContactFactory.create(pupil=found, name="Robin Example")
    by = StaffFactory.create(school=school, roles=["class_teacher"], name="Kim Teacher")
    raise_concern(school=school, pupil_ids=[found.pk], says="Ada said that Kai’s friend Zoë Sample hit her.", by=by, now=NOW)
    return found


def item(request: AccessRequest, kind: str) -> AccessItem:
    return request.items.filter(kind=kind).order_by("pk")[0]


def text_of(content: bytes) -> str:
    """Everything that can be read out of a pack: the text of its PDFs, the copy for programs, the names of files, the lists."""
    said = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            inside = archive.read(name)
            said.append(name)
            if name.endswith(".pdf"):
                reader = PdfReader(io.BytesIO(inside))
                said += [page.extract_text() for page in reader.pages] + [str(reader.metadata), inside.decode("latin-1")]
            else:
                said.append(
                    json.dumps(json.loads(inside), ensure_ascii=False) if name.endswith(".json") else inside.decode(errors="replace")
                )
    return "\n".join(said)


def test_nothing_is_collected_before_it_is_sure_who_asks(pupil: Pupil) -> None:
    row = a_request(pupil, checked=False)
    with pytest.raises(Blocked, match="Make sure who asks"):
        access.start_collecting(request=row, by=row.opened_by, now=NOW)
    with pytest.raises(BadInput, match="right to ask"):
        a_request(pupil, authority="")


def test_one_page_sent_twice_is_one_request(pupil: Pupil) -> None:
    token = uuid4()
    assert a_request(pupil, token=token) == a_request(pupil, token=token)


def test_nothing_is_given_before_somebody_has_looked(pupil: Pupil) -> None:
    row = a_collected(pupil)
    assert set(row.items.values_list("decision", flat=True)) == {"to_look"}
    assert release.given_of(row) == []
    with pytest.raises(Blocked, match="nobody has looked at"):
        release.release(request=row, sent_to="Robin", sent_how="By hand", by=a_lead(pupil.school), now=NOW)


def test_collecting_twice_makes_nothing_twice(pupil: Pupil) -> None:
    row = a_collected(pupil)
    number = row.items.count()
    AccessRequest.objects.filter(pk=row.pk).update(state="collecting", collected=["pupil"])
    assert access.collect_waiting(NOW) >= 0
    assert row.items.count() == number


def test_other_children_and_numbers_are_pointed_out(pupil: Pupil) -> None:
    found = {words for _, words in item(a_collected(pupil), "concerns").others}
    assert {"Kai", "Kim Teacher"} <= found
    assert any("Zoë" in words for words in found)
    assert not any("Ada" in words for words in found)


def test_what_is_blacked_out_is_in_nothing_that_is_given(pupil: Pupil) -> None:
    lead = a_lead(pupil.school)
    row = a_collected(pupil, by=lead)
    for kind in ("pupil", "concerns"):
        words = [name for name in ("Kai", "Zoë Sample") if name in str(item(row, kind).facts)]
        access.decide_item(item=item(row, kind), decision="redact", blacked=words, by=lead, now=NOW)
    access.decide_item(
        item=item(row, "contacts"), decision="withhold", exemption="others", because="Lives elsewhere in secret", by=lead, now=NOW
    )
    decided(row, lead, decision="withhold", exemption="not_theirs", because="Not asked for")
    access.finish_apart(request=row, by=lead, now=NOW)
    done = release.release(request=row, sent_to="Robin Example", sent_how="By hand", by=lead, now=NOW)
    said = text_of(release.pack_read(request=done, by=lead, now=NOW))
    assert "Asthma" in said
    assert "hit her" in said
    for gone in ("Kai", "Zoë", "Sample", "secret", "Zo\\u00eb", "+4477"):
        assert gone not in said, gone
    # Of the copy that was collected nothing is left either that was not given.
    left = json.dumps(list(row.items.values_list("title", "facts", "others", "blacked")), ensure_ascii=False)
    assert "Zoë" not in left
    assert "Robin" not in left
    detail = AuditEvent.objects.get(act="home.access.released").detail
    assert detail["sha256"] == done.sha256
    assert {"home.access.pack_read", "home.access.item_decided"} <= set(AuditEvent.objects.values_list("act", flat=True))


@pytest.mark.once
def test_a_file_is_given_whole_or_not_at_all(pupil: Pupil) -> None:
    a_document([pupil], title="Letter about Kai")
    a_document([pupil], title="Drawing of Kai", content=b"%PDF-1.4 drawing")
    lead = a_lead(pupil.school)
    row = a_collected(pupil, by=lead)
    access.decide_item(item=row.items.get(title="Drawing of Kai"), decision="redact", blacked=["Kai"], by=lead, now=NOW)
    access.decide_item(item=row.items.get(title="Letter about Kai"), decision="give", by=lead, now=NOW)
    decided(row, lead, decision="withhold", exemption="serious_harm", because="Said by the social worker")
    access.finish_apart(request=row, by=lead, now=NOW)
    done = release.release(
        request=row, sent_to="Robin", sent_how="By hand", clear_agreed=True, by=lead, now=NOW
    )  # Kai in the letter's title
    with zipfile.ZipFile(io.BytesIO(release.pack_read(request=done, by=lead, now=NOW))) as archive:
        assert any("Letter-about-Kai.pdf" in name for name in archive.namelist())
        listed = json.loads(archive.read("manifest.json"))["files"]
        assert "Drawing" not in " ".join(archive.namelist())
        assert "Drawing of [blacked out]" in archive.read("records.json").decode()
        assert {line["file"] for line in listed} | {"manifest.csv", "manifest.json"} == set(archive.namelist())


@pytest.mark.once
def test_what_is_blacked_out_in_one_record_and_read_in_another_is_shown_before_it_goes(pupil: Pupil, client: Client) -> None:
    lead = a_lead(pupil.school)
    row = a_collected(pupil, by=lead)
    concern, own = item(row, "concerns"), item(row, "pupil")
    assert ItemForm(item=concern).initial["decision"] == Decision.REDACT
    concern.others = [["staff", "Kim Teacher"]]
    assert ItemForm(item=concern).initial["decision"] == "", "nothing is ticked: nothing is chosen"
    access.decide_item(item=concern, decision="redact", blacked=["KAI"], by=lead, now=NOW)
    access.decide_item(item=own, decision="give", by=lead, now=NOW)
    decided(row, lead, decision="withhold", exemption="not_theirs", because="Not asked for")
    access.finish_apart(request=row, by=lead, now=NOW)
    (found,) = in_the_clear(release.given_of(row))
    assert (found.words, found.blacked_in, found.read_in) == ("KAI", concern, (own,))
    client.force_login(lead)
    address = reverse("access_release", args=[pupil.school.slug, row.public_id])
    said = {"sent_to": "Robin", "sent_how": "By hand"}
    for page in (client.get(address), client.post(address, said)):
        for one in (concern, own):
            assert reverse("access_item", args=[pupil.school.slug, row.public_id, one.public_id]) in page.content.decode()
    with pytest.raises(Blocked, match="can be read in another"):
        release.release(request=row, sent_to="Robin", sent_how="By hand", by=lead, now=NOW)
    assert client.post(address, {**said, "clear_agreed": "on"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "released"


@pytest.mark.once
def test_a_file_of_a_concern_lies_in_the_pack_and_one_that_is_gone_is_named(pupil: Pupil) -> None:
    lead = a_lead(pupil.school)
    concern = Concern.objects.get()
    here, gone = (
        attach_to_concern(concern=concern, upload=Upload(f"{says}.jpg", content), says=says, token=says, by=lead, now=NOW)
        for says, content in (("Left arm", jpeg()), ("The coat of Kai", png()))
    )
    path_of(gone.sha256, gone.scan).unlink()
    row = a_collected(pupil, by=lead)
    files = {one.source_id: one for one in row.items.filter(kind="attachments")}
    assert all(one.apart for one in files.values())
    assert files[str(here.pk)].title == "Photograph with the concern of 24 November 2026: Left arm"
    access.decide_item(item=files[str(gone.pk)], decision="give", blacked=["Kai"], by=lead, now=NOW)
    access.decide_item(item=files[str(here.pk)], decision="give", by=lead, now=NOW)
    decided(row, lead, decision="withhold", exemption="not_theirs", because="Not asked for")
    access.finish_apart(request=row, by=lead, now=NOW)
    done = release.release(request=row, sent_to="Robin", sent_how="By hand", by=lead, now=NOW)
    content = release.pack_read(request=done, by=lead, now=NOW)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        lists = json.loads(archive.read("manifest.json"))
        (line,) = [line for line in lists["files"] if line["sha256"] == here.sha256]
        assert hashlib.sha256(archive.read(line["file"])).hexdigest() == here.sha256
        assert [one["because"] for one in lists["not_in_this_pack"]] == ["The file is not there."]
        assert "Not in this pack,Photograph with the concern" in archive.read("manifest.csv").decode()
    said = " ".join(text_of(content).split())
    assert "The file itself is not in this pack. The file is not there." in said
    assert "Kai" not in said


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"decision": "redact", "blacked": ["Nobody Here"]}, "do not stand"),
        ({"decision": "redact", "blacked": []}, "Tick or write"),
        ({"decision": "withhold", "exemption": "", "because": "x"}, "on what ground"),
        ({"decision": "withhold", "exemption": "others", "because": ""}, "on what ground"),
        ({"decision": "to_look"}, "Choose"),
    ],
)
def test_a_decision_that_does_not_hold_together_changes_nothing(pupil: Pupil, given: dict[str, Any], says: str) -> None:
    row = a_collected(pupil)
    with pytest.raises(BadInput, match=says):
        access.decide_item(item=item(row, "pupil"), by=a_lead(pupil.school), now=NOW, **given)
    assert item(row, "pupil").decision == Decision.TO_LOOK


def test_a_head_finds_no_sign_of_the_child_protection_file(pupil: Pupil, client: Client) -> None:
    lead, head = a_lead(pupil.school), StaffFactory.create(school=pupil.school, roles=["headteacher"])
    row = a_collected(pupil, by=lead)
    concern = item(row, "concerns")
    access.decide_item(item=concern, decision="withhold", exemption="abuse_data", because="canary-because", by=lead, now=NOW)
    client.force_login(head)
    slug = pupil.school.slug
    shown = client.get(reverse("access_request", args=[slug, row.public_id])).content.decode()
    assert "Concern" not in shown
    assert "canary" not in shown
    assert client.get(reverse("access_item", args=[slug, row.public_id, concern.public_id])).status_code == 404
    for name in ("access_preview", "access_release", "access_pack"):
        answer = client.get(reverse(name, args=[slug, row.public_id]))
        assert (answer.status_code, answer["Location"]) == (302, reverse("access_request", args=[slug, row.public_id])), name
    client.post(reverse("access_apart", args=[slug, row.public_id]))
    client.post(reverse("access_plain", args=[slug, row.public_id]))
    row.refresh_from_db()
    assert row.apart_done_at is None
    assert not row.items.filter(apart=True, decision="give").exists()
    seen = events(reader=Reader(pupil.school_id, head.pk, frozenset({"headteacher"})), staff_ids=[lead.pk], search=Search())
    assert not seen.filter(object_type="AccessItemApart").exists()
    plain = row.items.filter(apart=False)[0]
    assert client.get(reverse("access_item", args=[slug, row.public_id, plain.public_id])).status_code == 200
    assert client.get(f"{reverse('access_request', args=[slug, row.public_id])}records/{plain.pk}/").status_code == 404
    assert seen.filter(act__startswith="home.access.").exists()


@pytest.mark.once
def test_the_pages_lead_from_the_request_to_the_pack(pupil: Pupil, client: Client) -> None:
    lead: Staff = a_lead(pupil.school)
    client.force_login(lead)
    slug = pupil.school.slug
    assert pupil.first_name in client.get(reverse("data_protection", args=[slug]), {"q": "ada"}).content.decode()
    form = {
        "asked_by": "Robin Example", "on_behalf": "parent", "authority": "Parental responsibility", "received_on_0": "20",
        "received_on_1": "11", "received_on_2": "2026", "token": str(uuid4()), "scope": "",
    }  # fmt: skip
    client.post(reverse("access_new", args=[slug, pupil.pk]), form)
    row = AccessRequest.objects.get()
    client.post(reverse("access_identity", args=[slug, row.public_id]), {"how": "Known", "on_0": "21", "on_1": "11", "on_2": "2026"})
    client.post(reverse("access_collect", args=[slug, row.public_id]))
    row.refresh_from_db()
    assert row.state == "review"
    for one in row.items.all():
        page = client.get(reverse("access_item", args=[slug, row.public_id, one.public_id]))
        given: dict[str, Any] = {"decision": "withhold", "exemption": "others", "because": "Not theirs", "onward": "1"}
        if one.kind == "concerns":
            assert "Zoë" not in page.content.decode().partition("<form")[0]
            given = {"decision": "redact", "ticked": ["Kai"], "more": "Zoë Sample\nKim Teacher"}
        assert client.post(reverse("access_item", args=[slug, row.public_id, one.public_id]), given).status_code == 302
    client.post(reverse("access_apart", args=[slug, row.public_id]))
    assert client.get(reverse("access_preview", args=[slug, row.public_id])).content.startswith(b"%PDF")
    answer = client.post(
        reverse("access_release", args=[slug, row.public_id]), {"sent_to": "Robin Example", "sent_how": "By hand"}, follow=True
    )
    assert "The pack is made" in answer.content.decode()
    pack = client.get(reverse("access_pack", args=[slug, row.public_id]))
    said = text_of(pack.content)
    assert "hit her" in said
    assert "Zoë" not in said
    assert pack["Content-Disposition"].startswith("attachment")
    assert client.get(reverse("access_item", args=[slug, row.public_id, row.items.all()[0].public_id])).status_code == 200


def test_a_request_due_is_told_each_day_without_a_name(pupil: Pupil) -> None:
    lead = a_lead(pupil.school)
    row = a_request(pupil, by=lead)
    assert row.due_on == date(2026, 12, 21)
    assert remind_of_requests(NOW) == 0
    soon = NOW + timedelta(days=21)
    assert (remind_of_requests(soon), remind_of_requests(soon)) == (1, 0)
    assert remind_of_requests(soon + timedelta(days=10)) == 1
    says = " ".join(Notice.objects.filter(about="access_due").values_list("says", flat=True))
    assert "was to be answered" in says
    assert "Ada" not in says
    access.close(request=row, because="Withdrawn", by=lead, now=soon)
    assert remind_of_requests(soon + timedelta(days=20)) == 0


def test_it_is_extended_once_within_the_month(pupil: Pupil) -> None:
    row = a_request(pupil)
    with pytest.raises(Blocked, match="month is over"):
        access.extend(request=row, because="Complex", by=row.opened_by, now=NOW + timedelta(days=40))
    access.extend(request=row, because="Complex", by=row.opened_by, now=NOW)
    row.refresh_from_db()
    assert row.due_on == date(2027, 2, 22)
    with pytest.raises(Blocked, match="once"):
        access.extend(request=row, because="Complex", by=row.opened_by, now=NOW)
