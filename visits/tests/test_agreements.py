"""What is agreed with a family: owner and day, in the record, reminded of when overdue, not kept drafts a letter."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from homevisits.common.clock import instant
from homevisits.common.errors import BadInput, Blocked
from homevisits.messaging.models import Notice
from homevisits.people.tests.factories import StaffFactory
from visits.models import VisitAgreement
from visits.rules.leaving import pair_of
from visits.services.agreements import NINE, agree, end_agreement, remind_of_agreements

from .factories import NOW, a_school, a_visit, an_agreement, out_now

pytestmark = pytest.mark.django_db
DAY = NOW.date()


@pytest.mark.clause("ATT-40")
def test_an_agreement_has_an_owner_and_a_day_and_stands_in_the_attendance_record(client: Client) -> None:
    visit = out_now(a_visit(a_school("attendance-officer"), purpose="attendance"))
    client.force_login(pair_of(visit)[0])
    address = reverse("visit_agree", args=[visit.school.slug, visit.pk])
    given = {
        "token": str(uuid4()),
        "what": "He comes by the early bus",
        "owner": "family",
        "due_on_0": "1",
        "due_on_1": "12",
        "due_on_2": "2026",
    }
    answer = client.post(address, given)
    assert answer.status_code == 422
    assert "Say who of the family does it" in answer.content.decode()
    for _ in range(2):
        assert client.post(address, {**given, "owner_words": "Mother"}).status_code == 302
    row = VisitAgreement.objects.get()
    assert (row.what, row.owner_name, row.due_on.isoformat(), row.state) == ("He comes by the early bus", "Mother", "2026-12-01", "open")
    page = client.get(reverse("visit", args=[visit.school.slug, visit.pk])).content.decode()
    assert "He comes by the early bus" in page
    assert "He comes by the early bus" in client.get(reverse("visit_form", args=[visit.school.slug, visit.pk])).content.decode()
    client.force_login(StaffFactory.create(school=visit.school, roles=["attendance_officer"]))
    pupil = visit.visit_pupils.get().pupil
    assert "He comes by the early bus" in client.get(reverse("pupil_detail", args=[visit.school.slug, pupil.pk])).content.decode()


def test_nothing_is_agreed_without_words_owner_or_day_to_come_or_by_strangers() -> None:
    visit = out_now(a_visit())
    who = pair_of(visit)[0]
    right: dict[str, Any] = {"what": "Bus", "owner_words": "Mother", "due_on": DAY}
    for wrong in ({"what": " "}, {"owner_words": ""}, {"due_on": DAY - timedelta(days=1)}):
        with pytest.raises(BadInput):
            agree(visit=visit, by=who, now=NOW, **{**right, **wrong})
    with pytest.raises(Blocked):
        agree(visit=visit, what="Bus", owner_words="Mother", due_on=DAY, by=StaffFactory.create(school=visit.school), now=NOW)
    assert not VisitAgreement.objects.exists()


@pytest.mark.clause("ATT-40")
def test_its_owner_is_reminded_once_a_school_day_when_it_is_overdue() -> None:
    visit = a_visit()
    owner = pair_of(visit)[1]
    row = an_agreement(visit, owner=owner, owner_words="", due_on=DAY)
    theirs = an_agreement(visit, due_on=DAY)
    assert remind_of_agreements(NOW + timedelta(hours=2)) == 0, "today is not over"
    nine = instant(DAY + timedelta(days=1), NINE)
    assert remind_of_agreements(nine - timedelta(minutes=1)) == 0
    assert [remind_of_agreements(nine), remind_of_agreements(nine + timedelta(hours=1))] == [2, 0]
    told = [sorted(to.staff.name for to in notice.people.all()) for notice in Notice.objects.filter(about="agreement_due", role="pair")]
    assert told == [[owner.name], sorted(one.name for one in pair_of(visit))]
    assert Notice.objects.filter(about="agreement_due", role="office_admin").count() == 1, "the family's part is the office's to follow"
    for one in (row, theirs):
        end_agreement(agreement=one, kept=True, by=owner, now=nine)
    assert remind_of_agreements(nine + timedelta(days=1)) == 0


@pytest.mark.clause("ATT-41")
def test_not_kept_drafts_a_reminder_letter_once(client: Client) -> None:
    row = an_agreement(a_visit(a_school("attendance-officer"), purpose="attendance"))
    visit = row.visit
    client.force_login(pair_of(visit)[0])
    address = reverse("visit_agreement_end", args=[visit.school.slug, visit.pk, row.pk])
    assert client.post(address, {"kept": "no"}).status_code == 302
    assert client.post(address, {"kept": "yes"}).status_code == 422, "what is ended stays ended"
    row.refresh_from_db()
    assert row.state == "not_kept"
    assert list(visit.letters.values_list("kind", flat=True)) == ["reminder_letter"]
    assert row.ended_by == pair_of(visit)[0]
