"""Child protection records open only to somebody who proved within ten minutes, in this session, that it is them (R23)."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse, JsonResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

import homevisits.urls
from homevisits.audit.models import AuditEvent
from homevisits.common import clock
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.matrix import STEP_UP
from homevisits.people.models import Staff
from homevisits.people.tests.factories import PASSWORD, SchoolFactory, StaffFactory
from homevisits.testing.second_factor import prove_long_ago

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__), pytest.mark.once]
PAGE, ASK = "/s/oak/guarded/", "/accounts/reauthenticate/"
TYPED = {"words": "She said “no”.\nTwice & <loud>", "who": ["Ann", "Bob"], "token": "7"}


@school_view(act="see_audit")
def guarded(request: SchoolRequest) -> HttpResponse:
    """A page behind the step-up that says what reached it."""
    if request.method == "POST":
        return JsonResponse({"got": dict(request.POST.lists()), "files": list(request.FILES)})
    return HttpResponse("the record")


urlpatterns = [path("s/<slug:school>/guarded/", guarded), *homevisits.urls.urlpatterns]
handler403 = homevisits.urls.handler403


@pytest.fixture
def head() -> Staff:
    return StaffFactory.create(name="Helen Head", school=SchoolFactory.create(slug="oak"), roles=["headteacher"])


@pytest.fixture
def secret(head: Staff) -> str:
    """The secret of the head's authenticator app."""
    made: str = generate_totp_secret()
    TOTP.activate(head, made)
    return made


