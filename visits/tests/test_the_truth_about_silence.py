"""The board and the visit's page: not heard since, and after the news has come in its real times; what was refused, to whom."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from homevisits.people.models import Staff
from homevisits.people.tests.factories import StaffFactory
from visits.alarms import Way, word_due
from visits.models import HomeVisit
from visits.selectors.board import row_of

from .factories import NOW, a_school, a_visit, out_now
from .tablets import Tablet

pytestmark = pytest.mark.django_db


def at(minutes: float) -> datetime:
    """So many minutes after ten."""
    return NOW + timedelta(minutes=minutes)


def page(visit: HomeVisit, person: Staff, when: datetime, name: str = "visit") -> str:
    """A page of the visit as this person reads it then."""
    client = Client()
    with time_machine.travel(when, tick=False):
        client.force_login(person)
        address = [visit.school.slug] if name == "visit_board" else [visit.school.slug, visit.pk]
        return str(client.get(reverse(name, args=address)).content.decode())


@pytest.fixture
def visit() -> HomeVisit:
    """Out since ten, at the door at 10:15 for a quarter of an hour, due back at eleven; the policy asks for word on the way."""
    made = a_visit(a_school("attendance-officer"), purpose="attendance")
    HomeVisit.objects.filter(pk=made.pk).update(arrive_at=at(15), length_minutes=15)
    return out_now(made)


def first_of(visit: HomeVisit) -> Staff:
    return visit.members.select_related("staff").order_by("pk")[0].staff


def test_not_heard_since_is_said_when_word_was_due_and_ends_with_the_word(visit: HomeVisit) -> None:
    tablet = Tablet(visit, first_of(visit))
    assert row_of(visit, at(14)).silent_since is None
    assert row_of(visit, at(16)).silent_since == at(0)
    tablet.say(at(13), "check_in", point="arrived")
    tablet.say(at(31), "check_in", point="left_property")
    tablet.send(at(20), tablet.queue[:1])
    assert row_of(visit, at(21)).silent_since is None
    assert row_of(visit, at(29)).silent_since == at(20), "they were to have left by 10:28"
    tablet.send(at(40), tablet.queue[1:])
    assert row_of(visit, at(41)).silent_since is None
    assert row_of(visit, at(61)).silent_since == at(40), "due back at eleven"


def test_the_next_word_without_an_agreed_time_is_the_return() -> None:
    way = Way(None, at(60), timedelta(minutes=15))
    assert word_due(["arriving", "left_property"], way) == at(60)
    assert word_due([], Way(at(15), at(60), timedelta(minutes=15))) == at(60)


@pytest.mark.clause("ATT-12")
def test_board_and_page_say_not_heard_since_and_then_the_real_times(visit: HomeVisit) -> None:
    office, tess = StaffFactory.create(school=visit.school, roles=["office_admin"]), first_of(visit)
    for name in ("visit_board", "visit"):
        assert "Not heard since 10:00" in page(visit, office, at(39), name)
    tablet = Tablet(visit, tess)
    tablet.say(at(13), "check_in", point="arrived")
    tablet.say(at(14), "delay", minutes="10")
    tablet.say(at(20), "outcome", outcome="completed", note="All well")
    tablet.say(at(25), "help")
    tablet.send(at(40))
    board = page(visit, office, at(40), "visit_board")
    assert "Not heard since" not in board
    assert "10:13, 27 minutes ago</time>, heard at 10:40" in board
    assert "10:25 Called for help (heard at 10:40)" in board
    shown = page(visit, office, at(40))
    for words in ("10:13, heard at 10:40 <b>Arrived</b>", "10:14, heard at 10:40 <b>Delayed", "10:20, heard at 10:40, Tess"):
        assert words.replace("Tess", tess.name) in shown
    assert "10:25, 15 minutes ago</time>, heard at 10:40" in shown, "the timeline too"


def test_what_was_refused_is_shown_to_pair_and_office_and_signs_of_harm_to_the_safeguarding_team(visit: HomeVisit) -> None:
    office, dsl = (StaffFactory.create(school=visit.school, roles=[role]) for role in ("office_admin", "dsl"))
    tess = first_of(visit)
    tablet = Tablet(visit, tess)
    tablet.say(at(16), "check_in", point="inside", adult_present="false", invited_by="Gran Example")
    tablet.say(at(20), "outcome", outcome="moon", signs=["marks"], signs_words="A bruise", note="CANARY")
    tablet.send(at(40))
    on_tablet = page(visit, tess, at(41), "visit_tablet")
    assert "Not recorded: check-in, 10:16, heard at 10:40" in on_tablet
    for person, reads in ((office, False), (dsl, True), (tess, True)):
        shown = page(visit, person, at(41))
        assert "Said without network, and not recorded" in shown
        assert "Gran Example" in shown
        assert ("A bruise" in shown and "CANARY" in shown and "Marks or bruises" in shown) is reads
        assert ("for the safeguarding team" in shown) is not reads
        assert ("It is dealt with" in shown) is (person != tess)
