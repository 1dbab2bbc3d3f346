"""A call for help, loud or silent, is over when somebody else has seen or spoken to both; whoever was alarmed hears that it is over."""

from datetime import timedelta

import pytest
from django.test import Client

from homevisits.common.errors import Blocked
from homevisits.messaging.models import Message, Notice, NoticeTo
from homevisits.messaging.selectors import to_look_at_first
from homevisits.people.models import Staff
from homevisits.people.tests.factories import StaffFactory
from visits.models import HomeVisit
from visits.selectors.board import board
from visits.selectors.doorstep import doorstep
from visits.services.alarm import acknowledge, call_for_help, end_help, hear_safe_word
from visits.services.climbing import sweep_alarms
from visits.services.out import check_in

from .factories import NOW, a_school, a_visit, out_now, ready

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ROLES = ("office_admin", "senior_manager", "principal", "deputy_dsl")


@pytest.fixture
def visit() -> HomeVisit:
    school = a_school("academy-trust")
    for role in ROLES:
        StaffFactory.create(school=school, roles=[role])
    return out_now(a_visit(school, pair=[ready(school), ready(school)]), safe_word="Blue marmalade")


def holder(visit: HomeVisit, role: str = "office_admin") -> Staff:
    return Staff.objects.get(roles__school=visit.school, roles__role=role)


def pair(visit: HomeVisit) -> list[Staff]:
    return [member.staff for member in visit.members.order_by("pk")]


def all_back(visit: HomeVisit, minute: int) -> None:
    for person in pair(visit):
        check_in(visit=visit, point="returned", by=person, now=NOW + minute * MINUTE)


def stands(visit: HomeVisit, minute: int) -> list[int]:
    return [row.pk for row in board(visit.school, NOW + minute * MINUTE, holder(visit)).alarms]


@pytest.mark.clause("MAT-21")
def test_neither_taps_of_the_pair_nor_taking_it_on_end_a_silent_alarm(visit: HomeVisit) -> None:
    office = holder(visit)
    hear_safe_word(visit=visit, heard="blue marmalade", by=office, now=NOW)
    all_back(visit, 5)
    acknowledge(visit=visit, by=office, now=NOW + 6 * MINUTE, says="ringing")
    assert stands(visit, 7) == [visit.pk]
    assert not board(visit.school, NOW + 7 * MINUTE, pair(visit)[0]).alarms
    assert sweep_alarms(NOW + 15 * MINUTE) == 0, "quiet for the rest"
    assert sweep_alarms(NOW + 16 * MINUTE) == 1
    before = Notice.objects.count()
    for person, how in ((pair(visit)[0], "all fine"), (office, "  "), (StaffFactory.create(school=visit.school), "seen")):
        with pytest.raises(Blocked):
            end_help(visit=visit, how=how, by=person, now=NOW + 17 * MINUTE)
    assert Notice.objects.count() == before
    assert end_help(visit=visit, how="Both sat with me in the office", by=office, now=NOW + 18 * MINUTE)
    assert not end_help(visit=visit, how="Both sat with me in the office", by=office, now=NOW + 18 * MINUTE)
    alarm = visit.alarms.get()
    assert (alarm.over_at, alarm.over_by, alarm.over_how) == (NOW + 18 * MINUTE, office, "Both sat with me in the office")
    assert not visit.events.filter(what="help_over").exists(), "the history is on the pair's screens"
    assert not NoticeTo.objects.filter(notice__about="alarm_over", staff__in=pair(visit)).exists()
    assert stands(visit, 19) == []
    assert sweep_alarms(NOW + 60 * MINUTE) == 0


@pytest.mark.clause("PRI-25")
def test_everybody_who_was_told_of_help_hears_that_it_is_over_and_it_no_longer_stands_first(visit: HomeVisit) -> None:
    head = holder(visit, "principal")
    for minute in (0, 1):
        call_for_help(visit=visit, by=pair(visit)[0], now=NOW + minute * MINUTE, location=f"Shed {minute}")
    assert len(to_look_at_first(head, visit.school, NOW + 2 * MINUTE)) == 2
    all_back(visit, 3)
    assert not Notice.objects.filter(about="alarm_over").exists()
    assert len(to_look_at_first(head, visit.school, NOW + 4 * MINUTE)) == 2
    end_help(visit=visit, how="They stand before me", by=holder(visit), now=NOW + 5 * MINUTE)
    told = NoticeTo.objects.filter(notice__about="alarm_over")
    alarmed = set(NoticeTo.objects.filter(notice__about="help").values_list("staff", flat=True))
    assert {holder(visit, role).pk for role in ROLES} <= alarmed
    assert sorted(told.values_list("staff", flat=True)) == sorted(alarmed), "each once"
    assert to_look_at_first(head, visit.school, NOW + 6 * MINUTE) == []
    notice = told.get(staff=head).notice
    assert "They stand before me" in notice.says
    ways = set(Message.objects.filter(purpose__startswith=f"notice:{notice.pk}:").values_list("channel", flat=True))
    assert ways == {"text", "email"} if head.mobile else {"email"}


