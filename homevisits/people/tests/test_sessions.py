"""Sessions are seen and ended; a lost second factor is reset by somebody in charge; access ends with the last role, at midnight."""

from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from homevisits.audit.models import AuditEvent
from homevisits.common import clock
from homevisits.people.models import School, Staff, StaffRole
from homevisits.people.tasks import end_access
from homevisits.people.tests.factories import PASSWORD, SchoolFactory, StaffFactory
from homevisits.testing.second_factor import prove_long_ago

pytestmark = [pytest.mark.django_db, pytest.mark.once]
IPAD = "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1"
LAST_DAY = date(2026, 11, 24)


@pytest.fixture
def school() -> School:
    return SchoolFactory.create(slug="oak")


@pytest.fixture
def tess(school: School) -> Staff:
    return StaffFactory.create(name="Tess Teach", email="tess@oak.example", school=school, roles=["class_teacher"])


@pytest.fixture
def head(school: School) -> Staff:
    return StaffFactory.create(name="Helen Head", email="head@oak.example", school=school, roles=["headteacher"])


def signed_in(staff: Staff, agent: str = "") -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post("/accounts/login/", {"login": staff.email, "password": PASSWORD})
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get("/signed-in/").status_code == 204


def test_a_person_sees_where_they_are_signed_in_and_ends_one(tess: Staff, head: Staff) -> None:
    here, tablet, stranger = signed_in(tess), signed_in(tess, IPAD), signed_in(head, IPAD)
    page = here.get("/account/sessions/").content.decode()
    assert page.count("<section") == 2
    assert "iPad, Safari" in page
    assert page.count('name="which"') == 2, "one there, and all others"
    assert not [row.session_key for row in Session.objects.all() if row.session_key in page]
    theirs = stranger.get("/account/sessions/")
    assert "Tess" not in theirs.content.decode()
    mark = page.split('name="which" value="')[1].split('"')[0]
    stranger.post("/account/sessions/", {"which": mark})
    assert is_in(tablet), "nobody else's"
    here.post("/account/sessions/", {"which": mark})
    assert (is_in(here), is_in(tablet), is_in(stranger)) == (True, False, True)
    assert AuditEvent.objects.get(act="people.sessions_ended").detail == {"sessions": 1}


def test_all_others_end_at_once(tess: Staff) -> None:
    here, *others = (signed_in(tess) for _ in range(3))
    here.post("/account/sessions/", {"which": "others"})
    assert is_in(here)
    assert not any(is_in(other) for other in others)


def test_an_ended_session_does_not_come_back_by_an_answer_that_was_on_its_way(tess: Staff) -> None:
    client = signed_in(tess)
    session = client.session
    assert session["used_at"], "read before it ended"
    Session.objects.all().delete()
    session["used_at"] = 1
    with pytest.raises(UpdateError):
        session.save()
    assert not is_in(client)


def test_the_head_ends_somebodys_sessions_and_nobody_of_another_school(tess: Staff, head: Staff) -> None:
    theirs, mine = signed_in(tess), signed_in(head)
    foreign = signed_in(StaffFactory.create(school=SchoolFactory.create(slug="elm"), roles=["headteacher"]))
    assert foreign.post(f"/s/elm/staff/{tess.pk}/sign-out/").status_code == 404
    assert theirs.post(f"/s/oak/staff/{head.pk}/sign-out/").status_code == 403
    assert "since" in mine.get(f"/s/oak/staff/{tess.pk}/").content.decode()
    assert is_in(theirs)
    mine.post(f"/s/oak/staff/{tess.pk}/sign-out/")
    assert (is_in(theirs), is_in(mine)) == (False, True)


def test_leaving_at_once_ends_the_session(tess: Staff, head: Staff) -> None:
    theirs, mine = signed_in(tess), signed_in(head)
    mine.post(f"/s/oak/staff/{tess.pk}/leave/", {"at_once": "on"})
    tess.refresh_from_db()
    assert not tess.is_active
    assert not [row for row in Session.objects.all() if row.get_decoded().get("_auth_user_id") == str(tess.pk)]
    assert not is_in(theirs)


def at(hour: int, minute: int, day: int = 24) -> datetime:
    return clock.instant(date(2026, 11, day), datetime(2026, 1, 1, hour, minute, tzinfo=UTC).time())