def code(secret: str, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes from now."""
    shown: str = format_hotp_value(hotp_value(secret, int(datetime.now(UTC).timestamp()) // 30 + steps))
    return shown


def sign_in(client: Client, staff: Staff, secret: str = "", steps: int = 0) -> Client:
    client.post("/accounts/login/", {"login": staff.email, "password": PASSWORD})
    if secret:
        assert client.post("/accounts/2fa/authenticate/", {"code": code(secret, steps)}).status_code == 302
    return client


def later(minutes: float) -> datetime:
    return clock.now() + timedelta(minutes=minutes)


def asks(client: Client) -> bool:
    """Whether the page sends to the question and shows nothing."""
    answer = client.get(PAGE)
    if answer.status_code == 302:
        assert answer["Location"] == f"{ASK}?next=%2Fs%2Foak%2Fguarded%2F"
        return True
    assert (answer.status_code, answer.content) == (200, b"the record")
    return False


def test_signing_in_counts_for_ten_minutes_and_looking_does_not_make_it_longer(client: Client, head: Staff, secret: str) -> None:
    sign_in(client, head, secret)
    begun = clock.now()
    for minutes, asked in ((0, False), (5, False), (9.9, False), (10.1, True), (14, True)):
        with clock.frozen(begun + timedelta(minutes=minutes)):
            assert asks(client) is asked, minutes
            assert client.get("/s/oak/").status_code == 200, "everything else goes on"


def test_the_code_leads_back_to_the_page(client: Client, head: Staff, secret: str) -> None:
    sign_in(client, head, secret, -1)
    with clock.frozen(later(11)):
        to = client.get(PAGE)["Location"]
        assert "recovery code" in client.get(to).content.decode()
        assert client.post(to, {"step_up-code": "000000", "next": PAGE}).status_code == 200
        assert asks(client)
        assert client.post(to, {"step_up-code": code(secret), "next": PAGE})["Location"] == PAGE
        assert not asks(client)
        assert client.get(to)["Location"] == PAGE, "going back asks nothing twice"
    acts = list(AuditEvent.objects.order_by("id").values_list("act", flat=True))
    assert acts == ["people.signed_in", "people.proof_failed", "people.proved_again", "people.page.read"]
    assert AuditEvent.objects.get(act="people.proved_again").detail == {"how": "totp"}


def test_nobody_is_sent_off_site_after_the_code(client: Client, head: Staff, secret: str) -> None:
    sign_in(client, head, secret, -1)
    with clock.frozen(later(11)):
        answer = client.post(f"{ASK}?next=//evil.example", {"step_up-code": code(secret), "next": "//evil.example"})
    assert answer["Location"] == "/"


def test_what_was_typed_goes_on_with_the_code_and_the_act_is_done(client: Client, head: Staff, secret: str) -> None:
    sign_in(client, head, secret, -1)
    with clock.frozen(later(11)):
        asked = client.post(PAGE + "?from=2", {**TYPED, "plan": SimpleUploadedFile("plan.pdf", b"%PDF")})
        said = asked.content.decode()
        assert "She said “no”.\nTwice &amp; &lt;loud&gt;" in said
        assert "plan.pdf" in said
        assert f'action="{PAGE}?from=2"' in said
        again = client.post(PAGE, {**TYPED, "step_up-code": "111111"})
        assert "She said" in again.content.decode(), "a wrong code loses nothing either"
        assert "not right" in again.content.decode()
        done = client.post(PAGE, {**TYPED, "step_up-code": code(secret)}).json()
    assert done == {"got": {"words": [TYPED["words"]], "who": ["Ann", "Bob"], "token": ["7"]}, "files": []}


def test_the_code_of_a_carried_form_reaches_no_page_when_it_was_proved_meanwhile(client: Client, head: Staff, secret: str) -> None:
    sign_in(client, head, secret)
    assert client.post(PAGE, {"words": "x", "step_up-code": "123456"}).json()["got"] == {"words": ["x"]}


def test_a_form_is_not_carried_without_its_token_against_forgery(head: Staff, secret: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(head)
    prove_long_ago(strict)
    assert strict.post(PAGE, {"step_up-code": code(secret)}).status_code == 403


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"HX-Request": "true", "X-Live": "1"}, {"Accept": "application/json"}])
def test_parts_and_scripts_are_told(client: Client, head: Staff, secret: str, headers: dict[str, str]) -> None:
    client.force_login(head)
    prove_long_ago(client)
    for ask in (client.get, client.post, client.put):
        answer = ask(PAGE, headers=headers)
        assert (answer.status_code, answer["X-Step-Up"], answer["Cache-Control"]) == (403, "1", "no-store")
        assert b"<" not in answer.content
        assert b"once more" in answer.content


def test_a_code_counts_once(client: Client, head: Staff, secret: str) -> None:
    """At sign-in or here, for the whole minute and a half in which it would be accepted."""
    used = code(secret)
    client.force_login(head)
    for expected in (False, True):
        prove_long_ago(client)
        client.post(ASK, {"step_up-code": used})
        assert asks(client) is expected
    other = sign_in(Client(), head)
    assert other.post("/accounts/2fa/authenticate/", {"code": used}).status_code == 200
    assert other.get("/s/oak/").status_code == 302


def test_too_many_wrong_codes_close_it_for_a_while(client: Client, head: Staff, secret: str) -> None:
    client.force_login(head)
    prove_long_ago(client)
    for _ in range(5):
        client.post(PAGE, {"step_up-code": "000000"})
    assert "Too many tries" in client.post(PAGE, {"step_up-code": code(secret)}).content.decode()
    assert asks(client)


def test_a_recovery_code_serves_once(client: Client, head: Staff, secret: str) -> None:
    first = RecoveryCodes.activate(head).get_unused_codes()[0]
    client.force_login(head)
    for expected in (False, True):
        prove_long_ago(client)
        client.post(ASK, {"step_up-code": first})
        assert asks(client) is expected


@pytest.mark.parametrize("jump", [timedelta(hours=-3), timedelta(minutes=-1), timedelta(minutes=11), timedelta(days=400)])
def test_a_clock_that_jumps_proves_nothing(client: Client, head: Staff, secret: str, jump: timedelta) -> None:
    sign_in(client, head, secret)
    with clock.frozen(clock.now() + jump):
        assert client.get(PAGE).status_code == 302


def test_another_session_of_the_same_person_proves_nothing_here(client: Client, head: Staff, secret: str) -> None:
    client.force_login(head)
    prove_long_ago(client)
    sign_in(Client(), head, secret)
    assert asks(client)


def test_the_proof_of_another_person_is_not_passed_on(client: Client, head: Staff) -> None:
    dot = StaffFactory.create(school=head.roles.get().school, roles=["dsl"])
    client.force_login(dot)
    prove_long_ago(client)
    session = client.session
    session["proved"] = {"staff": head.pk, "at": clock.now().timestamp(), "how": "totp"}
    session.save()
    assert asks(client)


def test_the_password_serves_only_where_no_second_factor_is_asked(client: Client, head: Staff, settings: Settings) -> None:
    sign_in(client, head)
    assert not asks(client)
    with clock.frozen(later(11)):
        assert "password" in client.get(ASK).content.decode()
        client.post(ASK, {"step_up-password": "wrong"})
        assert asks(client)
        client.post(ASK, {"step_up-password": PASSWORD})
        assert not asks(client)
        Authenticator.objects.create(user=head, type=Authenticator.Type.TOTP, data={"secret": "x"})
        assert asks(client), "whoever has a second factor needs it"
        settings.REQUIRE_SECOND_FACTOR = True
        client.post(ASK, {"step_up-password": PASSWORD})
        assert asks(client)


def test_a_wrong_role_is_not_asked(client: Client, head: Staff) -> None:
    client.force_login(StaffFactory.create(school=head.roles.get().school, roles=["office_admin"]))
    prove_long_ago(client)
    assert client.get(PAGE).status_code == 403
    assert client.get("/s/elm/guarded/").status_code == 404


def test_the_admin_asks_too(client: Client, head: Staff, secret: str) -> None:
    Staff.objects.filter(pk=head.pk).update(is_staff=True, is_superuser=True)
    sign_in(client, head, secret)
    assert client.get("/admin/people/staff/").status_code == 200
    with clock.frozen(later(11)):
        assert client.get("/admin/people/staff/")["Location"].startswith(ASK)
        assert client.get("/admin/")["Location"].startswith(ASK)


def test_the_acts_of_child_protection_are_behind_it() -> None:
    assert {
        "read_concerns",
        "see_incidents",
        "keep_referrals",
        "see_allegations",
        "subject_access",
        "transfer_file",
        "see_audit",
    } <= STEP_UP
    assert guarded.step_up  # type: ignore[attr-defined]
