"""The link of an appointment: it shows the appointment and nothing else, and gives way to nobody who plays with it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar

from homevisits.people.tests.factories import PupilFactory, StaffFactory
from visits.links import sign
from visits.models import Appointment, HomeVisit, VisitEvent
from visits.rules.leaving import pair_of
from visits.services.appointments import close_link, offer
from visits.services.feed import end_feed, make_feed
from visits.services.requests import family_refuses
from visits.views import answering

from .factories import NOW, a_school, a_visit, an_appointment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_at_that_time")]


@pytest.fixture
def _at_that_time():  # type: ignore[no-untyped-def]
    with time_machine.travel(NOW, tick=False):
        yield


def a_link() -> tuple[Appointment, str]:
    school = a_school()
    pupil = PupilFactory.create(school=school, first_name="Zebedee", last_name="Quillfeather")
    row = an_appointment(a_visit(school, pupil=pupil))
    contact = row.messages.get().contact
    assert contact is not None
    return row, f"/appointment/{sign(row.pk, contact.pk)}/"


def seen(client: Client, address: str) -> str:
    """The hidden field that the page carries."""
    page = client.get(address).content.decode()
    return page.split('name="seen" value="')[1].split('"')[0]


def test_the_page_needs_no_account_and_shows_nothing_but_the_appointment(client: Client) -> None:
    row, address = a_link()
    HomeVisit.objects.filter(pk=row.visit_id).update(reason="Bruises", address="7 Secret Lane")
    response = client.get(address)
    page = response.content.decode()
    assert response.status_code == 200
    for words in (row.visit.school.name, "Tuesday 24 November at 10:20", "15 minutes", "At your home", row.what_happens, row.questions):
        assert words in page
    pair = pair_of(row.visit)
    for secret in ("Quillfeather", "Zebedee", "Secret Lane", row.visit.household.address, "Bruises", pair[0].name, pair[0].mobile):
        assert secret not in page
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.clause("PRI-13")
@pytest.mark.clause("ATT-14")
def test_the_family_confirms_and_a_second_post_changes_nothing(client: Client) -> None:
    row, address = a_link()
    given = {"answer": "confirmed", "words": "", "seen": seen(client, address)}
    for _ in range(2):
        assert client.post(address, given).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.answered_by) == ("confirmed", None)
    assert VisitEvent.objects.filter(what="appointment_confirmed").count() == 1
    assert "Confirmed" in client.get(address).content.decode()


def test_a_replay_of_an_older_answer_does_not_overrule_a_newer_one(client: Client) -> None:
    row, address = a_link()
    old = {"answer": "confirmed", "words": "", "seen": seen(client, address)}
    client.post(address, old)
    client.post(address, {"answer": "change_asked", "words": "After four", "seen": seen(client, address)})
    answer = client.post(address, old)
    row.refresh_from_db()
    assert (row.state, answer.status_code) == ("change_asked", 200)
    client.post(address, {"answer": "refused", "words": "", "seen": seen(client, address)})
    for replay in (old, {**old, "answer": "change_asked"}):
        client.post(address, replay)
        row.refresh_from_db()
        assert row.state == "refused"


@pytest.mark.parametrize("change", ["signature", "number", "invented"])
def test_a_link_that_was_tampered_with_opens_nothing(client: Client, change: str) -> None:
    row, address = a_link()
    bad = {
        "signature": address[:-3] + "xx/",
        "number": address.replace("/appointment/", "/appointment/9"),
        "invented": "/appointment/1-1.x/",
    }
    for answer in (client.get(bad[change]), client.post(bad[change], {"answer": "refused"})):
        assert answer.status_code == 404
        assert "Tuesday" not in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "offered"


def test_a_link_answers_its_own_appointment_only(client: Client) -> None:
    (_, address), (other, _) = a_link(), a_link()
    assert client.get(f"/appointment/{sign(other.pk, 0)}extra/").status_code == 404
    client.post(address, {"answer": "refused", "seen": seen(client, address)})
    other.refresh_from_db()
    assert other.state == "offered"


@pytest.mark.parametrize("how", ["expired", "closed", "replaced", "left", "refused elsewhere"])
def test_a_link_that_is_over_says_so_and_takes_no_answer(client: Client, how: str) -> None:
    row, address = a_link()
    by = StaffFactory.create(school=row.visit.school, roles=["office_admin"])
    if how == "expired":
        Appointment.objects.update(link_expires_at=NOW - timedelta(seconds=1))
    elif how == "closed":
        close_link(appointment=row, by=by, now=NOW)
    elif how == "replaced":
        contact = row.messages.get().contact
        assert contact is not None
        offer(visit=row.visit, at=NOW + timedelta(minutes=30), length_minutes=15, place="At home", what_happens="We talk.", questions="all",
              to=[(contact, "text")], by=by, now=NOW)  # fmt: skip
    elif how == "left":
        HomeVisit.objects.update(status="out", departed_at=NOW)
    else:
        family_refuses(visit=row.visit, reason="", by=by, now=NOW)
    before = Appointment.objects.get(pk=row.pk).state
    page = client.get(address)
    assert page.status_code in (410, 200)
    assert "020 7946 0000" in page.content.decode()
    assert "10:20" not in page.content.decode()
    client.post(address, {"answer": "confirmed", "seen": "offered-0"})
    assert Appointment.objects.get(pk=row.pk).state == before


def test_the_form_needs_the_csrf_token_and_an_answer() -> None:
    row, address = a_link()
    assert Client(enforce_csrf_checks=True).post(address, {"answer": "refused"}).status_code == 403
    assert "Answer the question" in Client().post(address, {"answer": ""}).content.decode()
    row.refresh_from_db()
    assert row.state == "offered"


def test_a_link_that_is_hammered_rests(client: Client) -> None:
    _, address = a_link()
    statuses = [client.get(address).status_code for _ in range(answering.TRIES + 1)]
    assert (statuses[0], statuses[-1]) == (200, 429)
    cache.clear()


def test_a_calendar_has_times_and_first_names_only_and_ends_when_it_is_ended(client: Client) -> None:
    row, _ = a_link()
    visit = row.visit
    me, other = pair_of(visit)
    secret = make_feed(staff=me, school=visit.school, now=NOW)
    answer = client.get(f"/calendar/{secret}/visits.ics")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert answer["Content-Type"].startswith("text/calendar")
    assert str(event["SUMMARY"]).endswith(f"with {other.name.split()[0]}")
    assert f"/visits/{visit.pk}/" in str(event["URL"])
    for private in ("Quillfeather", "Zebedee", visit.household.address, other.name):
        assert private not in answer.content.decode()
    later = NOW + timedelta(days=1)
    HomeVisit.objects.filter(pk=visit.pk).update(due_at=later, due_back=later + timedelta(hours=1), status="stood_down")
    (event,) = Calendar.from_ical(client.get(f"/calendar/{secret}/visits.ics").content).walk("VEVENT")
    assert (event.decoded("DTSTART"), str(event["STATUS"])) == (later, "CANCELLED")
    newer = make_feed(staff=me, school=visit.school, now=NOW)
    assert client.get(f"/calendar/{secret}/visits.ics").status_code == 404
    end_feed(staff=me, school=visit.school, now=NOW)
    assert client.get(f"/calendar/{newer}/visits.ics").status_code == 404


def test_the_secret_is_shown_once_and_somebody_who_left_gets_nothing(client: Client) -> None:
    row, _ = a_link()
    me = pair_of(row.visit)[0]
    client.force_login(me)
    page = f"/s/{row.visit.school.slug}/visits/calendar/"
    shown = client.post(page).content.decode().split('readonly value="')[1].split('"')[0]
    assert shown not in client.get(page).content.decode()
    path = "/" + shown.split("/", 3)[3]
    assert Client().get(path).status_code == 200
    me.roles.all().delete()
    assert Client().get(path).status_code == 404
