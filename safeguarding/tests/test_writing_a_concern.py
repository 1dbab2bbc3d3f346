"""Anybody writes a concern in a minute; that it arrived, and whether it is taken up, is all that they see of it again."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from homevisits.documents.intake import MAX_BYTES
from homevisits.documents.models import Attachment
from homevisits.messaging.models import Notice
from homevisits.people.models import Pupil, School, Staff
from homevisits.people.tests.factories import PupilFactory
from safeguarding.models import Concern, FamilyTold
from safeguarding.services.concerns import digest

from .factories import NOW, a_concern, a_concern_file_in, taken

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _tuesday() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def writer(client: Client, tess: Staff) -> Client:
    client.force_login(tess)
    return client


def typed(*pupils: Pupil, **more: Any) -> dict[str, Any]:
    """What somebody types into the form."""
    return {
        "token": str(uuid4()), "pupil": [str(one.pk) for one in pupils], "says": "CANARY He came without a coat.",
        "words": "  “Mum said no.”", "seen_day_0": "24", "seen_day_1": "11", "seen_day_2": "2026", "seen_time": "8:40",
        "place": "The gate", "told_others": "Nobody", "family": "told", "family_why": "",
    } | more  # fmt: skip


def url(school: School, name: str, *more: object) -> str:
    return reverse(name, args=[school.slug, *more])


@pytest.mark.clause("PRI-26", "ATT-54")
def test_a_concern_about_two_children_arrives_with_everything(school: School, writer: Client, dot: Staff, tess: Staff, ada: Pupil) -> None:
    ben = PupilFactory.create(school=school)
    marks = {"mark_part": ["front_l_cheek", "", "back_lower_back"], "mark_says": ["red, a coin", "", ""], "mark_x": ["113", "", ""],
             "mark_y": ["52", "", ""]}  # fmt: skip
    answer = writer.post(
        url(school, "concern_write"), typed(ada, ben, **marks, danger="on", emergency_time="8:55", emergency_reference="77")
    )
    assert answer.status_code == 302
    concern = Concern.objects.get()
    assert set(concern.pupils.all()) == {ada, ben}
    assert (concern.says, concern.words, concern.place) == ("CANARY He came without a coat.", "  “Mum said no.”", "The gate")
    assert (concern.seen_at, concern.at, concern.by) == (NOW - timedelta(minutes=20), NOW, tess)
    assert (concern.danger, concern.emergency_at, concern.emergency_reference) == (True, NOW - timedelta(minutes=5), "77")
    assert list(concern.marks.order_by("pk").values_list("part", "side", "x", "y", "says")) == [
        ("front_l_cheek", "front", 113, 52, "red, a coin"), ("back_lower_back", "back", 100, 200, ""),
    ]  # fmt: skip
    assert concern.family_told.get().told == FamilyTold.Told.TOLD
    assert concern.next_action_at == NOW + timedelta(minutes=5)
    assert len(digest(concern)) == 64


def test_its_writer_sees_that_it_arrived_and_nothing_of_it(school: School, writer: Client, dot: Staff, ada: Pupil) -> None:
    page = writer.post(url(school, "concern_write"), typed(ada), follow=True).content.decode()
    concern = Concern.objects.get()
    assert f"Its reference is {concern.reference}" in page
    assert "not taken up yet" in page
    taken(concern, dot)
    page = writer.get(url(school, "concern_mine")).content.decode()
    assert str(concern.reference) in page
    assert "Taken up" in page
    for word in ("CANARY", "Mum said", str(ada), dot.name):
        assert word not in page
    for name in ("concern", "concern_take", "concern_amend"):
        assert writer.get(url(school, name, concern.public_id)).status_code in (403, 405)
    assert writer.get(url(school, "concern_inbox")).status_code == 403


@pytest.mark.clause("PRI-26")
def test_not_told_for_the_childs_safety_alerts_the_team_with_no_reason(school: School, writer: Client, dot: Staff, ada: Pupil) -> None:
    writer.post(url(school, "concern_write"), typed(ada, family="unsafe", family_why="CANARY father"))
    notice = Notice.objects.get(about="family_not_told")
    assert (notice.alarm, "CANARY" in notice.says, notice.link) == (True, False, url(school, "concern", Concern.objects.get().public_id))


def test_what_is_missing_is_said_and_what_was_typed_stays(school: School, writer: Client, ada: Pupil) -> None:
    wrong = typed(says="", seen_time="23:10", family="unsafe", mark_part=[""], mark_says=["a scratch"], mark_x=[""], mark_y=[""])
    answer = writer.post(url(school, "concern_write"), wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    for says in ("Choose the child", "cannot be later than now", "Say why the family was not told", "choose the part of the body"):
        assert says in page
    assert "“Mum said no.”" in page
    assert "a scratch" in page
    assert not Concern.objects.exists()


def test_children_are_found_by_name_in_this_school_only(school: School, writer: Client, ada: Pupil) -> None:
    PupilFactory.create(first_name="Ada", last_name="Elsewhere")
    page = writer.post(url(school, "concern_find"), {"q": "ad"}).content.decode()
    assert "Ada Example" in page
    assert "Elsewhere" not in page
    without_script = writer.post(url(school, "concern_write"), typed(q="ada", find="1")).content.decode()
    assert f'value="{ada.pk}"' in without_script
    assert not Concern.objects.exists()


def test_a_child_who_is_not_on_roll_is_described(school: School, writer: Client) -> None:
    writer.post(url(school, "concern_write"), typed(others="A girl of about four, sister of a pupil"))
    concern = Concern.objects.get()
    assert (concern.pupils.count(), concern.others) == (0, "A girl of about four, sister of a pupil")


def test_more_of_it_goes_beside_what_was_written(school: School, writer: Client, tess: Staff, dot: Staff, ada: Pupil) -> None:
    first = a_concern(school, by=tess, pupils=[ada])
    page = writer.get(url(school, "concern_add", first.reference)).content.decode()
    assert first.says not in page
    writer.post(url(school, "concern_add", first.reference), {"token": str(uuid4()), "says": "He has no lunch.", "words": ""})
    more = Concern.objects.get(adds_to=first)
    assert (list(more.pupils.all()), more.says) == ([ada], "He has no lunch.")
    foreign = a_concern(school, pupils=[ada])
    assert writer.get(url(school, "concern_add", foreign.reference)).status_code == 302


def test_a_file_stands_in_no_pupils_file_and_only_the_team_reads_it(school: School, writer: Client, dot: Staff) -> None:
    made = a_concern_file_in(school)
    row = Attachment.objects.get(public_id=made["attachment_id"])
    assert (row.about_type, row.pupils.count()) == ("concern", 0)
    address = url(school, "concern_file", made["concern_id"], row.public_id)
    assert writer.get(address).status_code == 403
    writer.force_login(dot)
    assert writer.get(address).status_code == 200


def test_of_several_files_each_stands_by_itself_and_the_words_arrive_whatever_they_are(school: School, writer: Client, dot: Staff) -> None:
    huge = SimpleUploadedFile("huge.pdf", b"%PDF-1.7" + b"x" * MAX_BYTES, "application/pdf")
    files = [drawing("red"), SimpleUploadedFile("x.exe", b"MZ not a picture"), huge, drawing("blue")]
    answer = writer.post(url(school, "concern_write"), typed(others="Somebody", file=files), follow=True).content.decode()
    concern = Concern.objects.get(others="Somebody")
    assert Attachment.objects.filter(about_id=concern.pk).count() == 2
    assert "“x.exe” was not taken" in answer
    assert "“huge.pdf” was not taken" in answer
    back = writer.post(url(school, "concern_write"), typed(others="Somebody else", family="", file=[drawing("red")]))
    assert "Choose again, once the rest is right: “drawing.jpg”" in back.content.decode()
    assert '<details class="sheet" id="files" open>' in back.content.decode()
    more = {"says": "The drawing that I spoke of.", "token": uuid4(), "file": [drawing("green"), drawing("black")]}
    writer.post(url(school, "concern_add", concern.reference), more)
    added = Concern.objects.get(adds_to=concern)
    assert Attachment.objects.filter(about_id=added.pk).count() == 2


def test_other_words_from_the_same_page_are_kept_and_the_same_words_once(school: School, writer: Client, ada: Pupil) -> None:
    ben = PupilFactory.create(school=school)
    first = typed(ada, seen_time="", seen_day_0="24")
    other = first | {"pupil": [str(ben.pk)], "says": "Other words, with a drawing."}
    files = [drawing(colour) for colour in ("red", "red", "blue")]
    writer.post(url(school, "concern_write"), first)
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        writer.post(url(school, "concern_write"), first)
        for file in files:
            writer.post(url(school, "concern_write"), other | {"file": file})
    one, two = Concern.objects.order_by("pk")
    assert (list(one.pupils.all()), list(two.pupils.all()), two.says) == ([ada], [ben], "Other words, with a drawing.")
    assert list(Attachment.objects.values_list("about_id", flat=True)) == [two.pk, two.pk], "the same file once, another one too"


def test_no_address_names_the_child(school: School, writer: Client, ada: Pupil) -> None:
    page = writer.get(url(school, "concern_write"), {"pupil": ada.pk}).content.decode()
    assert "Ada Example" not in page
    assert url(school, "allegation_write") in page
    assert 'autocomplete="off"' in page
    assert f'hx-post="{url(school, "concern_find")}"' in page
    assert writer.get(url(school, "concern_find"), {"q": "ad"}).status_code == 405
    put_back = writer.post(url(school, "concern_find"), {"pupil": [ada.pk]}).content.decode()
    assert f'value="{ada.pk}"' in put_back


def test_a_number_that_is_no_childs_is_said(school: School, writer: Client, ada: Pupil) -> None:
    for number in ("999999", "²", "-1"):
        answer = writer.post(url(school, "concern_write"), typed(ada, pupil=[str(ada.pk), number]))
        assert answer.status_code == 422
        assert "is not on this school’s list" in answer.content.decode()
    assert not Concern.objects.exists()


def drawing(colour: str) -> SimpleUploadedFile:
    """A picture, as somebody would send it."""
    out = BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG")
    return SimpleUploadedFile("drawing.jpg", out.getvalue(), "image/jpeg")
