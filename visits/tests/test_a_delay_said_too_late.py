"""Once the time due back has passed a delay is a message: it needs a reason, the pair's is short, and nothing hides how late they are."""

from datetime import timedelta

import pytest
from django.test import Client

from homevisits.common.clock import local
from homevisits.common.errors import Blocked
from homevisits.people.models import Staff
from homevisits.people.tests.factories import StaffFactory
from visits.models import HomeVisit, VisitDelay
from visits.selectors.board import board
from visits.services.climbing import sweep_alarms
from visits.services.out import delay

from .factories import NOW, a_school, a_visit, out_now, ready

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
BACK = NOW + 10 * MINUTE


@pytest.fixture
def visit() -> HomeVisit:
    school = a_school("alternative-provision")
    StaffFactory.create(school=school, roles=["office_admin"])
    return out_now(a_visit(school, pair=[ready(school), ready(school)]), minutes=10)


def office(visit: HomeVisit) -> Staff:
    return Staff.objects.get(roles__school=visit.school, roles__role="office_admin")


def goes(visit: HomeVisit) -> Staff:
    return visit.members.order_by("pk")[0].staff


def test_in_time_a_delay_needs_no_reason_and_they_are_not_late(visit: HomeVisit) -> None:
    delay(visit=visit, minutes=120, by=goes(visit), now=BACK - MINUTE)
    (row,) = board(visit.school, BACK + MINUTE, office(visit)).out
    assert (row.overdue_since, row.due_back) == (None, BACK + 120 * MINUTE)


@pytest.mark.clause("ALT-24", "ATT-17")
def test_late_it_needs_a_reason_is_short_for_the_pair_and_the_board_keeps_the_first_time(visit: HomeVisit, client: Client) -> None:
    for minute in range(12):
        sweep_alarms(BACK + minute * MINUTE)
    raised = list(visit.alarms.values_list("step", flat=True))
    now = BACK + 12 * MINUTE
    for minutes, says in ((15, " "), (61, "Traffic")):
        with pytest.raises(Blocked):
            delay(visit=visit, minutes=minutes, by=goes(visit), now=now, says=says)
    assert not VisitDelay.objects.exists()
    delay(visit=visit, minutes=60, by=goes(visit), now=now, says="Traffic")
    with pytest.raises(Blocked):
        delay(visit=visit, minutes=240, by=goes(visit), now=now + MINUTE, says="Traffic")
    with pytest.raises(Blocked):
        delay(visit=visit, minutes=240, by=office(visit), now=now + MINUTE)
    delay(visit=visit, minutes=240, by=office(visit), now=now + MINUTE, says="They rang: the car is towed")
    assert list(visit.alarms.values_list("step", flat=True)) == raised
    (row,) = board(visit.school, now + 2 * MINUTE, office(visit)).alarms
    assert (row.words, row.overdue_since, row.due_back) == ("Overdue", BACK, BACK + 300 * MINUTE)
    client.force_login(office(visit))
    page = client.get(f"/s/{visit.school.slug}/visits/board/").content.decode()
    assert "Overdue since" in page
    assert f"now says {local(BACK + 300 * MINUTE):%-H:%M}" in page


def test_the_page_of_a_late_delay_asks_for_the_reason_and_keeps_what_was_typed(visit: HomeVisit, client: Client) -> None:
    VisitDelay.objects.create(visit=visit, minutes=5, before=BACK - 5 * MINUTE, after=BACK, at=BACK - 2 * MINUTE, by=goes(visit))
    client.force_login(goes(visit))
    address = f"/s/{visit.school.slug}/visits/{visit.pk}/delay/"
    assert "say what holds them up" in client.get(address).content.decode()
    answer = client.post(address, {"token": "0b0f9d53-3a58-4a0c-8cf5-2b1f3f9b6c11", "minutes": "45", "says": ""})
    assert answer.status_code == 422
    assert 'value="45"' in answer.content.decode()
