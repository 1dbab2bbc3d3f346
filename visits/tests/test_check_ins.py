"""Check-ins in one tap, by staff or by the office for them; leaving is told; going home ends it."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from homevisits.common.errors import Blocked
from homevisits.messaging.models import Notice, NoticeTo
from homevisits.people.models import Staff
from homevisits.people.tests.factories import ContactFactory, StaffFactory
from visits.models import CheckIn, HomeVisit, VisitDelay
from visits.selectors.board import board
from visits.services.out import check_in, delay, set_end_at_home, tell_departure

from .factories import NOW, a_school, a_visit, an_appointment, approved, out_now, ready, ready_to_leave, week_signed

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
OFFICER = "attendance-officer"


def a_pair(preset: str, **fields: Any) -> tuple[HomeVisit, Staff, Staff, Staff]:
    school = a_school(preset)
    office = StaffFactory.create(school=school, roles=["office_admin"])
    tess, ted = ready(school), ready(school)
    return out_now(a_visit(school, pair=[tess, ted]), **fields), tess, ted, office


@pytest.mark.clause("ATT-12")
def test_one_tap_by_staff_or_by_the_office_for_one_of_them(client: Client) -> None:
    visit, tess, ted, office = a_pair("attendance-officer")
    address = f"/s/{visit.school.slug}/visits/{visit.pk}/check-in/"
    client.force_login(tess)
    sent = {"token": str(uuid.uuid4()), "point": "arriving"}
    for _ in range(2):
        assert client.post(address, sent).status_code == 302
    assert visit.check_ins.count() == 1, "sent twice, said once"
    client.force_login(office)
    client.post(address, {"token": str(uuid.uuid4()), "point": "arrived", "for_staff": ted.pk})
    row = visit.check_ins.get(point="arrived")
    assert (row.by, row.for_staff) == (office, ted)
    assert visit.members.get(staff=ted).arrived_at
    assert visit.members.get(staff=tess).arrived_at is None


@pytest.mark.clause("MAT-22")
def test_nobody_is_inside_before_both_have_marked_that_they_arrived() -> None:
    visit, tess, ted, _ = a_pair("academy-trust")
    inside: dict[str, Any] = {"visit": visit, "point": "inside", "adult_present": True, "invited_by": "Mo Example"}
    check_in(visit=visit, point="arrived", by=tess, now=NOW + 10 * MINUTE)
    with pytest.raises(Blocked) as why:
        check_in(**inside, by=tess, now=NOW + 11 * MINUTE)
    assert [block.clause for block in why.value.blocks] == ["MAT-22"]
    assert not visit.check_ins.filter(point="inside").exists()
    check_in(visit=visit, point="arrived", by=ted, now=NOW + 12 * MINUTE)
    check_in(**inside, by=tess, now=NOW + 13 * MINUTE)


def test_a_partner_or_a_stranger_says_nothing_for_somebody_else() -> None:
    visit, tess, ted, _ = a_pair("secondary")
    stranger = StaffFactory.create(school=visit.school, roles=["class_teacher"])
    for who, whom in ((tess, ted), (stranger, None)):
        with pytest.raises(Blocked):
            check_in(visit=visit, point="returned", by=who, for_staff=whom, now=NOW + MINUTE)
    assert not CheckIn.objects.exists()


@pytest.mark.clause("MAT-13")
def test_leaving_the_property_signs_off_whoever_does_not_come_back_to_school() -> None:
    visit, tess, ted, _ = a_pair("academy-trust")
    check_in(visit=visit, point="left_property", by=tess, now=NOW + 30 * MINUTE, going_home=True)
    visit.refresh_from_db()
    assert visit.members.get(staff=tess).returned_at == NOW + 30 * MINUTE
    assert visit.returned_at is None, "the other one is still out"
    check_in(visit=visit, point="left_property", by=ted, now=NOW + 31 * MINUTE)
    visit.refresh_from_db()
    assert visit.returned_at is None, "who comes back to school has not returned by leaving"
    check_in(visit=visit, point="returned", by=ted, now=NOW + 45 * MINUTE)
    visit = HomeVisit.objects.get(pk=visit.pk)
    assert (visit.returned_at, visit.alarm_at) == (NOW + 45 * MINUTE, None)


@pytest.mark.clause("SEC-09")
@pytest.mark.parametrize("point", ["left_property", "returned"])
def test_a_visit_that_ends_at_home_ends_with_a_check_in(point: str) -> None:
    visit, tess, _, office = a_pair("secondary")
    set_end_at_home(visit=visit, at_home=True, by=tess, now=NOW + MINUTE)
    visit.refresh_from_db()
    assert visit.to_home
    check_in(visit=visit, point=point, by=office, now=NOW + 50 * MINUTE)
    visit.refresh_from_db()
    assert visit.returned_at == NOW + 50 * MINUTE


@pytest.mark.clause("SEC-08", "MAT-10", "PRI-18")
@pytest.mark.parametrize(
    ("preset", "roles"),
    [
        ("primary-procedures", {"office_admin"}),
        ("academy-trust", {"dsl", "deputy_dsl", "office_admin"}),
        ("secondary", {"senior_manager", "office_admin"}),
    ],
)
def test_leaving_tells_whom_the_policy_names_who_where_and_due_when_and_keeps_who_was_told(preset: str, roles: set[str]) -> None:
    visit, tess, _, office = a_pair(preset, place="12 High Street")
    others = {role: StaffFactory.create(school=visit.school, roles=[role]) for role in roles - {"office_admin"}}
    names = tell_departure(visit, tess, NOW)
    assert sorted(names) == sorted([office.name, *(one.name for one in others.values())])
    notices = Notice.objects.filter(about="departed")
    assert {notice.role for notice in notices} == roles
    for notice in notices:
        assert tess.name in notice.says
        assert "12 High Street" in notice.says
        assert "due back at 11:00" in notice.says
    told = NoticeTo.objects.filter(notice__about="departed")
    assert told.count() == len(set(told.values_list("staff", flat=True))), "each once, whatever roles they hold"


@pytest.mark.clause("ALT-24")
def test_the_delay_page_moves_the_time_once_however_often_it_is_sent(client: Client) -> None:
    visit, tess, _, _ = a_pair("alternative-provision")
    client.force_login(tess)
    address = f"/s/{visit.school.slug}/visits/{visit.pk}/delay/"
    sent = {"token": str(uuid.uuid4()), "minutes": "10", "says": "Traffic"}
    for _ in range(3):
        assert client.post(address, sent).status_code == 302
    assert list(VisitDelay.objects.values_list("minutes", flat=True)) == [10]
    assert client.post(address, {**sent, "token": str(uuid.uuid4()), "minutes": "0"}).status_code == 422
    assert "Delayed 10 minutes" in client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/").content.decode()


@pytest.mark.clause("MAT-33")
def test_the_trusts_office_hears_of_plans_that_change_on_the_way() -> None:
    visit, tess, _, office = a_pair("academy-trust")
    before = visit.due_back
    row = delay(visit=visit, minutes=15, by=tess, now=NOW + 20 * MINUTE, says="The road is shut")
    visit.refresh_from_db()
    assert (row.before, row.after, row.says) == (before, visit.due_back, "The road is shut"), "what was planned stays on record"
    told = NoticeTo.objects.get(notice__about="delayed", staff=office)
    assert "15 minutes" in told.notice.says
    assert "The road is shut" in told.notice.says


@pytest.mark.clause("SEC-06", "ATT-51")
@pytest.mark.parametrize(("preset", "adult", "parent"), [("secondary", False, None), ("secondary", True, None), (OFFICER, True, True)])
def test_who_was_there_when_they_went_in_is_on_record(preset: str, adult: bool, parent: bool | None) -> None:
    visit = a_visit(a_school(preset))
    an_appointment(visit)
    visit.appointments.update(state="confirmed")
    visit, tess = out_now(visit), visit.members.all()[0].staff
    who = "Mo Example" if adult else ""
    check_in(visit=visit, point="inside", by=tess, now=NOW + MINUTE, adult_present=adult, parent_present=parent, invited_by=who)
    row = visit.check_ins.get(point="inside")
    assert (row.adult_present, row.parent_present) == (adult, parent)


@pytest.mark.clause("PRI-18")
def test_the_schedule_of_the_day_names_family_child_address_telephone_and_time_due_back(client: Client) -> None:
    school = a_school()
    office = StaffFactory.create(school=school, roles=["office_admin"])
    visit = a_visit(school, purpose="welfare")
    pupil = visit.visit_pupils.get().pupil
    ContactFactory.create(pupil=pupil, mobile="+447700900654")
    HomeVisit.objects.filter(pk=visit.pk).update(place="12 High Street", reason="Bruises were seen")
    row = board(school, NOW, office).leaving[0]
    assert (row.family, row.children, row.where, row.telephone) == (pupil.last_name, pupil.first_name, "12 High Street", "+447700900654")
    assert row.due_back == visit.due_back
    with time_machine.travel(NOW, tick=False):
        client.force_login(office)
        page = client.get(f"/s/{school.slug}/visits/schedule/").content.decode()
    heads = re.findall(r'<th scope="col">([^<]+)</th>', page)
    assert {"Family", "Child", "Address", "Telephone", "Due back"} <= set(heads)
    for words in (pupil.last_name, pupil.first_name, "12 High Street", "07700 900654", "11:00"):
        assert words in page, words
    for words in ("Bruises", "elfare"):
        assert words not in page, "no more than the office needs"


@pytest.mark.clause("PRI-18", "ATT-11", "PRI-19")
def test_the_board_has_who_is_out_where_since_when_due_when_and_their_mobiles(client: Client) -> None:
    visit, tess, ted, office = a_pair("primary-procedures", minutes=30)
    school = visit.school
    to_leave = a_visit(school, pair=[ready(school), ready(school)])
    for at, words in ((NOW, "On time"), (NOW + 25 * MINUTE, "Due soon"), (NOW + 31 * MINUTE, "Overdue")):
        (row,) = board(school, at, office).out
        assert (row.names, row.words, row.since, row.due_back) == (f"{tess.name} and {ted.name}", words, NOW, NOW + 30 * MINUTE)
        assert [person.mobile for person in row.people] == [tess.mobile, ted.mobile]
        pupil = visit.visit_pupils.get().pupil
        assert (row.family, row.children) == (pupil.last_name, pupil.first_name)
    assert [row.pk for row in board(school, NOW, office).leaving] == [to_leave.pk]
    check_in(visit=visit, point="returned", by=office, now=NOW + 29 * MINUTE)
    shown = board(school, NOW + 32 * MINUTE, office)
    assert (shown.out, [row.pk for row in shown.back]) == ((), [visit.pk])


def test_the_board_asks_as_many_questions_for_ten_visits_as_for_one(django_assert_max_num_queries: Any) -> None:
    visit, _, _, office = a_pair("primary-procedures")
    for _ in range(3):
        out_now(a_visit(visit.school, pair=[ready(visit.school), ready(visit.school)]))
    with django_assert_max_num_queries(11):
        assert len(board(visit.school, NOW, office).out) == 4


@pytest.mark.parametrize(("early", "back"), [(15, 120), (16, 104), (45, 75)])
def test_who_leaves_long_before_the_plan_is_due_back_as_much_earlier_and_it_says_so(early: int, back: int) -> None:
    visit = approved(a_visit())
    plan = {"due_at": NOW + timedelta(minutes=early), "arrive_at": NOW + timedelta(minutes=early + 15)}
    HomeVisit.objects.filter(pk=visit.pk).update(due_back=NOW + timedelta(hours=2), **plan)
    visit = HomeVisit.objects.get(pk=visit.pk)
    visit = ready_to_leave(week_signed(visit))
    check_in(visit=visit, point="departed", by=visit.members.order_by("pk")[0].staff, now=NOW)
    visit.refresh_from_db()
    assert visit.due_back == NOW + timedelta(minutes=back)
    assert visit.events.filter(what="back_earlier").count() == (early > 15)
