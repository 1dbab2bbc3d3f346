"""A second factor: set up by its owner, asked for at every sign-in from then on, each change recorded."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from cryptography.fernet import InvalidToken
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from homevisits.audit.models import AuditEvent
from homevisits.people.adapter import SecondFactorAdapter
from homevisits.people.models import Staff
from homevisits.people.tests.factories import PASSWORD, SchoolFactory, StaffFactory

pytestmark = pytest.mark.django_db


def code(secret: str) -> str:
    """What an authenticator app shows now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    shown: str = format_hotp_value(hotp_value(secret, counter))
    return shown


def sign_in(client: Client, staff: Staff) -> str:
    answer = client.post("/accounts/login/", {"login": staff.email, "password": PASSWORD})
    return answer["Location"]


@pytest.fixture
def olive() -> Staff:
    return StaffFactory.create(name="Olive Office", school=SchoolFactory.create(slug="oak"), roles=["office_admin"])


@pytest.fixture
def secret(client: Client, olive: Staff) -> str:
    """The secret of Olive's new authenticator app."""
    sign_in(client, olive)
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
    made: str = client.session[SECRET_SESSION_KEY]
    assert client.post("/accounts/2fa/totp/activate/", {"code": code(made)}).status_code == 302
    return made


def test_it_is_asked_for_after_the_password(olive: Staff, secret: str) -> None:
    other = Client()
    assert sign_in(other, olive).startswith("/accounts/2fa/authenticate/")
    assert other.get("/signed-in/").status_code == 302, "the password alone opens nothing"
    assert other.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert other.get("/s/oak/").status_code == 302
    cache.clear()  # a code counts once, and this one served to set it up
    assert other.post("/accounts/2fa/authenticate/", {"code": code(secret)}).status_code == 302
    assert other.get("/s/oak/").status_code == 200


def test_the_admin_is_no_way_round_it(olive: Staff, secret: str) -> None:
    Staff.objects.filter(pk=olive.pk).update(is_staff=True, is_superuser=True)
    other = Client()
    sign_in(other, olive)
    other.post("/admin/login/", {"username": olive.email, "password": PASSWORD})
    assert other.get("/admin/").status_code == 302


def test_signing_in_is_recorded_only_when_it_is_whole(olive: Staff, secret: str) -> None:
    before = AuditEvent.objects.filter(act="people.signed_in").count()
    sign_in(Client(), olive)
    assert AuditEvent.objects.filter(act="people.signed_in").count() == before


@pytest.mark.django_db(transaction=True)  # allauth tells of it after the commit
def test_each_change_is_recorded_and_told(client: Client, olive: Staff, secret: str) -> None:
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    acts = list(AuditEvent.objects.order_by("id").values_list("act", flat=True))
    assert acts[0] == "people.signed_in"
    assert "people.second_factor.totp_activated" in acts
    assert acts[-1] == "people.second_factor.totp_deactivated"
    assert {message.to[0] for message in mail.outbox} == {olive.email}
    assert secret not in str(list(AuditEvent.objects.values()))


def test_a_copy_of_the_database_is_not_enough(olive: Staff, secret: str, settings: Settings) -> None:
    kept = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in kept
    adapter = SecondFactorAdapter()
    assert adapter.decrypt(kept) == secret
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key"
    assert adapter.decrypt(kept) == secret
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        adapter.decrypt(kept)


def test_it_is_not_taken_away_by_the_password_alone(client: Client, olive: Staff, secret: str) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10)):
        answer = client.post("/accounts/2fa/totp/deactivate/")
        assert answer["Location"].startswith("/accounts/reauthenticate/")
        asked = client.post(answer["Location"], {"step_up-password": PASSWORD})
        assert (asked.status_code, "step_up-code" in asked.content.decode()) == (200, True)
    assert Authenticator.objects.filter(user=olive, type=Authenticator.Type.TOTP).exists()


@pytest.mark.once
@pytest.mark.django_db(transaction=True)  # allauth tells of it after the commit
def test_whoever_takes_away_their_last_one_sets_up_another_before_they_go_on(
    client: Client, olive: Staff, secret: str, settings: Settings
) -> None:
    """Here at once, and signed out everywhere else; their recovery codes go with it, and nothing counts as proved any more."""
    settings.REQUIRE_SECOND_FACTOR = True
    left = RecoveryCodes.activate(olive).get_unused_codes()
    elsewhere = Client()
    sign_in(elsewhere, olive)
    elsewhere.post("/accounts/2fa/authenticate/", {"code": left[0]})
    for each in (client, elsewhere):
        assert each.get("/s/oak/").status_code == 200
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert not Authenticator.objects.filter(user=olive).exists()
    assert "proved" not in client.session
    assert client.get("/s/oak/")["Location"] == "/accounts/2fa/"
    assert elsewhere.get("/s/oak/")["Location"].startswith("/accounts/login/")
    again = Client()
    sign_in(again, olive)
    for path in ("/s/oak/", "/account/", "/"):
        assert again.get(path)["Location"] == "/accounts/2fa/", "the password alone leads to setting one up and nowhere else"
    assert client.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauthenticate/"), (
        "the password once more, at least"
    )
    client.post("/accounts/reauthenticate/", {"step_up-password": PASSWORD})
    client.get("/accounts/2fa/totp/activate/")
    cache.clear()
    client.post("/accounts/2fa/totp/activate/", {"code": code(client.session[SECRET_SESSION_KEY])})
    assert client.get("/s/oak/").status_code == 200


@pytest.mark.once
def test_recovery_codes_that_are_used_up_open_nothing_and_the_app_still_does(olive: Staff, secret: str) -> None:
    codes = RecoveryCodes.activate(olive).get_unused_codes()
    assert len(codes) == 10

    def enter(given: str) -> Client:
        fresh = Client()
        sign_in(fresh, olive)
        fresh.post("/accounts/2fa/authenticate/", {"code": given})
        return fresh

    for each in codes:
        last = enter(each)
        assert last.get("/s/oak/").status_code == 200
    assert enter(codes[-1]).get("/s/oak/").status_code == 302
    assert "All are used." in last.get("/accounts/2fa/").content.decode()
    cache.clear()
    by_app = enter(code(secret))
    assert by_app.get("/s/oak/").status_code == 200
    assert by_app.post("/accounts/2fa/recovery-codes/generate/").status_code == 302
    fresh = Authenticator.objects.get(user=olive, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    assert enter(fresh[0]).get("/s/oak/").status_code == 200
    assert enter(codes[0]).get("/s/oak/").status_code == 302
