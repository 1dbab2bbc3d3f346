"""Help: from every screen of a visit, at once, to office and senior staff; and the safe word that nobody near the pair learns of."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from homevisits.common.errors import Blocked
from homevisits.home.out import alarms as banner
from homevisits.messaging.models import Notice, NoticeTo
from homevisits.people.access import roles_of
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import StaffFactory
from visits.models import HomeVisit, VisitAlarm, VisitEvent
from visits.selectors.board import board
from visits.services.alarm import acknowledge, call_for_help, end_help, hear_safe_word
from visits.services.climbing import sweep_alarms
from visits.services.out import check_in

from .factories import NOW, a_school, a_visit, out_now, ready

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def visit() -> HomeVisit:
    school = a_school("academy-trust")
    for role in ("office_admin", "senior_manager", "principal", "deputy_dsl"):
        StaffFactory.create(school=school, roles=[role])
    # One of the pair is a senior manager too: a silent alarm must not reach their telephone.
    pair = [ready(school, ("visiting_staff", "senior_manager")), ready(school)]
    return out_now(a_visit(school, pair=pair), safe_word="Blue marmalade")


def at_home(visit: HomeVisit) -> Staff:
    return visit.members.order_by("pk")[0].staff


def office(school: School) -> Staff:
    return Staff.objects.get(roles__school=school, roles__role="office_admin")


@pytest.mark.clause("PRI-25", "MAT-25", "MAT-26")
def test_help_is_one_tap_with_the_guide_and_alarms_office_and_senior_staff(visit: HomeVisit, client: Client) -> None:
    school = visit.school
    client.force_login(at_home(visit))
    address = f"/s/{school.slug}/visits/{visit.pk}/help/"
    assert address in client.get(f"/s/{school.slug}/visits/{visit.pk}/").content.decode(), "reached from the visit's page"
    page = client.get(address).content.decode()
    for words in ("Send for help now", "We are kept from leaving", "Stay calm", "Keep a distance", "tel:999"):
        assert words in page
    sent = {"token": str(uuid.uuid4()), "kept_from_leaving": "on", "location": "Back garden"}
    for _ in range(2):
        assert client.post(address, sent).status_code == 302
    alarm = visit.alarms.get(step="help")
    assert (alarm.kept_from_leaving, alarm.location, alarm.by) == (True, "Back garden", at_home(visit))
    told = NoticeTo.objects.filter(notice__about="help", notice__alarm=True)
    roles = {role for row in told for role in roles_of(row.staff, school, NOW.date())}
    assert {"office_admin", "senior_manager", "principal", "deputy_dsl"} <= roles
    assert "kept from leaving" in Notice.objects.filter(about="help").latest("pk").says
    assert "The alarm went out" in client.get(address).content.decode()


@pytest.mark.clause("MAT-25")
def test_those_kept_from_leaving_stand_first(visit: HomeVisit) -> None:
    school = visit.school
    late = out_now(a_visit(school, pair=[ready(school), ready(school)]), minutes=5)
    asking = out_now(a_visit(school, pair=[ready(school), ready(school)]))
    call_for_help(visit=asking, by=at_home(asking), now=NOW + 6 * MINUTE)
    sweep_alarms(NOW + 6 * MINUTE)
    call_for_help(visit=visit, by=at_home(visit), now=NOW + 7 * MINUTE, kept_from_leaving=True)
    shown = board(school, NOW + 8 * MINUTE, office(school))
    assert [row.pk for row in shown.alarms] == [visit.pk, asking.pk, late.pk]
    assert shown.sounds


@pytest.mark.clause("ATT-17")
def test_help_is_told_again_until_a_person_takes_it_on_even_after_the_pair_says_it_is_back(visit: HomeVisit) -> None:
    call_for_help(visit=visit, by=at_home(visit), now=NOW)
    for member in visit.members.all():
        check_in(visit=visit, point="returned", by=member.staff, now=NOW + MINUTE)
    for minute in range(2, 12):
        sweep_alarms(NOW + minute * MINUTE)
    assert visit.alarms.get().repeats == 2
    assert [row.pk for row in board(visit.school, NOW + 12 * MINUTE, office(visit.school)).alarms] == [visit.pk]
    acknowledge(visit=visit, by=office(visit.school), now=NOW + 12 * MINUTE)
    sweep_alarms(NOW + 60 * MINUTE)
    assert visit.alarms.get().repeats == 3, "taken on, it is quiet for the rest only"
    row = board(visit.school, NOW + 61 * MINUTE, office(visit.school)).alarms[0]
    assert (row.pk, row.stands, row.waits) == (visit.pk, True, True)
    end_help(visit=visit, how="I met both at the gate", by=office(visit.school), now=NOW + 62 * MINUTE)
    sweep_alarms(NOW + 90 * MINUTE)
    assert visit.alarms.get().repeats == 3
    assert not board(visit.school, NOW + 91 * MINUTE, office(visit.school)).alarms


@pytest.mark.clause("MAT-21")
@pytest.mark.parametrize("heard", ["blue marmalade", "Could you bring the BLUE, marmalade please?"])
def test_the_safe_word_alarms_silently_and_nothing_changes_for_the_pair(visit: HomeVisit, client: Client, heard: str) -> None:
    school, pair = visit.school, at_home(visit)
    client.force_login(pair)
    pages = [f"/s/{school.slug}/visits/{visit.pk}/", f"/s/{school.slug}/visits/{visit.pk}/help/", f"/s/{school.slug}/visits/"]
    before = [_plain(client, page) for page in pages]
    alarm = hear_safe_word(visit=visit, heard=heard, by=office(school), now=NOW + MINUTE)
    assert alarm is not None
    assert alarm.covert
    for minute in range(2, 9):
        sweep_alarms(NOW + minute * MINUTE)
    acknowledge(visit=visit, by=office(school), now=NOW + 9 * MINUTE)
    assert [_plain(client, page) for page in pages] == before
    assert client.get(f"/s/{school.slug}/visits/{visit.pk}/alarm/").status_code == 404
    assert not NoticeTo.objects.filter(notice__about="help", staff__in=visit.members.values("staff")).exists()
    assert banner(school, pair, ["senior_manager"]) == []
    assert not board(school, NOW + 2 * MINUTE, pair).alarms, "nor on the board, looked at from the doorstep"
    assert not board(school, NOW + 2 * MINUTE, office(school)).sounds, "a caller must not hear it through the telephone"


def _plain(client: Client, page: str) -> str:
    """A page without what differs each time: tokens and nonces."""
    import re

    words = client.get(page).content.decode()
    return re.sub(r'(value|nonce|content)="[^"]*"', "", words)


@pytest.mark.clause("MAT-21")
def test_a_wrong_word_is_answered_alike_and_alarms_nobody(visit: HomeVisit, client: Client) -> None:
    school = visit.school
    client.force_login(office(school))
    address, answers = f"/s/{school.slug}/visits/{visit.pk}/call-heard/", []
    for heard in ("We are running late, all fine", "Tell Sam about the blue marmalade"):
        answer = client.post(address, {"token": str(uuid.uuid4()), "heard": heard})
        client.get(f"/s/{school.slug}/")
        answers.append((answer.status_code, answer["Location"]))
    assert answers[0] == answers[1]
    assert list(visit.alarms.values_list("covert", flat=True)) == [True]
    assert not VisitEvent.objects.filter(visit=visit, what__in=("help", "call_noted")).exists()


@pytest.mark.clause("MAT-21")
def test_the_safe_word_is_masked_and_seen_only_by_the_pair_and_the_alarm_list(visit: HomeVisit, client: Client) -> None:
    school = visit.school
    line = StaffFactory.create(school=school, roles=["line_manager"])
    ewo = StaffFactory.create(school=school, roles=["education_welfare_officer"])
    for person, sees in ((at_home(visit), True), (office(school), True), (line, False), (ewo, False)):
        client.force_login(person)
        page = client.get(f"/s/{school.slug}/visits/{visit.pk}/").content.decode()
        assert ("Safe word: show it" in page) is sees, person.name


def test_strangers_call_no_help_and_nothing_is_left(visit: HomeVisit) -> None:
    stranger = StaffFactory.create(school=visit.school, roles=["class_teacher"])
    with pytest.raises(Blocked):
        call_for_help(visit=visit, by=stranger, now=NOW)
    with pytest.raises(Blocked):
        hear_safe_word(visit=visit, heard="blue marmalade", by=at_home(visit), now=NOW)
    assert not VisitAlarm.objects.exists()
    assert not Notice.objects.filter(about="help").exists()