def test_access_ends_at_midnight_after_the_last_day(tess: Staff, school: School) -> None:
    """The pages close on the minute, by the roles; the session and the account with the next knock."""
    StaffRole.objects.filter(staff=tess).update(ends_on=LAST_DAY)
    with clock.frozen(at(23, 55)):
        client = signed_in(tess)
        assert client.get("/s/oak/").status_code == 200
        assert end_access() == 0
    with clock.frozen(at(23, 59)):
        assert client.get("/s/oak/").status_code == 200
    with clock.frozen(at(0, 0, 25)):
        assert client.get("/s/oak/").status_code == 404
        assert client.get("/").status_code == 403
        assert end_access() == 1
        assert not is_in(client)
        assert end_access() == 0
        assert client.post("/accounts/login/", {"login": tess.email, "password": PASSWORD}).status_code == 200
    assert AuditEvent.objects.get(act="people.staff.account_closed").by_name == "Access"


def test_a_mover_keeps_the_account_and_loses_only_what_the_role_opened(tess: Staff, school: School) -> None:
    StaffRole.objects.create(staff=tess, school=school, role="headteacher", ends_on=LAST_DAY)
    with clock.frozen(at(23, 59)):
        client = signed_in(tess)
        assert client.get("/s/oak/staff/").status_code == 200
    with clock.frozen(at(0, 1, 25)):
        assert end_access() == 0
        assert client.get("/s/oak/staff/").status_code == 403
        assert client.get("/s/oak/").status_code == 200


def test_whoever_comes_later_or_runs_the_installation_is_not_closed(tess: Staff, school: School) -> None:
    StaffRole.objects.filter(staff=tess).update(starts_on=date(2027, 1, 1), ends_on=date(2027, 2, 1))
    root = StaffFactory.create(is_staff=True, is_superuser=True, school=school, roles=["office_admin"])
    StaffRole.objects.filter(staff=root).update(ends_on=date(2020, 1, 1))
    with clock.frozen(at(12, 0)):
        assert end_access() == 0


def test_a_new_role_opens_a_closed_account_without_its_old_password(tess: Staff, head: Staff, school: School) -> None:
    StaffRole.objects.filter(staff=tess).update(ends_on=date(2020, 1, 1))
    assert end_access() == 1
    signed_in(head).post(f"/s/oak/staff/{tess.pk}/role/", {"role": "teaching_assistant"})
    tess.refresh_from_db()
    assert (tess.is_active, tess.has_usable_password()) == (True, False)


def test_a_lost_second_factor_is_reset_and_told(tess: Staff, head: Staff, school: School) -> None:
    StaffFactory.create(email="principal@oak.example", school=school, roles=["principal"])
    theirs, mine = signed_in(tess), signed_in(head)
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=tess, type=kind, data={"secret": "x"})
    path = f"/s/oak/staff/{tess.pk}/second-step/"
    assert "ring the number that the school has" in mine.get(path).content.decode()
    assert mine.post(path).status_code == 302
    assert not Authenticator.objects.exists()
    assert not is_in(theirs)
    assert sorted(message.to[0] for message in mail.outbox) == ["principal@oak.example", "tess@oak.example"]
    assert "Tess" not in str(mail.outbox[1].body)
    row = AuditEvent.objects.get(act="people.second_factor.reset")
    assert (row.by_id, row.object_id) == (head.pk, str(tess.pk))


def test_nobody_resets_their_own_or_that_of_somebody_above_them(head: Staff, school: School) -> None:
    beth = StaffFactory.create(school=school, roles=["business_manager"])
    for owner, by in ((head, head), (head, beth), (beth, beth)):
        Authenticator.objects.get_or_create(user=owner, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}})
        client = Client()
        client.force_login(by)
        client.post(f"/s/oak/staff/{owner.pk}/second-step/")
        assert Authenticator.objects.filter(user=owner).exists()
    client.force_login(head)
    prove_long_ago(client)
    assert client.get(f"/s/oak/staff/{beth.pk}/second-step/")["Location"].startswith("/accounts/reauthenticate/")


def test_whoever_runs_the_installation_resets_the_last_ones(head: Staff) -> None:
    Authenticator.objects.create(user=head, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = signed_in_forced(head)
    call_command("reset_second_factor", "Head@oak.example")
    assert not Authenticator.objects.exists()
    assert not is_in(client)
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody@oak.example")


def signed_in_forced(staff: Staff) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def test_dead_sessions_are_forgotten(tess: Staff) -> None:
    client = signed_in(tess)
    Session.objects.update(expire_date=datetime.now(UTC) - timedelta(seconds=1))
    end_access()
    assert not Session.objects.exists()
    assert not is_in(client)
