"""The tablet page: the next step at each stage, timers, what keeps staff outside, forms without JavaScript."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from homevisits.messaging.models import Notice
from homevisits.people.models import Staff
from homevisits.people.tests.factories import ContactFactory, PupilFactory, StaffFactory
from safeguarding.models import Concern
from visits.models import CheckIn, HomeVisit, SpokenTo, VisitPupil

from .factories import NOW, a_school, a_visit, at_the_door

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db


def at(visit: HomeVisit, name: str, *more: object) -> str:
    """The address of a page of the visit."""
    return reverse(name, args=[visit.school.slug, visit.pk, *more])


def pair_of(visit: HomeVisit) -> list[Staff]:
    """Those who go."""
    return [member.staff for member in visit.members.select_related("staff").order_by("pk")]


@pytest.fixture
def visit() -> HomeVisit:
    """An announced visit of the officer policy, its staff at the door."""
    school = a_school("primary-procedures")
    pupil = PupilFactory.create(school=school)
    ContactFactory.create(pupil=pupil, name="Mo Example", parental_responsibility=True, relationship="Mother")
    return at_the_door(a_visit(school, pupil=pupil, purpose="attendance"))


def shown(visit: HomeVisit, minutes: int = 1) -> str:
    """The tablet page so many minutes after the arrival."""
    client = Client()
    with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
        client.force_login(pair_of(visit)[0])
        answer = client.get(at(visit, "visit_tablet"))
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.clause("ATT-34")
def test_the_timer_shows_the_limit_and_at_the_limit_the_next_step_is_to_cancel(visit: HomeVisit) -> None:
    HomeVisit.objects.filter(pk=visit.pk).update(arrive_at=NOW)
    page = shown(visit)
    assert "until 10:20" in page
    assert "We go inside" in page
    assert "Say what you found" in page
    over = shown(visit, 20)
    assert "We go inside" not in over
    assert "Nobody came: cancel the visit" in over
    assert "nobody goes in" in over


@pytest.mark.clause("ALT-15")
def test_the_timer_says_to_wait_in_the_car() -> None:
    visit = at_the_door(a_visit(a_school("alternative-provision"), purpose="attendance"))
    page = shown(visit)
    assert "Wait in the car" in page
    assert "until 10:05" in page


@pytest.mark.clause("ATT-35")
def test_word_that_parents_are_late_moves_the_limit(client: Client, visit: HomeVisit) -> None:
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        client.force_login(StaffFactory.create(school=visit.school, roles=["office_admin"]))
        for _ in range(2):
            assert client.post(at(visit, "visit_parents_late")).status_code == 302
    visit.refresh_from_db()
    assert visit.parents_late_word_at == NOW + timedelta(minutes=5)
    assert visit.events.filter(what="parents_late").count() == 1
    assert "until 10:30" in shown(visit, 21)
    over, client = at_the_door(a_visit(visit.school, purpose="attendance")), Client()
    with time_machine.travel(NOW + timedelta(minutes=21), tick=False):
        client.force_login(pair_of(over)[0])
        assert b"the visit is cancelled" in client.post(at(over, "visit_parents_late")).content
    over.refresh_from_db()
    assert over.parents_late_word_at is None


def test_going_inside_refused_keeps_what_was_answered(client: Client, visit: HomeVisit) -> None:
    who = {"adult_present": "false", "invited_by": "Gran Example"}
    sent = {"token": str(uuid.uuid4()), "point": "inside", "next": at(visit, "visit_tablet"), **who}
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        client.force_login(pair_of(visit)[0])
        page = client.post(at(visit, "visit_check_in"), sent)
        assert page.status_code == 422
        shown = page.content.decode()
        assert "Nobody goes in unless an adult is present." in shown
        assert "Gran Example" in shown
        assert sent["token"] in shown
        assert not visit.check_ins.filter(point="inside").exists()
        again = client.post(at(visit, "visit_check_in"), {**sent, "adult_present": "true"})
    assert again.headers["Location"] == at(visit, "visit_tablet")
    assert visit.check_ins.get(point="inside").invited_by == "Gran Example"


@pytest.mark.clause("MAT-19")
def test_the_time_inside_reminds_once(client: Client, visit: HomeVisit) -> None:
    CheckIn.objects.create(visit=visit, point="inside", at=NOW, by=pair_of(visit)[0], adult_present=True)
    before, after = shown(visit, 14), shown(visit, 16)
    assert "Inside since 10:00" in before
    assert "The planned time is over" not in before
    assert "The planned time is over" in after
    with time_machine.travel(NOW + timedelta(minutes=16), tick=False):
        client.force_login(pair_of(visit)[0])
        client.post(at(visit, "visit_length_seen"))
    assert "The planned time is over" not in shown(visit, 17)


@pytest.mark.clause("PRI-37")
@pytest.mark.clause("PRI-22", "PRI-26")
def test_an_outcome_is_asked_for_on_one_page_and_keeps_what_was_typed(client: Client) -> None:
    visit = at_the_door(a_visit(purpose="absent_child_check"))
    address = at(visit, "visit_outcome", "child_seen")
    given = {"token": str(uuid.uuid4()), "seen_by": "Tess", "seen_where": "The kitchen", "seen_at": "10:01", "reported": "no"}
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        client.force_login(pair_of(visit)[0])
        page = client.post(address, given | {"signs": ["marks"]})
        assert page.status_code == 422
        for words in (
            "The kitchen",
            "There is a problem",
            "Answer the question “Did you remind them",
            "Write what you saw or heard",
            "Say whether the family",
        ):
            assert words in page.content.decode()
        assert not visit.outcomes.exists()
        good = given | {"reminded": "done", "signs": ["marks"], "signs_words": "A bruise", "family_told": "unsafe"}
        for _ in range(2):
            assert client.post(address, good).status_code == 302
    row = visit.outcomes.get()
    assert (row.details, row.seen_where, row.seen_at) == (
        {"reported": "no", "reminded": "done"}, "The kitchen", NOW + timedelta(minutes=1),
    )  # fmt: skip
    assert Concern.objects.filter(school=visit.school).count() == 1
    assert Notice.objects.filter(about="family_not_told", role="dsl", alarm=True).count() == 1, "told of the danger at once, once (PRI-26)"


@pytest.mark.clause("MAT-11")
@pytest.mark.clause("MAT-17")
def test_who_was_spoken_to_is_checked_against_parental_responsibility(client: Client) -> None:
    school = a_school("academy-trust")
    pupil = PupilFactory.create(school=school)
    mother = ContactFactory.create(pupil=pupil, name="Mo Example", parental_responsibility=True)
    gran = ContactFactory.create(pupil=pupil, name="Gee Example", parental_responsibility=False)
    uncle = ContactFactory.create(pupil=pupil, name="Ray Example", parental_responsibility=False, restricted=True)
    visit = at_the_door(a_visit(school, pupil=pupil))
    address = at(visit, "visit_spoken")
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        client.force_login(pair_of(visit)[0])
        for data in (
            {"who": mother.pk, "told_notes": "on", "told_sharing": "on"},
            {"who": gran.pk, "delegated_by": mother.pk},
            {"who": gran.pk},
            {"who": uncle.pk},
        ):
            assert client.post(address, {"token": str(uuid.uuid4()), **data}).status_code == 302
        refused = client.post(address, {"token": str(uuid.uuid4()), "who": gran.pk, "delegated_by": uncle.pk})
        assert refused.status_code == 422
    rows = list(SpokenTo.objects.filter(visit=visit).order_by("pk"))
    assert [(row.name, row.parental_responsibility, row.delegated_by, row.restricted) for row in rows] == [
        ("Mo Example", True, "", False), ("Gee Example", False, "Mo Example", False), ("Gee Example", False, "", False),
        ("Ray Example", False, "", True),
    ]  # fmt: skip
    assert (rows[0].told_notes, rows[0].told_sharing) == (True, True)
    mother.parental_responsibility = False
    mother.save()
    assert SpokenTo.objects.get(pk=rows[0].pk).parental_responsibility, "kept as it was then"
    assert "Tell them nothing" in shown(visit)


def test_before_leaving_the_page_says_why_not_and_a_day_lists_only_ones_own(client: Client) -> None:
    visit = a_visit()
    mine, other = pair_of(visit)[0], StaffFactory.create(school=visit.school, roles=["visiting_staff"])
    with time_machine.travel(NOW, tick=False):
        for person, listed in ((mine, True), (other, False)):
            client.force_login(person)
            page = client.get(reverse("visit_today", args=[visit.school.slug])).content.decode()
            assert (at(visit, "visit_tablet") in page) is listed
    assert "We are leaving now" not in shown(visit)
    assert "I say no to this visit" in shown(visit)


@pytest.mark.clause("MAT-24")
@pytest.mark.clause("ATT-19")
def test_whoever_is_out_can_stop_without_a_question(client: Client, visit: HomeVisit) -> None:
    assert "Stop: I end the visit" in shown(visit)
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        client.force_login(pair_of(visit)[0])
        assert client.post(at(visit, "visit_say_no")).status_code == 302
    assert visit.events.filter(what="stopped").count() == 1


def test_the_visits_page_shows_what_was_found_and_asks_the_safeguarding_team(client: Client) -> None:
    visit = at_the_door(a_visit())
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        client.force_login(pair_of(visit)[0])
        data = {"token": str(uuid.uuid4()), "note": "Two small ones at the window.", "emergency": "no"}
        assert client.post(at(visit, "visit_outcome", "child_alone"), data).status_code == 302
        dsl = StaffFactory.create(school=visit.school, roles=["dsl"])
        client.force_login(dsl)
        page = client.get(at(visit, "visit")).content.decode()
        assert "Two small ones at the window." in page
        decide = at(visit, "visit_outcome_decide", visit.outcomes.get().pk)
        assert decide in page
        assert client.post(decide, {"token": str(uuid.uuid4()), "decision": "none", "reason": "Aunt there"}).status_code == 302
        assert decide not in client.get(at(visit, "visit")).content.decode()


@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
def test_from_the_door_to_the_outcome_on_a_tablet(
    page: "Page", live_server: Any, signed_in: Callable[..., None], accessible: Callable[..., None], pictures: Callable[..., list[Path]]
) -> None:
    from playwright.sync_api import expect

    from homevisits.common import clock

    now = clock.now().replace(microsecond=0)
    school = a_school("alternative-provision")
    pupil = PupilFactory.create(school=school, first_name="Maximiliana-Evangeline", last_name="Featherstonehaugh-Cholmondeley")
    brother = PupilFactory.create(school=school, household=pupil.household)
    ContactFactory.create(pupil=pupil, name="Mo Example", parental_responsibility=True, relationship="Mother")
    ContactFactory.create(pupil=pupil, name="Ray Example", restricted=True)
    planned = a_visit(school, pupil=pupil, purpose="attendance")
    VisitPupil.objects.create(visit=planned, pupil=brother)
    HomeVisit.objects.filter(pk=planned.pk).update(due_back=now + timedelta(hours=1), due_at=now)
    visit = at_the_door(planned, arrived=now)
    page.set_viewport_size({"width": 820, "height": 1180})
    signed_in(page, pair_of(visit)[0])
    page.goto(f"{live_server.url}{reverse('visit_today', args=[school.slug])}")
    pictures(page, "my-day")
    accessible(page)
    page.get_by_role("link", name="Maximiliana").click()
    expect(page.get_by_role("heading", name="Wait in the car")).to_be_visible()
    expect(page.locator("[data-until]")).to_contain_text("left")
    pictures(page, "tablet-door")
    accessible(page)
    inside = page.locator("#door-acts form").filter(has_text="Who of the adults invited you in")
    inside.get_by_text("Yes", exact=True).first.click()
    inside.get_by_label("Who of the adults invited you in?").fill("Mo Example")
    inside.get_by_role("button", name="We go inside").click()
    expect(page.get_by_role("heading", name="Inside since")).to_be_visible()
    pictures(page, "tablet-inside")
    accessible(page)
    page.locator("#tablet-next a").click()
    expect(page.get_by_role("heading", name="What did you find?")).to_be_visible()
    pictures(page, "outcomes")
    accessible(page)
    page.get_by_role("link", name="A child is alone").click()
    expect(page.get_by_role("heading", name="A child is alone")).to_be_visible()
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("alert").filter(has_text="Answer the question “What did you find?”")).to_be_visible()
    pictures(page, "outcome-error")
    accessible(page)
    page.get_by_label("What did you find?").fill("Both were playing in the kitchen, nobody else in the house.")
    page.get_by_role("group", name="Did you call 999?").get_by_text("No", exact=True).click()
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("heading", name="What was found")).to_be_visible()
    pictures(page, "tablet-found")
    accessible(page)
    page.goto(f"{live_server.url}{at(visit, 'visit_spoken')}")
    pictures(page, "spoken")
    accessible(page)
