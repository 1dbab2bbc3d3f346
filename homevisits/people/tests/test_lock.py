"""A shared tablet: one tap locks it, its person opens it again, somebody else signs in without seeing anything."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from homevisits.audit.models import AuditEvent
from homevisits.common import clock
from homevisits.people.models import Staff
from homevisits.people.tests.factories import PASSWORD, SchoolFactory, StaffFactory
from homevisits.testing.second_factor import prove_long_ago

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LOCK = "/accounts/lock/"


@pytest.fixture
def tess(client: Client) -> Staff:
    staff = StaffFactory.create(name="Tess Teach", school=SchoolFactory.create(slug="oak"), roles=["class_teacher", "dsl"])
    client.force_login(staff)
    return staff


@pytest.fixture
def secret(tess: Staff) -> str:
    made: str = generate_totp_secret()
    TOTP.activate(tess, made)
    return made


def code(secret: str) -> str:
    shown: str = format_hotp_value(hotp_value(secret, int(datetime.now(UTC).timestamp()) // 30))
    return shown


def tap(client: Client) -> None:
    answer = client.post(LOCK, headers={"Referer": "http://testserver/s/oak/staff/?show=left"})
    assert answer["Location"] == LOCK


def test_a_locked_session_shows_nothing_and_its_person_opens_it_by_a_code(client: Client, tess: Staff, secret: str) -> None:
    assert client.get("/s/oak/").status_code == 200
    tap(client)
    for path in ("/", "/s/oak/", "/account/", "/accounts/2fa/", "/accounts/password/change/", "/admin/"):
        assert client.get(path)["Location"] == LOCK, path
        assert client.post(path)["Location"] == LOCK, path
    assert client.get("/signed-in/", headers={"HX-Request": "true"}).status_code == 401
    assert client.post("/tablet/keys/", {"person": tess.pk}, headers={"HX-Request": "true"}).status_code == 401
    page = client.get(LOCK)
    assert "Tess Teach has locked this device" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    prove_long_ago(client)
    before = client.session.session_key
    for wrong in ({"step_up-code": "000000"}, {"step_up-password": PASSWORD}, {}):
        assert client.post(LOCK, wrong).status_code == 200
        assert client.get("/s/oak/")["Location"] == LOCK, "the password alone does not open it"
    assert client.post(LOCK, {"step_up-code": code(secret)})["Location"] == "/s/oak/staff/?show=left"
    assert client.get("/s/oak/").status_code == 200
    assert client.session.session_key != before
    assert AuditEvent.objects.filter(act="people.locked", by_id=tess.pk).count() == 1


def test_a_lock_takes_the_proof_with_it(client: Client, tess: Staff) -> None:
    prove_long_ago(client)
    session = client.session
    session["proved"] = {"staff": tess.pk, "at": clock.now().timestamp(), "how": "totp"}
    session.save()
    tap(client)
    assert "proved" not in client.session


def test_what_the_tablet_took_along_goes_with_the_lock_and_what_was_written_stays(client: Client, tess: Staff) -> None:
    mine = client.post("/tablet/keys/", {"person": tess.pk}).json()
    assert client.cookies["tablet_key"].value
    tap(client)
    assert client.cookies["tablet_key"].value == "", "the pages that were taken along cannot be read any more"
    client.post(LOCK, {"step_up-password": PASSWORD})
    again = client.post("/tablet/keys/", {"person": tess.pk}).json()
    assert (again["owner"], again["draft_key"]) == (mine["owner"], mine["draft_key"])


def test_somebody_else_signs_in_and_sees_nothing_of_it(client: Client, tess: Staff) -> None:
    mine = client.post("/tablet/keys/", {"person": tess.pk}).json()
    other = StaffFactory.create(name="Olive Office", school=tess.roles.all()[0].school, roles=["class_teacher"])
    tap(client)
    assert client.post("/accounts/logout/", {"next": "/accounts/login/"})["Location"] == "/accounts/login/"
    client.post("/accounts/login/", {"login": other.email, "password": PASSWORD})
    page = client.get("/s/oak/").content.decode()
    assert "Olive Office" in page
    assert "Tess" not in page
    theirs = client.post("/tablet/keys/", {"person": other.pk}).json()
    assert theirs["owner"] != mine["owner"]
    assert theirs["draft_key"] != mine["draft_key"]
    assert theirs["older"] == {}


def test_a_lock_that_nobody_opens_ends_like_any_session(client: Client, tess: Staff, secret: str) -> None:
    begun = clock.now()
    with clock.frozen(begun):
        client.get("/s/oak/")
        tap(client)
    for minutes in (5, 14):
        with clock.frozen(begun + timedelta(minutes=minutes)):
            assert client.get(LOCK).status_code == 200, "asking does not keep it alive"
    with clock.frozen(begun + timedelta(minutes=16)):
        assert client.post(LOCK, {"step_up-code": code(secret)})["Location"].startswith("/accounts/login/")


def test_coming_back_late_gives_a_whole_quarter_of_an_hour(client: Client, tess: Staff) -> None:
    begun = clock.now()
    with clock.frozen(begun):
        client.get("/s/oak/")
        tap(client)
    with clock.frozen(begun + timedelta(minutes=14)):
        assert client.post(LOCK, {"step_up-password": PASSWORD}).status_code == 302, "no second factor, so the password"
    with clock.frozen(begun + timedelta(minutes=20)):
        assert client.get("/s/oak/").status_code == 200


def test_nobody_is_sent_off_site_by_a_lock(client: Client, tess: Staff) -> None:
    client.post(LOCK, headers={"Referer": "http://evil.example/"})
    assert client.post(LOCK, {"step_up-password": PASSWORD})["Location"] == "/"
    assert client.get(LOCK)["Location"] == "/"
