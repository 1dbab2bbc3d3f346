"""A complaint about a visit is recorded from the visit or a desk, tracked until it is answered, and kept from those it is about."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from homevisits.audit.models import AuditEvent
from homevisits.common import clock
from homevisits.common.errors import BadInput, Blocked
from homevisits.messaging.models import Notice
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import SchoolFactory, StaffFactory
from safeguarding.models import Complaint
from safeguarding.selectors import allegations
from safeguarding.selectors.complaints import keepers, seen_by
from safeguarding.services.complaints import answer, give_to, move_to_allegation, remind
from safeguarding.tests.staff_matters import CANARY, NOW, a_complaint

from .factories import a_school, a_visit, ready

pytestmark = pytest.mark.django_db
DAY = NOW.date()


def day(name: str, on: date) -> dict[str, str]:
    return {f"{name}_0": str(on.day), f"{name}_1": str(on.month), f"{name}_2": str(on.year)}


def sees(person: Staff, school: School) -> list[Complaint]:
    return list(seen_by(person, list(person.roles.values_list("role", flat=True)), school, DAY))


@pytest.mark.once
@pytest.mark.clause("ATT-56")
def test_it_is_recorded_from_the_visit_and_tracked_until_it_is_answered(client: Client) -> None:
    school = a_school()
    pair = [ready(school), ready(school)]
    visit = a_visit(school, pair=pair)
    head = StaffFactory.create(school=school, roles=["headteacher"])
    office = StaffFactory.create(school=school, roles=["office_admin"])
    today = clock.local_day(school.now())
    client.force_login(office)
    url = reverse("visit_complaint", args=[school.slug, visit.pk])
    assert url in client.get(reverse("visit", args=[school.slug, visit.pk])).content.decode()
    typed: dict[str, Any] = {"token": str(uuid4()), "how": "letter", "from_whom": "Mrs Example", "says": f"Late, {CANARY}"}
    typed |= {"is_allegation": "no", "subjects": [one.pk for one in pair], **day("received_on", today)}
    assert CANARY in client.post(url, {**typed, "from_whom": ""}).content.decode()
    for _ in range(2):
        assert client.post(url, typed).status_code == 302
    row = Complaint.objects.get()
    assert (row.visit_id, set(row.subjects.all()), row.how) == (visit.pk, set(pair), "letter")
    assert row.answer_by > today
    page = reverse("complaint", args=[school.slug, row.public_id])
    assert client.get(page).status_code == 403, "who recorded it does not see it again"
    client.force_login(head)
    assert CANARY in client.get(page).content.decode()
    assert client.post(f"{page}answer/", {}).status_code == 200
    assert client.post(f"{page}acknowledge/", {"token": str(uuid4()), **day("on", today)}).status_code == 302
    given = {"token": str(uuid4()), "handler": head.pk, **day("answer_by", today + timedelta(days=7))}
    assert client.post(f"{page}handler/", given).status_code == 302
    done = {"token": str(uuid4()), "outcome": "partly", "says": "We are sorry", "policy_to_amend": "yes", **day("on", today)}
    assert client.post(f"{page}answer/", done).status_code == 302
    row.refresh_from_db()
    assert (row.acknowledged_on, row.handler, row.outcome, row.policy_to_amend) == (today, head, "partly", True)
    assert row.closed_at
    shown = client.get(page).content.decode()
    assert "Partly upheld" in shown.replace("partly", "Partly")
    assert "To be amended" in shown
    assert row.events.count() == 4
    assert "Partly upheld" in client.get(reverse("complaint_list", args=[school.slug])).content.decode()


@pytest.mark.clause("ATT-56")
def test_whom_it_is_about_neither_sees_it_nor_looks_into_it(client: Client) -> None:
    school = SchoolFactory.create()
    head = StaffFactory.create(school=school, roles=["headteacher"])
    manager = StaffFactory.create(school=school, roles=["senior_manager"])
    chair = StaffFactory.create(school=school, roles=["chair_of_governors"])
    row = a_complaint(school, about=[manager])
    assert sees(head, school) == [row]
    assert sees(manager, school) == sees(chair, school) == []
    assert keepers(row, DAY) == [head]
    with pytest.raises(BadInput):
        give_to(complaint=row, handler=manager, answer_by=DAY, token=uuid4(), by=head, now=NOW)
    about_head = a_complaint(school, about=[head])
    assert (sees(head, school), sees(manager, school), sees(chair, school)) == ([row], [], [about_head])
    client.force_login(manager)
    hidden, missing = (client.get(reverse("complaint", args=[school.slug, at])) for at in (row.public_id, uuid4()))
    assert hidden.status_code == missing.status_code == 404
    assert not AuditEvent.objects.filter(chain=school.pk, object_type="Complaint").exists()
    told = [list(notice.people.values_list("staff", flat=True)) for notice in Notice.objects.order_by("pk")]
    assert told == [[head.pk], [chair.pk]]


@pytest.mark.clause("ATT-56")
def test_its_deadline_reminds_each_morning_until_it_is_answered() -> None:
    school = SchoolFactory.create()
    head = StaffFactory.create(school=school, roles=["headteacher"])
    row = a_complaint(school)
    assert row.answer_by == date(2026, 12, 7), "ten school days after the 23rd"
    assert row.next_action_at
    assert remind(row.next_action_at - timedelta(seconds=1)) == 0
    assert [remind(row.next_action_at), remind(row.next_action_at)] == [1, 0]
    assert remind(row.next_action_at + timedelta(days=1)) == 1
    assert "is to be answered by 7 December" in Notice.objects.latest("pk").says
    late = row.next_action_at + timedelta(days=5)
    assert remind(late) == 1
    assert "was to be answered" in Notice.objects.latest("pk").says
    with pytest.raises(Blocked):
        answer(complaint=row, on=DAY, outcome="upheld", says="So", policy_to_amend=False, by=head, now=late)
    give_to(complaint=row, handler=head, answer_by=row.answer_by, token=uuid4(), by=head, now=late)
    answer(complaint=row, on=DAY, outcome="upheld", says="So", policy_to_amend=False, by=head, now=late)
    assert remind(late + timedelta(days=30)) == 0


@pytest.mark.clause("ATT-56", "ATT-55")
def test_one_that_is_an_allegation_goes_on_to_that_record_and_leaves_the_list() -> None:
    school = SchoolFactory.create()
    head = StaffFactory.create(school=school, roles=["headteacher"])
    manager = StaffFactory.create(school=school, roles=["senior_manager"])
    later, at_once = a_complaint(school), a_complaint(school, is_allegation=True)
    assert sees(manager, school) == [later]
    move_to_allegation(complaint=later, by=manager, now=NOW)
    assert sees(manager, school) == sees(head, school) == []
    found = allegations.seen_by(head, ["headteacher"], school, DAY)
    assert {row.complaint for row in found} == {later, at_once}
    assert all(CANARY in row.says and row.source == "A complaint by Mrs Example" for row in found)
    assert not allegations.written_by(manager, school)