@pytest.mark.clause("ATT-17")
def test_when_all_are_back_whoever_heard_that_they_were_not_hears_it(visit: HomeVisit) -> None:
    late = out_now(a_visit(visit.school, pair=[ready(visit.school), ready(visit.school)]), minutes=10)
    steps = late.policy.values.return_alarm_steps
    for minute in range(10, 10 + max(steps.values()) + 1):
        sweep_alarms(NOW + minute * MINUTE)
    heard = set(NoticeTo.objects.filter(notice__about="overdue").exclude(staff__in=pair(late)).values_list("staff", flat=True))
    assert holder(visit).pk in heard
    all_back(late, 60)
    told = NoticeTo.objects.filter(notice__about="alarm_over")
    assert set(told.values_list("staff", flat=True)) == heard
    assert told.count() == len(heard), "each once"
    assert to_look_at_first(holder(visit), visit.school, NOW + 61 * MINUTE) == []


def test_a_visit_that_was_not_late_tells_nobody_that_it_is_over(visit: HomeVisit) -> None:
    all_back(visit, 30)
    assert not Notice.objects.filter(about="alarm_over").exists()


@pytest.mark.clause("PRI-25")
def test_a_call_for_help_never_fails_on_its_note_or_token(visit: HomeVisit, client: Client) -> None:
    client.force_login(pair(visit)[0])
    address = f"/s/{visit.school.slug}/visits/{visit.pk}/help/"
    for number, (token, location) in enumerate((("", "x" * 900), ("not one", "Shed\x00 behind"), ("", "")), start=1):
        assert client.post(address, {"token": token, "location": location}).status_code == 302
        assert visit.alarms.count() == number
    assert list(visit.alarms.order_by("pk").values_list("location", flat=True)) == ["x" * 200, "Shed behind", ""]
    other = out_now(a_visit(visit.school, pair=[ready(visit.school), ready(visit.school)]))
    sent = visit.alarms.earliest("pk").token
    call_for_help(visit=other, by=pair(other)[0], now=NOW, token=sent)
    assert other.alarms.filter(step="help").exists(), "a page of another visit holds nothing up"


@pytest.mark.clause("PRI-25", "MAT-21")
def test_the_tablet_says_that_help_was_called_and_who_deals_with_it_but_nothing_of_a_silent_one(visit: HomeVisit, client: Client) -> None:
    one, two = pair(visit)
    for person in (one, two):
        check_in(visit=visit, point="arrived", by=person, now=NOW)
    hear_safe_word(visit=visit, heard="blue marmalade", by=holder(visit), now=NOW)
    assert doorstep(visit, one, NOW).help is None
    before = doorstep(visit, one, NOW).stay_outside
    call_for_help(visit=visit, by=one, now=NOW + MINUTE)
    shown = doorstep(visit, two, NOW + 2 * MINUTE)
    assert shown.help is not None
    assert (shown.help.at, shown.help.taken_by, shown.may_enter) == (NOW + MINUTE, "", False)
    with pytest.raises(Blocked, match="Help was called"):
        check_in(visit=visit, point="inside", by=one, now=NOW + 2 * MINUTE, adult_present=True, parent_present=True, invited_by="Mother")
    acknowledge(visit=visit, by=holder(visit), now=NOW + 3 * MINUTE)
    client.force_login(two)
    page = client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/tablet/").content.decode()
    assert "Help was called at" in page
    assert f"{holder(visit).name} deals with it" in page
    end_help(visit=visit, how="Rang both", by=holder(visit), now=NOW + 4 * MINUTE)
    after = doorstep(visit, one, NOW + 5 * MINUTE)
    assert after.help is None
    assert after.stay_outside == before


def test_the_office_ends_it_on_the_alarms_page_with_its_words(visit: HomeVisit, client: Client) -> None:
    call_for_help(visit=visit, by=pair(visit)[0], now=NOW)
    address = f"/s/{visit.school.slug}/visits/{visit.pk}/alarm/"
    client.force_login(pair(visit)[0])
    assert client.post(f"{address}over/", {"how": "fine"}).status_code in (403, 404)
    client.force_login(holder(visit))
    names = " and ".join(person.name for person in pair(visit))
    assert f"It is over: I have seen or spoken to {names}" in client.get(address).content.decode()
    assert client.post(f"{address}over/", {"how": ""}).status_code == 422
    assert client.post(f"{address}over/", {"how": "Spoke to each by telephone", "next": address}).status_code == 302
    page = client.get(address).content.decode()
    assert "says that it is over: Spoke to each by telephone" in page
    assert "It is over: I have" not in page


def test_the_board_counts_those_in_alarm_among_those_who_are_out(visit: HomeVisit, client: Client) -> None:
    call_for_help(visit=visit, by=pair(visit)[0], now=NOW)
    shown = board(visit.school, NOW + MINUTE, holder(visit))
    assert (shown.out_count, shown.out_in_alarm, len(shown.out)) == (1, 1, 0)
    client.force_login(holder(visit))
    page = client.get(f"/s/{visit.school.slug}/visits/board/").content.decode()
    assert "1 out, in alarm above" in page
    assert "Nobody is out on a visit" not in page
