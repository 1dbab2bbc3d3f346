"""What it costs when many visits are open: the same statements for two hundred as for twenty, and next to none while nothing is due."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from homevisits.common import clock
from homevisits.people.models import School
from homevisits.people.tests.factories import StaffFactory
from safeguarding.services.referral_reminders import remind_of_referrals
from visits.models import HomeVisit, VisitMember, VisitPupil
from visits.services.climbing import sweep_alarms
from visits.services.members import drop_those_who_cannot_go
from visits.tests.factories import NOW, a_school, a_visit, approved, out_now

pytestmark = pytest.mark.django_db
FEW, MANY = 20, 200


def open_visits(school: School, count: int, *, out: bool = True) -> None:
    """So many visits like one that went through the services, about the same child."""
    first = out_now(approved(a_visit(school))) if out else a_visit(school)
    members, pupils = list(first.members.all()), list(first.visit_pupils.all())
    values = {field.attname: getattr(first, field.attname) for field in HomeVisit._meta.concrete_fields}
    copies = HomeVisit.objects.bulk_create(HomeVisit(**{**values, "id": None, "token": None}) for _ in range(1, count))
    VisitMember.objects.bulk_create([VisitMember(visit=copy, staff_id=one.staff_id) for copy in copies for one in members])
    VisitPupil.objects.bulk_create([VisitPupil(visit=copy, pupil_id=one.pupil_id) for copy in copies for one in pupils])


def statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


@pytest.fixture
def school() -> School:
    return a_school()


@pytest.mark.parametrize(("path", "most"), [("visits/board/", 20), ("visits/", 20)])
def test_a_page_with_two_hundred_open_visits_asks_as_often_as_with_twenty(school: School, client: Client, path: str, most: int) -> None:
    client.force_login(StaffFactory.create(school=school, roles=["office_admin"]))
    cost = {}
    with clock.frozen(NOW):
        for count in (FEW, MANY - FEW):
            open_visits(school, count)
            client.get(f"/s/{school.slug}/{path}")  # the session is stamped once
            cost[count] = statements(lambda: client.get(f"/s/{school.slug}/{path}"))
    assert len(set(cost.values())) == 1, cost
    assert cost[FEW] <= most


def test_a_poll_of_the_board_without_news_is_cheap(school: School, client: Client) -> None:
    client.force_login(StaffFactory.create(school=school, roles=["office_admin"]))
    open_visits(school, FEW)
    address = f"/s/{school.slug}/visits/board/live/"
    with clock.frozen(NOW):
        tag = client.get(address)["ETag"]
        asked = statements(lambda: client.get(address, headers={"If-None-Match": tag}))
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
        out_now(approved(a_visit(school)))
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 200
    assert asked <= 5


def test_a_knock_with_nothing_due_asks_once_for_each_thing_however_many_schools_are_out(school: School) -> None:
    for each in (school, a_school(), a_school()):
        open_visits(each, 3)
    assert statements(lambda: sweep_alarms(NOW)) == 2
    assert statements(lambda: remind_of_referrals(NOW)) == 1


def test_the_look_at_who_can_go_costs_the_same_for_many_visits(school: School) -> None:
    cost = []
    for count in (3, 30):
        open_visits(school, count, out=False)
        cost.append(statements(lambda: drop_those_who_cannot_go(NOW)))
    assert cost[0] == cost[1] <= 5
