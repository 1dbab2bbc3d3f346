"""An allegation is seen by the headteacher, or by the chair of governors if it is about a head; never by its subject, in no way."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from homevisits.audit.models import AuditEvent
from homevisits.audit.selectors import closed_events, trail_length
from homevisits.audit.verify import verify
from homevisits.common.errors import BadInput, Blocked
from homevisits.messaging.delivery import deliver
from homevisits.messaging.models import Message, Notice
from homevisits.messaging.selectors import counts_of, messages_of, unseen_count
from homevisits.people.models import Role, School, Staff, StaffRole
from homevisits.people.services.staff import rename
from homevisits.people.tests.factories import SchoolFactory, StaffFactory
from safeguarding.models import Allegation, AllegationEntry
from safeguarding.selectors.allegations import readers, seen_by, waiting_for, written_by
from safeguarding.services.allegations import add_entry, take_up, tell_again, write_allegation
from safeguarding.services.handed_to_chair import LEFT, TO_CHAIR, hand_on

from .staff_matters import CANARY, NOW, a_complaint, an_allegation

pytestmark = pytest.mark.django_db
DAY = NOW.date()


@pytest.fixture
def school() -> School:
    return SchoolFactory.create()


@pytest.fixture
def head(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["headteacher"], name="Helen Head", mobile="+447700900001")


@pytest.fixture
def chair(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["chair_of_governors"], name="Charles Chair", mobile="+447700900002")


def seen(person: Staff, school: School) -> list[Allegation]:
    from homevisits.people.access import roles_of

    return list(seen_by(person, roles_of(person, school, DAY), school, DAY))


@pytest.mark.clause("ATT-55", "ALT-35", "MAT-20")
@pytest.mark.parametrize("kind", ["allegation", "low_level"])
def test_only_the_headteacher_and_the_principal_in_that_place_see_one_about_staff(
    school: School, head: Staff, chair: Staff, kind: str
) -> None:
    principal = StaffFactory.create(school=school, roles=["principal"])
    others = [StaffFactory.create(school=school, roles=[role]) for role in ("dsl", "deputy_dsl", "deputy_headteacher", "governor")]
    elsewhere = StaffFactory.create(school=SchoolFactory.create(), roles=["headteacher"])
    row = an_allegation(school, kind=kind)
    assert seen(head, school) == seen(principal, school) == [row]
    assert not [person for person in [*others, chair, row.by, elsewhere, *row.subjects.all()] if seen(person, school)]
    assert set(readers(row, DAY)) == {head, principal}


@pytest.mark.clause("ATT-55", "MAT-20")
@pytest.mark.parametrize("role", ["headteacher", "principal"])
def test_about_a_head_only_the_chair_of_governors_sees_it_and_no_other_head(school: School, head: Staff, chair: Staff, role: str) -> None:
    subject = StaffFactory.create(school=school, roles=[role])
    row = an_allegation(school, about=[subject])
    assert seen(chair, school) == [row]
    assert readers(row, DAY) == [chair]
    assert seen(head, school) == seen(subject, school) == []
    StaffRole.objects.filter(staff=subject).delete()  # has left: a later head does not come to read it
    assert seen(chair, school) == [row]
    assert seen(head, school) == []


@pytest.mark.clause("ATT-55")
def test_a_colleague_who_becomes_head_does_not_come_to_read_what_was_written_about_them(school: School, head: Staff, chair: Staff) -> None:
    row = an_allegation(school)
    subject = row.subjects.get()
    StaffRole.objects.create(staff=subject, school=school, role="headteacher")
    assert seen(subject, school) == seen(head, school) == []
    assert seen(chair, school) == [row]
    assert readers(row, DAY) == [chair]


@pytest.mark.clause("ATT-55")
def test_whoever_holds_every_place_never_sees_their_own(school: School) -> None:
    both = StaffFactory.create(school=school, roles=["headteacher", "dsl"])
    chair = StaffFactory.create(school=school, roles=["chair_of_governors"])
    row = an_allegation(school, about=[both])
    chair.roles.all().delete()
    StaffRole.objects.create(staff=both, school=school, role="chair_of_governors")
    assert not seen(both, school)
    assert not readers(row, DAY)
    assert Notice.objects.filter(about="staff_matter").exists()  # told, though nobody is there to hear it


@pytest.mark.clause("ATT-55")
def test_when_its_subject_becomes_head_the_chair_hears_and_so_does_who_dealt_with_it(school: School, head: Staff, chair: Staff) -> None:
    row = an_allegation(school, kind="low_level")
    take_up(allegation=row, by=head, now=NOW)
    assert hand_on(NOW) == 0
    subject = row.subjects.get()
    StaffRole.objects.create(staff=subject, school=school, role="headteacher")
    chair.roles.update(starts_on=DAY + timedelta(days=1))
    assert hand_on(NOW) == 0, "nobody chairs yet"
    chair.roles.update(starts_on=None)
    assert (hand_on(NOW), hand_on(NOW)) == (1, 0)
    said = {notice.says: [to.staff for to in notice.people.all()] for notice in Notice.objects.filter(role="named", says__icontains="now")}
    assert said == {TO_CHAIR: [chair], LEFT: [head]}
    left = Notice.objects.get(says=LEFT)
    assert not left.link
    assert subject.name not in left.says
    assert not Notice.objects.filter(people__staff=subject).exists()
    assert not AuditEvent.objects.filter(chain=school.pk, act__contains="with_chair").exists()


# What differs from one answer to the next by itself.
CHANGING = re.compile(r'nonce[-=][^;\s>]+|value="[0-9a-zA-Z-]{30,}"|name="csrfmiddlewaretoken"[^>]*')
PAGES = ("allegation_list", "complaint_list", "message_list", "notice_list", "notice_count", "school_home", "engine_status", "staff_list")


@pytest.mark.once
@pytest.mark.clause("ATT-55", "ALT-35", "MAT-20")
@pytest.mark.parametrize("roles", [("headteacher", "dsl"), ("office_admin",), ("deputy_headteacher", "teaching_assistant")])
def test_nothing_that_the_subject_can_open_differs_when_there_is_one(client: Client, school: School, roles: tuple[str, ...]) -> None:
    """Their pages are the same before and after, word for word; so is the length of the trail, which a head may read."""
    subject = StaffFactory.create(school=school, roles=roles, name="Sam Subject")
    other = StaffFactory.create(school=school, roles=["principal"], mobile="+447700900004", notify_by="email")
    chair = StaffFactory.create(school=school, roles=["chair_of_governors"], mobile="+447700900002")
    writer = StaffFactory.create(school=school, roles=["class_teacher"])

    def look() -> dict[str, object]:
        client.force_login(subject)
        answers = {name: client.get(reverse(name, args=[school.slug])) for name in PAGES}
        pages: dict[str, object] = {name: (it.status_code, CHANGING.sub("", it.content.decode())) for name, it in answers.items()}
        return pages | {"trail": trail_length(school.pk), "sent": counts_of(school, DAY), "unseen": unseen_count(subject, school)}

    with time_machine.travel(NOW, tick=False):
        look()
        before = look()
        row = an_allegation(school, about=[subject], by=writer)
        a_complaint(school, about=[subject], by=writer)
        take_up(allegation=row, by=chair if "headteacher" in roles else other, now=NOW)
        deliver(now=NOW)
        after = look()
        assert after == before
        if "headteacher" not in roles:
            return
        missing = client.get(reverse("allegation", args=[school.slug, "5f0d2a9e-0000-4000-8000-000000000000"]))
        own = client.get(reverse("allegation", args=[school.slug, row.public_id]))
        assert own.status_code == missing.status_code == 404
        assert CHANGING.sub("", own.content.decode()) == CHANGING.sub("", missing.content.decode())
        trail = client.get(reverse("audit_log", args=[school.slug])).content.decode()
        assert "llegation" not in trail.replace("allegation_", "")
        assert CANARY not in trail


def test_it_stands_in_a_closed_chain_that_is_as_sound_as_every_other(school: School, head: Staff) -> None:
    row = an_allegation(school)
    take_up(allegation=row, by=head, now=NOW)
    before = AuditEvent.objects.filter(chain=school.pk)
    assert not before.filter(object_type="Allegation").exists()
    assert not before.filter(act__contains="allegation").exists()
    acts = [event.act for event in closed_events(school_id=school.pk, object_type="Allegation", object_id=row.pk)]
    assert sorted(acts) == ["safeguarding.allegation.taken_up", "safeguarding.allegation.written"]
    assert verify(-school.pk).sound


def test_texts_about_it_say_nothing_and_stand_in_no_list(school: School, head: Staff) -> None:
    an_allegation(school)
    [text] = Message.objects.filter(school=school)
    assert "Something waits for you." in text.body
    assert "staff" not in text.body
    assert "/notices/" in text.body
    assert not messages_of(school).exists()
    assert not sum(counts_of(school, text.day).values())
    [notice] = Notice.objects.filter(school=school)
    assert notice.role not in Role.values
    assert not notice.task
    assert [to.staff for to in notice.people.all()] == [head]
    assert CANARY not in notice.says


@pytest.mark.clause("ATT-55")
def test_it_is_told_again_until_somebody_takes_it_up_and_nobody_is_woken(school: School, head: Staff) -> None:
    row = an_allegation(school)
    row.refresh_from_db()
    assert row.next_action_at is not None
    assert tell_again(row.next_action_at.replace(minute=59, hour=10)) == 0
    assert tell_again(row.next_action_at) == 1
    assert tell_again(row.next_action_at) == 0
    late = row.next_action_at.replace(hour=19)
    assert tell_again(late) == 1
    row.refresh_from_db()
    assert row.next_action_at.hour == 7
    assert row.next_action_at.date() > DAY
    take_up(allegation=row, by=head, now=NOW)
    assert tell_again(row.next_action_at) == 0
    assert waiting_for(head, ["headteacher"], school, DAY) == 0


def test_the_writer_learns_that_it_arrived_and_was_taken_up_and_nothing_else(client: Client, school: School, head: Staff) -> None:
    row = an_allegation(school)
    assert written_by(row.by, school) == [(NOW, False)]
    take_up(allegation=row, by=head, now=NOW)
    client.force_login(row.by)
    page = client.get(reverse("allegation_own", args=[school.slug])).content.decode()
    assert "Taken up" in page
    assert CANARY not in page
    assert row.subjects.get().name not in page
    assert str(row.public_id) not in page
    assert client.get(reverse("allegation", args=[school.slug, row.public_id])).status_code == 403


def test_a_form_names_colleagues_by_the_list_and_keeps_what_was_typed(client: Client, school: School, head: Staff) -> None:
    writer = StaffFactory.create(school=school, roles=["class_teacher"])
    other = StaffFactory.create(school=school, roles=["teaching_assistant"], name="Ted Aide")
    client.force_login(writer)
    url = reverse("allegation_write", args=[school.slug])
    token = "5f0d2a9e-0000-4000-8000-000000000001"
    typed = {"kind": "low_level", "when_words": "Today", "says": f"  He said {CANARY}\n", "token": token}
    for words in ("Mr Aide", "the head teacher", ""):
        answer = client.post(url, {**typed, "subject_words": words})
        assert answer.status_code == 200
        assert CANARY in answer.content.decode()
        assert not Allegation.objects.exists()
    for _ in range(2):
        assert client.post(url, {**typed, "colleague": other.pk}).status_code == 302
    row = Allegation.objects.get()
    assert row.says == typed["says"].replace("\n", "\r\n") or row.says == typed["says"]
    assert list(row.subjects.all()) == [other]
    assert row.by == writer
    with pytest.raises(BadInput):
        write_allegation(school=school, kind="low_level", subjects=[], says="x", when_words="", token=row.public_id, by=writer, now=NOW)


@pytest.mark.clause("ATT-55", "ALT-35")
def test_a_record_is_decided_told_to_the_lado_and_closed_in_order_with_its_reasons(client: Client, school: School, head: Staff) -> None:
    row = an_allegation(school)
    client.force_login(head)
    page = reverse("allegation", args=[school.slug, row.public_id])
    wall = {"day_0": "20", "day_1": "11", "day_2": "2026", "wall": "9:00"}

    def send(kind: str, number: int, query: str = "", **given: Any) -> Any:
        token = f"5f0d2a9e-0000-4000-8000-0000000001{number:02}"
        return client.post(f"{page}{kind}/{query}", {"token": token, "says": "The reasons", **wall, **given})

    assert client.get(page).status_code == 200
    assert send("decision", 1, decision="threshold").status_code == 200
    assert not row.entries.exists()
    client.post(f"{page}take-up/")
    assert send("decision", 2, decision="threshold").status_code == 302
    assert "The LADO is not told yet" in client.get(page).content.decode()
    assert send("outcome", 3, decision="unfounded").status_code == 200
    assert send("lado", 4, told="Lena Ladbroke", reference="LD/77", done_by="Dora Deputy").status_code == 302
    decision = row.entries.get(kind="decision")
    assert send("decision", 5, f"?replaces={decision.public_id}", decision="threshold", says="Better reasons").status_code == 302
    assert send("outcome", 6, decision="unfounded").status_code == 302
    row.refresh_from_db()
    shown = client.get(page).content.decode()
    assert row.closed_at
    assert "Lena Ladbroke, told by Dora Deputy, reference LD/77" in shown
    assert "The reasons" in shown
    assert "Better reasons" in shown
    assert "Corrected" in shown
    assert send("action", 7).status_code == 200
    assert send("amendment", 8, says="Known later").status_code == 302


def test_what_was_written_and_decided_cannot_be_changed_in_the_database(school: School, head: Staff) -> None:
    row = an_allegation(school)
    take_up(allegation=row, by=head, now=NOW)
    entry = add_entry(allegation=row, kind="action", says="Spoke with both", token=row.token, by=head, now=NOW)
    for rows in (Allegation.objects.all(), AllegationEntry.objects.filter(pk=entry.pk)):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(says="Nothing")
    with pytest.raises(Blocked):
        add_entry(allegation=row, kind="outcome", decision="false", says="x", token=row.public_id, by=head, now=NOW)
    with pytest.raises(ObjectDoesNotExist):
        row.entries.get(kind="outcome")


@pytest.mark.once
def test_a_corrected_name_leaves_whom_it_is_about_and_who_wrote_it_as_they_were(client: Client, school: School, chair: Staff) -> None:
    head = StaffFactory.create(school=school, roles=["headteacher"])
    row = an_allegation(school, about=[StaffFactory.create(school=school, roles=["class_teacher"], name="Dee Mistry")])
    for person, name in ((row.subjects.get(), "Rafi Wood"), (row.by, "Lena Lomax")):
        before = person.name
        rename(staff=person, school=school, name=name, email=person.email, by=head, now=row.at + timedelta(hours=1))
        client.force_login(head)
        page = client.get(reverse("allegation", args=[school.slug, row.public_id])).content.decode()
        assert f"{before} (now called {name})" in page
