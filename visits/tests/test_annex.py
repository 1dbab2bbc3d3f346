"""The infection-control annex: who switches it, whom it tells, what it holds against a visit, and that all of it goes when it ends."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from homevisits.common.errors import BadInput, Block, Blocked
from homevisits.messaging.models import Message, Notice, NoticeTo
from homevisits.people.models import School, Staff, StaffUnwell, Vehicle
from homevisits.people.tests.factories import ContactFactory, PupilFactory, StaffFactory
from visits.findings import asked
from visits.models import AnnexVersion, HomeVisit
from visits.rules.annex import annex_blocks, annex_checklist, door_guide
from visits.rules.approval import ready_blocks
from visits.services.annex import answer_for_visit, give_leave, isolate, set_annex

from .factories import NOW, a_school, a_visit, at_the_door

pytestmark = pytest.mark.django_db
ATT = "attendance-officer"


def clauses(blocks: list[Block]) -> list[str | None]:
    """Their clauses, in order."""
    return sorted({block.clause for block in blocks}, key=str)


def switched_on(school: School, **given: Any) -> Staff:
    """The headteacher, who has switched the annex on."""
    head: Staff = StaffFactory.create(school=school, roles=["headteacher"])
    set_annex(school=school, on=True, by=head, now=NOW, **given)
    return head


def in_order(visit: HomeVisit, head: Staff, **given: Any) -> None:
    """What the annex asks is answered, and the headteacher allows it."""
    by = visit.members.select_related("staff").order_by("pk")[0].staff
    answer_for_visit(visit=visit, remote_contact_why_not="No telephone", by=by, now=NOW, **given)
    visit.refresh_from_db()
    give_leave(visit=visit, by=head, now=NOW)


@pytest.mark.clause("ATT-70")
def test_while_it_is_on_a_visit_says_why_not_remote_and_the_headteacher_approves_it() -> None:
    school = a_school(ATT)
    visit = a_visit(school, purpose="attendance")
    assert annex_blocks(visit, NOW) == []
    head = switched_on(school)
    assert [block.clause for block in annex_blocks(visit, NOW)] == ["ATT-70", "ATT-70"]
    with pytest.raises(Blocked):
        give_leave(visit=visit, by=head, now=NOW)
    in_order(visit, head)
    assert annex_blocks(visit, NOW) == []
    # A changed plan asks the headteacher again.
    in_order_by = visit.members.select_related("staff").order_by("pk")[0].staff
    answer_for_visit(visit=visit, remote_contact_why_not="No telephone at all", by=in_order_by, now=NOW)
    assert len(annex_blocks(visit, NOW)) == 1
    with pytest.raises(Blocked):
        give_leave(visit=visit, by=in_order_by, now=NOW)


@pytest.mark.clause("ATT-70")
def test_a_pupil_who_isolates_is_not_visited_before_the_day_has_passed() -> None:
    school = a_school(ATT)
    visit = a_visit(school, purpose="attendance")
    head = switched_on(school)
    in_order(visit, head)
    isolate(pupil=visit.visit_pupils.get().pupil, until=NOW.date(), by=head, now=NOW)
    assert clauses(annex_blocks(visit, NOW)) == ["ATT-70"]
    assert annex_blocks(visit, NOW + timedelta(days=1)) == []


@pytest.mark.clause("ATT-71")
def test_symptoms_take_a_person_off_visits_for_the_annexs_days_or_until_a_negative_test() -> None:
    school = a_school(ATT)
    visit = a_visit(school, purpose="attendance")
    in_order(visit, switched_on(school, isolation_days=5))
    ill = visit.members.all()[0].staff
    row = StaffUnwell.objects.create(staff=ill, school=school, symptoms_from=NOW.date() - timedelta(days=4), at=NOW, ended_at=NOW)
    assert clauses(annex_blocks(visit, NOW)) == ["ATT-71"]
    assert annex_blocks(visit, NOW + timedelta(days=1)) == []
    assert [block.says for block in ready_blocks(visit, NOW) if str(ill) in block.says and "off visits" in block.says] == [
        f"{ill} is off visits on that day: another takes over, or the visit waits for the isolation to end or a negative test."
    ], "said once, by the rules of the pair and of the annex alike"
    row.negative_test_on = NOW.date()
    row.save()
    assert annex_blocks(visit, NOW) == []


@pytest.mark.clause("ATT-72")
def test_no_lift_in_a_staff_car_without_one_of_the_two_reasons_and_the_measures() -> None:
    school = a_school(ATT)
    visit = a_visit(school, purpose="transport")
    HomeVisit.objects.filter(pk=visit.pk).update(vehicle=None, vehicle_words="A teacher's car")
    visit.refresh_from_db()
    head = switched_on(school)
    in_order(visit, head)
    assert clauses(annex_blocks(visit, NOW)) == ["ATT-72"]
    in_order(visit, head, lift_reason="at_risk")
    assert clauses(annex_blocks(visit, NOW)) == ["ATT-72"]
    in_order(visit, head, lift_reason="at_risk", lift_measures=True)
    assert annex_blocks(visit, NOW) == []
    in_order(visit, head)
    bus = Vehicle.objects.create(school=school, make="Ford", model="Transit", registration="AB12 CDE", colour="White", minibus=True)
    visit.vehicle = bus
    assert annex_blocks(visit, NOW) == []


@pytest.mark.clause("ATT-72")
@pytest.mark.clause("ATT-73")
def test_checklist_and_guide_carry_the_annex_with_its_distance_and_lose_it_when_it_ends() -> None:
    school = a_school(ATT)
    visit = a_visit(school, purpose="attendance")
    assert (annex_checklist(visit, NOW), door_guide(visit, NOW)) == ([], [])
    head = switched_on(school, distance_metres=3)
    assert {code for code, _ in annex_checklist(visit, NOW)} == {"annex_covering", "annex_hygiene"}
    guide = " ".join(door_guide(visit, NOW))
    assert all(words in guide for words in ("3 metres", "side by side", "windows open", "safe and proportionate"))
    set_annex(school=school, on=False, by=head, now=NOW + timedelta(minutes=1))
    assert (annex_checklist(visit, NOW), door_guide(visit, NOW), annex_blocks(visit, NOW)) == ([], [], [])


@pytest.mark.clause("ATT-73")
def test_where_those_who_met_were_is_asked_while_it_is_on(client: Client) -> None:
    school = a_school(ATT)
    visit = at_the_door(a_visit(school, purpose="attendance"))
    assert "held" not in {one.code for one in asked("completed", "attendance", visit.policy.values)}
    member = visit.members.all()[0].staff
    address = reverse("visit_outcome", args=[school.slug, visit.pk, "completed"])
    with time_machine.travel(NOW, tick=False):
        client.force_login(member)
        assert "Where did you meet?" not in client.get(address).content.decode()
        switched_on(school)
        assert "Where did you meet?" in client.get(address).content.decode()
        nothing = reverse("visit_outcome", args=[school.slug, visit.pk, "no_answer"])
        assert "Where did you meet?" not in client.get(nothing).content.decode()
        assert client.post(address, {"token": str(uuid.uuid4())}).status_code == 422
        assert client.post(address, {"token": str(uuid.uuid4()), "held": "windows_open"}).status_code == 302
    assert visit.outcomes.get().details == {"held": "windows_open"}


@pytest.mark.clause("ATT-74")
def test_only_the_headteacher_changes_it_and_each_change_is_kept_and_told_to_staff_and_families() -> None:
    school = a_school(ATT)
    visit = a_visit(school, purpose="attendance")
    pupil = visit.visit_pupils.get().pupil
    pupil.contacts.all().delete()
    ContactFactory.create(pupil=pupil, priority=1, mobile="+447700900901")
    ContactFactory.create(pupil=pupil, priority=1, mobile="+447700900902", restricted=True)
    ContactFactory.create(pupil=PupilFactory.create(school=school), priority=1, mobile="+447700900903")
    for role in ("deputy_headteacher", "senior_manager", "dsl"):
        with pytest.raises(Blocked) as why:
            set_annex(school=school, on=True, by=StaffFactory.create(school=school, roles=[role]), now=NOW)
        assert clauses(why.value.blocks) == ["ATT-74"]
    assert not AnnexVersion.objects.exists()
    head = switched_on(school, expires_on=NOW.date() + timedelta(days=3), words="Masks at the door.")
    texts = Message.objects.filter(template="infection_annex")
    assert [message.to for message in texts] == ["+447700900901"]
    assert "Masks at the door." in texts[0].body
    told = Notice.objects.get(about="annex_changed")
    assert NoticeTo.objects.filter(notice=told, staff=visit.members.all()[0].staff).exists()
    last = AnnexVersion.objects.get()
    set_annex(school=school, on=True, distance_metres=1, based_on=last.pk, by=head, now=NOW + timedelta(minutes=1))
    with pytest.raises(BadInput):
        set_annex(school=school, on=False, based_on=last.pk, by=head, now=NOW + timedelta(minutes=2))
    set_annex(school=school, on=False, by=head, now=NOW + timedelta(minutes=2))
    assert list(AnnexVersion.objects.order_by("pk").values_list("on", "distance_metres")) == [(True, 2), (True, 1), (False, 2)]
    assert texts.all().count() == 3


@pytest.mark.clause("ATT-74")
def test_it_expires_on_its_day() -> None:
    school = a_school(ATT)
    visit = a_visit(school, purpose="attendance")
    switched_on(school, expires_on=NOW.date())
    assert annex_blocks(visit, NOW)
    assert annex_blocks(visit, NOW + timedelta(days=1)) == []


@pytest.mark.parametrize("preset", ["primary-procedures", "academy-trust", "alternative-provision", "secondary"])
def test_a_policy_without_an_annex_never_shows_it(preset: str, client: Client) -> None:
    school = a_school(preset)
    visit = a_visit(school, purpose="attendance")
    head = StaffFactory.create(school=school, roles=["headteacher", "principal"])
    with pytest.raises(Blocked):
        set_annex(school=school, on=True, by=head, now=NOW)
    client.force_login(head)
    page = client.get(f"/s/{school.slug}/visits/{visit.pk}/").content.decode()
    assert "nfection-control annex" not in page
    assert client.get(f"/s/{school.slug}/visits/infection/").status_code == 302
