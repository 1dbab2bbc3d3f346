"""What is written about staff arrives with somebody who may read it, every time it is sent, and never with whom it is about."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from homevisits.audit.models import AuditEvent
from homevisits.common.errors import BadInput
from homevisits.messaging.models import Notice
from homevisits.messaging.notices import end_alarms
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import SchoolFactory, StaffFactory
from safeguarding.models import Allegation, Complaint
from safeguarding.services.allegations import add_entry, take_up

from .staff_matters import CANARY, NOW, a_complaint, an_allegation

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    return SchoolFactory.create()


@pytest.fixture
def head(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["headteacher"], name="Hélen Hartley")


@pytest.fixture
def chair(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["chair_of_governors"], name="Charles Chaudhry")


@pytest.fixture
def ted(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["teaching_assistant"], name="Ted Aide")


@pytest.fixture
def writer(client: Client, school: School) -> Staff:
    writer = StaffFactory.create(school=school, roles=["class_teacher"], name="Wanda Writer")
    client.force_login(writer)
    return writer


def send(client: Client, school: School, **given: Any) -> str:
    """The page after sending."""
    typed = {"kind": "low_level", "when_words": "Today", "says": f"She said {CANARY}", "token": str(uuid4()), **given}
    return client.post(reverse("allegation_write", args=[school.slug]), typed, follow=True).content.decode()


@pytest.mark.once
@pytest.mark.clause("ATT-55")
def test_about_everybody_who_could_read_it_is_refused_and_says_whom_to_ring(
    client: Client, school: School, head: Staff, chair: Staff, writer: Staff
) -> None:
    page = send(client, school, colleague=chair.pk, another=head.pk)
    assert "Ring the local authority’s designated officer (LADO) now" in page
    assert CANARY in page
    assert not Allegation.objects.exists()
    assert "Nobody but Charles Chaudhry can read it" in send(client, school, colleague=head.pk)
    assert "Nobody but Hélen Hartley can read it" in send(client, school, colleague=chair.pk)


@pytest.mark.once
@pytest.mark.clause("ATT-55")
def test_about_a_head_where_nobody_chairs_the_governors_is_refused_and_says_whom_to_ring(
    client: Client, school: School, head: Staff, ted: Staff, writer: Staff
) -> None:
    page = send(client, school, colleague=head.pk)
    assert "Ring the local authority’s designated officer (LADO) now" in page
    assert CANARY in page, "what was typed is still there"
    send(client, school, colleague=ted.pk)
    assert list(Allegation.objects.values_list("subjects", flat=True)) == [ted.pk]
    for is_allegation in (False, True):
        with pytest.raises(BadInput, match="local authority"):
            a_complaint(school, about=[head], is_allegation=is_allegation)
    assert not Complaint.objects.exists()
    assert a_complaint(school, about=[ted])


@pytest.mark.clause("ATT-56")
@pytest.mark.parametrize("is_allegation", [False, True])
def test_a_complaint_of_everybody_who_could_keep_it_is_refused(school: School, head: Staff, chair: Staff, is_allegation: bool) -> None:
    with pytest.raises(BadInput, match="local authority"):
        a_complaint(school, about=[head, chair], is_allegation=is_allegation)
    assert not Complaint.objects.exists()
    assert a_complaint(school, about=[chair])


@pytest.mark.once
@pytest.mark.clause("ATT-55")
def test_other_words_under_the_token_of_a_form_are_kept_and_the_same_are_once(
    client: Client, school: School, head: Staff, ted: Staff, writer: Staff
) -> None:
    other = StaffFactory.create(school=school, roles=["teaching_assistant"])
    token = str(uuid4())
    for _ in range(2):
        send(client, school, token=token, colleague=ted.pk)
        send(client, school, token=token, colleague=other.pk, says="Something else")
    assert [(row.says[:3], row.subjects.get()) for row in Allegation.objects.order_by("pk")] == [("She", ted), ("Som", other)]
    assert Notice.objects.filter(about="staff_matter").count() == 2


def test_other_words_under_the_token_of_an_entry_are_kept_too(school: School, head: Staff) -> None:
    row, token = an_allegation(school), uuid4()
    take_up(allegation=row, by=head, now=NOW)
    for says in ("Spoke with her", "Spoke with her", "Spoke with both"):
        add_entry(allegation=row, kind="action", says=says, token=token, by=head, now=NOW)
    assert row.entries.count() == 2


@pytest.mark.once
@pytest.mark.clause("ATT-55")
def test_a_head_in_words_does_not_get_what_is_about_them(client: Client, school: School, head: Staff, chair: Staff, writer: Staff) -> None:
    for words in ("Helen", "Ms Hártley", "Charles", "the chair of governors"):
        assert "Only so can they be kept from seeing it" in send(client, school, subject_words=words, is_reader="no"), words
    assert "Say whether it is one of them" in send(client, school, subject_words="Hellen")
    assert "Choose the name here" in send(client, school, subject_words="Hellen", is_reader="yes")
    assert not Allegation.objects.exists()
    send(client, school, subject_words="A volunteer", is_reader="no")
    assert Allegation.objects.get().subject_words == "A volunteer"


@pytest.mark.once
@pytest.mark.clause("ATT-55")
def test_one_about_oneself_is_about_nobody_else(client: Client, school: School, head: Staff, ted: Staff, writer: Staff) -> None:
    send(client, school, kind="own", colleague=ted.pk, another=head.pk, subject_words="And a volunteer")
    row = Allegation.objects.get()
    assert (list(row.subjects.all()), row.subject_words, row.for_chair) == ([writer], "", False)


@pytest.mark.clause("ATT-56")
def test_the_end_of_its_notice_stands_in_no_trail_of_the_school(school: School, head: Staff) -> None:
    a_complaint(school)
    end_alarms(list(Notice.objects.filter(about="complaint")), by=head, now=NOW)
    assert not AuditEvent.objects.filter(chain=school.pk, act="messaging.notice.over").exists()
    assert AuditEvent.objects.filter(chain=-school.pk, act="messaging.notice.over").exists()
