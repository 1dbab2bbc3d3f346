"""What the safeguarding team does about a concern: decisions with reasons, actions that remind, amendments that replace nothing."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from homevisits.audit.models import AuditEvent
from homevisits.common.errors import BadInput, Blocked
from homevisits.documents.services.attachments import Upload
from homevisits.home.chronology import entries
from homevisits.messaging.models import Notice
from homevisits.people.models import Pupil, School, Staff
from homevisits.people.tests.factories import PupilFactory
from safeguarding.models import Concern, Referral
from safeguarding.selectors.concerns import concerns_of, in_force
from safeguarding.services.concern_decisions import add_action, decide, end_action, remind_of_actions
from safeguarding.services.concern_files import attach_to_concern
from safeguarding.services.concern_work import amend, change_pupils, close, link, reopen
from safeguarding.services.concerns import Mark

from .factories import NOW, a_concern, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def concern(school: School, dot: Staff, tess: Staff, ada: Pupil) -> Concern:
    return taken(a_concern(school, by=tess, pupils=[ada], words="“He hit me”"), dot)


@pytest.mark.clause("MAT-12", "ALT-34")
def test_a_referral_or_none_is_decided_with_its_reason_and_999_with_its_reference(concern: Concern, dot: Staff) -> None:
    for kind in ("social_care", "not_referred"):
        with pytest.raises(BadInput, match="reason"):
            decide(concern=concern, kind=kind, because="  ", by=dot, now=NOW)
    none = decide(concern=concern, kind="not_referred", because="Explained by the school nurse.", by=dot, now=NOW)
    assert (none.referral_id, none.because, Referral.objects.count()) == (None, "Explained by the school nurse.", 0)
    called = NOW - timedelta(minutes=9)
    made = decide(
        concern=concern, kind="social_care", because="A second bruise.", emergency_at=called, emergency_reference="P-1", by=dot, now=NOW
    )
    referral = Referral.objects.get()
    assert (referral.kind, list(referral.pupils.all())) == ("social_care", list(concern.pupils.all()))
    assert (made.emergency_at, made.emergency_reference) == (called, "P-1")
    again = decide(concern=concern, kind="social_care", because="And a third.", by=dot, now=NOW)
    assert (again.referral_id, Referral.objects.count()) == (referral.pk, 1), "one referral while it is not sent"


def test_nothing_is_decided_before_it_is_taken_up_nor_by_anybody_else(school: School, concern: Concern, dot: Staff, head: Staff) -> None:
    with pytest.raises(Blocked, match="Take the concern up"):
        decide(concern=a_concern(school), kind="monitor", because="x", by=dot, now=NOW)
    with pytest.raises(Blocked):
        decide(concern=concern, kind="monitor", because="x", by=head, now=NOW)


def test_an_amendment_replaces_nothing(concern: Concern, dot: Staff) -> None:
    before = concern.says
    amend(concern=concern, says="The right arm.", words=concern.words, place="", seen_at=concern.seen_at, because="Tess mixed up the arms.",
          by=dot, now=NOW)  # fmt: skip
    concern.refresh_from_db()
    assert concern.says == before
    assert in_force(concern, list(concern.amendments.all())).says == "The right arm."


@pytest.mark.once
def test_an_amendment_withdraws_a_mark_and_adds_another_and_page_paper_and_chronology_show_which_counts(
    client: Client, school: School, dot: Staff, tess: Staff, ada: Pupil
) -> None:
    row = taken(a_concern(school, by=tess, pupils=[ada], marks=[Mark("front_l_cheek", "red")]), dot)
    picture = BytesIO()
    Image.new("RGB", (20, 20), (200, 30, 30)).save(picture, "JPEG")
    file = attach_to_concern(concern=row, upload=Upload("wall.jpg", picture.getvalue()), token="t", by=tess, now=NOW)
    wrong = row.marks.get()
    day = {"seen_day_0": "24", "seen_day_1": "11", "seen_day_2": "2026", "seen_time": "9:00"}
    sent = {"says": "RIGHT cheek", "because": "Tess mixed up the sides.", "gone": [str(wrong.pk)], "part_1": "front_r_cheek",
            "looks_1": "red", "token": str(uuid4()), **day}  # fmt: skip
    address = reverse("concern", args=[school.slug, row.public_id])
    with time_machine.travel(NOW, tick=False):
        client.force_login(dot)
        for _ in range(2):
            assert client.post(reverse("concern_amend", args=[school.slug, row.public_id]), sent).status_code == 302
        page = " ".join(client.get(address).content.decode().split())
        paper = client.post(reverse("concern_copy", args=[school.slug, row.public_id]), {"reason": "For the court"}).content
        client.get(reverse("concern_file", args=[school.slug, row.public_id, file.public_id]))
        client.get(reverse("chronology", args=[school.slug, ada.pk]))
        trail = reverse("audit_log", args=[school.slug])
        looked = client.get(trail, {"reading": "on", "object_type": "Concern", "object_id": str(row.public_id)}).content.decode()
    for act in ("Read a concern", "Made a copy of a concern", "Read a file", "Read a chronology"):
        assert act in looked, act
    printed = " ".join(" ".join(one.extract_text() for one in PdfReader(BytesIO(paper)).pages).split())
    assert [mark.part for mark in row.marks.order_by("pk")] == ["front_l_cheek", "front_r_cheek"], "no mark is changed or deleted"
    for shown in (page, printed):
        assert shown.index("2. Right cheek") < shown.index("Withdrawn since") < shown.index("1. Left cheek")
        assert "Nobody named" in shown, "that nobody else was told is said"
    for said in ("wall.jpg", "Picture (JPEG)", file.sha256[:16], "Added by"):
        assert said in printed.replace("\u2068", "")
    shown_as = {one.source: one for one in entries(ada)}
    first, now = shown_as["concern"], shown_as["amendment"]
    assert ("Left cheek" in first.says, "Right cheek" in first.says, first.superseded) == (True, False, True)
    assert {
        "Mark on the body: Right cheek (front): red",
        "Mark withdrawn: Left cheek (front): red",
        "Attached: wall.jpg, Picture (JPEG)",
    } <= {*now.says.split("\n")}
    with pytest.raises(BadInput, match="withdrawn already"):
        amend(concern=row, says="x", words="", place="", seen_at=NOW, because="y", gone=[wrong.pk], by=dot, now=NOW)


def test_the_database_refuses_to_change_what_was_written(concern: Concern, dot: Staff) -> None:
    decide(concern=concern, kind="monitor", because="x", by=dot, now=NOW)
    amend(concern=concern, says="y", words="", place="", seen_at=NOW, because="z", by=dot, now=NOW)
    rows: tuple[Any, ...] = (Concern.objects.filter(pk=concern.pk), concern.amendments, concern.decisions, concern.events)
    for found, column in zip(rows, ("says", "says", "because", "says"), strict=True):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            found.update(**{column: "changed"})
    Concern.objects.filter(pk=concern.pk).update(closed_at=NOW)


def test_what_is_overdue_reminds_its_owner_each_school_day_until_it_is_done(
    school: School, concern: Concern, dot: Staff, dan: Staff
) -> None:
    made = add_action(concern=concern, says="Ring the nurse", owner=dan, due_on=date(2026, 11, 26), by=dot, now=NOW)
    assert remind_of_actions(NOW + timedelta(days=2)) == 0
    friday = NOW + timedelta(days=3)
    assert remind_of_actions(friday) == 1
    assert [row.staff for row in Notice.objects.get(about="concern_action").people.all()] == [dan]
    assert remind_of_actions(friday + timedelta(days=2)) == 0, "nobody is reminded on a Sunday"
    assert remind_of_actions(friday + timedelta(days=3)) == 1
    end_action(action=made, says="She rings back on Monday.", by=dan, now=friday + timedelta(days=3))
    assert remind_of_actions(friday + timedelta(days=30)) == 0


def test_an_action_belongs_to_the_team(concern: Concern, dot: Staff, tess: Staff) -> None:
    with pytest.raises(BadInput, match="safeguarding team"):
        add_action(concern=concern, says="x", owner=tess, due_on=NOW.date(), by=dot, now=NOW)


def test_it_closes_once_decided_and_done_and_opens_again_with_a_reason(concern: Concern, dot: Staff) -> None:
    with pytest.raises(Blocked, match="decided first"):
        close(concern=concern, outcome="x", by=dot, now=NOW)
    decide(concern=concern, kind="family", because="First time.", by=dot, now=NOW)
    action = add_action(concern=concern, says="Ring", owner=dot, due_on=NOW.date(), by=dot, now=NOW)
    with pytest.raises(Blocked, match="still something"):
        close(concern=concern, outcome="x", by=dot, now=NOW)
    end_action(action=action, says="Rung", by=dot, now=NOW)
    close(concern=concern, outcome="The family has help.", by=dot, now=NOW)
    with pytest.raises(Blocked, match="closed"):
        decide(concern=concern, kind="monitor", because="x", by=dot, now=NOW)
    reopen(concern=concern, because="It happened again.", by=dot, now=NOW)
    assert [event.what for event in concern.events.order_by("pk")][-2:] == ["closed", "reopened"]


def test_siblings_are_named_links_stand_on_both_and_a_wrong_name_goes(school: School, concern: Concern, dot: Staff, ada: Pupil) -> None:
    ben = PupilFactory.create(school=school, household=ada.household, first_name="Ben")
    change_pupils(concern=concern, add=[ben.pk], remove=[ada.pk], because="It was his brother.", by=dot, now=NOW)
    assert list(concern.pupils.all()) == [ben]
    assert "No longer about Ada Example" in concern.events.get(what="pupils").says
    with pytest.raises(BadInput):
        change_pupils(concern=concern, remove=[ben.pk], because="x", by=dot, now=NOW)
    other = a_concern(school, pupils=[ben])
    link(concern=concern, other=other, because="The same morning", by=dot, now=NOW)
    link(concern=concern, other=other, because="again", by=dot, now=NOW)
    assert [row.events.filter(what="linked").count() for row in (concern, other)] == [1, 1]
    assert set(concerns_of(ben)) == {concern, other}


@pytest.mark.once
def test_who_is_added_later_comes_onto_the_unsent_referral_and_closing_says_that_it_waits(
    client: Client, school: School, concern: Concern, dot: Staff, ada: Pupil
) -> None:
    decide(concern=concern, kind="social_care", because="A second bruise.", by=dot, now=NOW)
    ben = PupilFactory.create(school=school, household=ada.household, first_name="Ben", last_name="Later")
    change_pupils(concern=concern, add=[ben.pk], because="Lives there.", by=dot, now=NOW)
    page, pupils, close_page = (
        reverse(name, args=[school.slug, concern.public_id]) for name in ("concern", "concern_pupils", "concern_close")
    )
    with time_machine.travel(NOW, tick=False):
        client.force_login(dot)
        assert "does not name Ben Later" in client.get(page).content.decode()
        assert client.post(pupils, {"referral": "on", "because": "She is at risk too."}).status_code == 302
        assert "does not name" not in client.get(page).content.decode()
        assert set(Referral.objects.get().pupils.all()) == {ada, ben}
        refused = client.post(close_page, {"text": "Nothing more."})
        assert (refused.status_code, "not settled" in refused.content.decode()) == (422, True)
        assert client.post(close_page, {"text": "Nothing more.", "despite": "on"}).status_code == 302


@pytest.mark.once
def test_the_desk_shows_everything_and_every_reading_is_audited(client: Client, school: School, concern: Concern, dot: Staff) -> None:
    decide(concern=concern, kind="monitor", because="Wait for the nurse.", by=dot, now=NOW)
    amend(concern=concern, says="The right arm.", words="“He hit me”", place="Hall", seen_at=NOW, because="Mixed up.", by=dot, now=NOW)
    a_concern(school, says="CANARY untaken")
    with time_machine.travel(NOW, tick=False):
        client.force_login(dot)
        page = client.get(reverse("concern", args=[school.slug, concern.public_id])).content.decode()
        inbox = client.get(reverse("concern_inbox", args=[school.slug])).content.decode()
    for word in ("The right arm.", "“He hit me”", concern.says, "Wait for the nurse.", "Mixed up.", "Ada Example"):
        assert word in page
    assert inbox.index("Not taken up by anybody") < inbox.index("Ada Example")
    assert "CANARY" not in inbox
    read = AuditEvent.objects.filter(act="safeguarding.concern.read", object_id=str(concern.pk), by_id=dot.pk)
    assert (read.count(), AuditEvent.objects.filter(act="safeguarding.concern.listed").count()) == (1, 1)


@pytest.mark.once
def test_every_act_has_its_page(client: Client, school: School, concern: Concern, dot: Staff, ada: Pupil) -> None:
    PupilFactory.create(school=school, household=ada.household, first_name="Ben")
    other = a_concern(school, pupils=[ada])
    sibling = str(ada.household.pupils.get(first_name="Ben").pk)
    day = {"seen_day_0": "23", "seen_day_1": "11", "seen_day_2": "2026", "seen_time": "9:00"}
    acts: list[tuple[str, dict[str, Any]]] = [
        ("concern_decide", {"kind": "not_referred", "because": "Explained.", "token": str(uuid4())}),
        ("concern_link", {"other": str(other.pk), "because": "The same day"}),
        ("concern_amend", {"says": "New", "words": "", "because": "Put right", "token": str(uuid4()), **day}),
        ("concern_pupils", {"add": [sibling], "because": "Lives there"}),
        ("concern_close", {"text": "Nothing more."}),
        ("concern_reopen", {"text": "It happened again."}),
    ]  # fmt: skip
    with time_machine.travel(NOW, tick=False):
        client.force_login(dot)
        for name, data in acts:
            address = reverse(name, args=[school.slug, concern.public_id])
            assert client.get(address).status_code == 200, name
            answer = client.post(address, data)
            assert answer.status_code == 302, (name, answer.content.decode()[-3000:])
    assert [event.what for event in concern.events.order_by("pk")] == [
        "raised", "taken", "decided", "linked", "amended", "pupils", "closed", "reopened",
    ]  # fmt: skip


@pytest.mark.once
def test_a_copy_on_paper_says_who_took_it_and_for_what(client: Client, school: School, concern: Concern, dot: Staff, tess: Staff) -> None:
    marked = taken(a_concern(school, by=tess, marks=[Mark("front_l_upper_arm", "Round, yellow"), Mark("back_lower_back")]), dot)
    decide(concern=marked, kind="not_referred", because="Explained by the nurse.", by=dot, now=NOW)
    more = a_concern(school, by=tess, says="On Monday the same mark was there again.", adds_to=marked)
    address = reverse("concern_copy", args=[school.slug, marked.public_id])
    with time_machine.travel(NOW, tick=False):
        client.force_login(dot)
        assert client.post(address, {"reason": ""}).status_code == 422
        paper = client.post(address, {"reason": "For the conference on Thursday"})
    text = " ".join("".join(page.extract_text() for page in PdfReader(BytesIO(paper.content)).pages).split())
    for words in (
        "Left upper arm (front): Round, yellow",
        "Explained by the nurse.",
        "Copy taken by Dot Safe",
        "For the conference on Thursday",
        marked.says,
        more.says,
    ):
        assert words in text
    assert AuditEvent.objects.get(act="safeguarding.concern.copied", object_id=str(marked.pk)).detail == {
        "reason": "For the conference on Thursday"
    }


def test_what_is_added_comes_into_the_hands_that_have_the_concern(
    client: Client, school: School, dot: Staff, dan: Staff, tess: Staff
) -> None:
    concern = a_concern(school, by=tess)
    early = a_concern(school, by=tess, says="And no coat.", adds_to=concern)
    taken(concern, dot)
    late = a_concern(school, by=tess, says="Again today.", adds_to=concern)
    early.refresh_from_db()
    assert (early.taken_by, late.taken_by) == (dot, None)
    with time_machine.travel(NOW, tick=False):
        for reader, keeper in ((dan, None), (dot, dot)):
            client.force_login(reader)
            page = client.get(reverse("concern", args=[school.slug, late.public_id]))
            late.refresh_from_db()
            assert (page.status_code, late.taken_by) == (200, keeper)
        late.refresh_from_db()
        assert late.next_action_at is None
        whole = client.get(reverse("concern", args=[school.slug, concern.public_id])).content.decode()
    assert "Other concerns of this home" not in whole
    assert whole.count(late.reference or "-") == 2, "once among what its writer wrote, once in what was done"
