"""Signing in: by email address, with limits, without telling who has an account; every step stands in the audit."""

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.core import mail
from django.core.cache import cache
from django.test import Client

from homevisits.audit.models import AuditEvent
from homevisits.common import clock
from homevisits.people.models import Staff
from homevisits.people.site import ShowOnly
from homevisits.people.tasks import tell_of_wrong_tries
from homevisits.people.tests.factories import PASSWORD, SchoolFactory, StaffFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
NEW = "a quite different horse"


@pytest.fixture
def olive() -> Staff:
    return StaffFactory.create(
        name="Olive Office", email="olive@oak.example", school=SchoolFactory.create(slug="oak"), roles=["office_admin"]
    )


def sign_in(client: Client, email: str, password: str, to: str = LOGIN) -> object:
    return client.post(to, {"login": email, "password": password})


def acts() -> list[tuple[str, str]]:
    return list(AuditEvent.objects.order_by("place").values_list("act", "by_name"))


def test_signing_in_and_out_is_recorded(client: Client, olive: Staff) -> None:
    answer = client.post(LOGIN, {"login": "Olive@Oak.example", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(olive.pk)
    assert client.get("/")["Location"].startswith("/s/oak/")
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session
    assert acts() == [("people.signed_in", "Olive Office"), ("people.signed_out", "Olive Office")]
    assert AuditEvent.objects.get(place=1).detail == {"from": "127.0.0.1"}


def test_a_failed_sign_in_is_recorded_without_what_was_typed(client: Client, olive: Staff) -> None:
    sign_in(client, olive.email, "wrong")
    sign_in(client, "my secret password", "wrong")
    sign_in(client, "nobody@oak.example", "wrong")
    rows = AuditEvent.objects.order_by("place").values_list("act", "by_id", "by_name", "object_id")
    assert list(rows) == [
        ("people.sign_in_failed", None, "sign-in", str(olive.pk)),
        ("people.sign_in_failed", None, "sign-in", ""),
    ]
    assert not [row for row in AuditEvent.objects.all() if "secret" in str(row.__dict__) or "nobody@" in str(row.__dict__)]


def test_nobody_learns_who_has_an_account(client: Client, olive: Staff) -> None:
    StaffFactory.create(email="gone@oak.example", is_active=False)

    def says(email: str, password: str) -> tuple[int, str]:
        answer = client.post(LOGIN, {"login": email, "password": password})
        return answer.status_code, re.sub(r'value="[^"]*"', "", answer.content.decode())

    wrong = says(olive.email, "wrong")
    assert wrong[0] == 200
    assert "The email address or the password is not right." in wrong[1]
    assert wrong == says("nobody@oak.example", "wrong") == says("gone@oak.example", PASSWORD)


def test_a_forgotten_password_answers_the_same_for_everybody_and_mails_only_accounts(client: Client, olive: Staff) -> None:
    answers = [client.post("/accounts/password/reset/", {"email": email}) for email in (olive.email, "nobody@oak.example")]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/accounts/password/reset/done/")}
    assert [message.to for message in mail.outbox] == [[olive.email]]


def test_a_reset_link_sets_a_password_once(client: Client, olive: Staff) -> None:
    client.post("/accounts/password/reset/", {"email": olive.email})
    found = re.search(r"/accounts/password/reset/key/\S+", str(mail.outbox[0].body))
    assert found
    form = client.get(found[0])["Location"]
    assert client.post(form, {"password1": NEW, "password2": NEW}).status_code == 302
    assert sign_in(Client(), olive.email, NEW).status_code == 302  # type: ignore[attr-defined]
    assert ("people.password_changed", "Olive Office") in acts()
    assert Client().get(found[0]).status_code == 200  # "bad token": the link is used up


def test_too_many_wrong_passwords_close_the_account_for_a_while(client: Client, olive: Staff) -> None:
    for _ in range(5):
        sign_in(client, olive.email, "wrong")
    answer = client.post(LOGIN, {"login": olive.email, "password": PASSWORD})
    assert "Too many tries" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert len(acts()) == 5


@pytest.mark.once
def test_a_stranger_who_guesses_keeps_nobody_out_where_they_signed_in_before(client: Client, olive: Staff) -> None:
    """The same network address for all, as in a school: her own browser has tries of its own; guessing elsewhere stays slow."""
    anna = StaffFactory.create(school=olive.roles.get().school, roles=["class_teacher"])
    sign_in(client, olive.email, PASSWORD)
    client.post("/accounts/logout/")
    teacher, another, annas = Client(), Client(), Client()
    for each in (teacher, annas):
        sign_in(each, anna.email, PASSWORD)
        each.post("/accounts/logout/")
    says = [sign_in(teacher, olive.email, "wrong").content.decode() for _ in range(20)]  # type: ignore[attr-defined]
    assert ["Too many tries" in each for each in says] == [False] * 5 + [True] * 15, "a browser known to somebody else is a strange one"
    assert "Too many tries" in sign_in(another, olive.email, PASSWORD).content.decode(), "slow for each account, from every new browser"  # type: ignore[attr-defined]
    another.cookies["known_browser"] = client.cookies["known_browser"].value.replace(f".{olive.pk}:", f".{olive.pk}.{anna.pk}:")
    assert "Too many tries" in sign_in(another, olive.email, PASSWORD).content.decode(), "a cookie made up counts for nothing"  # type: ignore[attr-defined]
    for number in range(30):
        sign_in(another, f"{number}@oak.example", "wrong")
    assert "Too many tries" in sign_in(Client(), "fresh@oak.example", "wrong").content.decode(), "slow for each address too"  # type: ignore[attr-defined]
    assert sign_in(annas, anna.email, PASSWORD).status_code == 302  # type: ignore[attr-defined]
    sign_in(client, olive.email, "mistyped")
    assert sign_in(client, olive.email, PASSWORD).status_code == 302  # type: ignore[attr-defined]
    assert "6 wrong passwords were tried at your account" in client.get("/s/oak/", follow=True).content.decode()
    client.post("/accounts/logout/")
    for _ in range(5):
        sign_in(client, olive.email, "wrong")
    assert "Too many tries" in sign_in(client, olive.email, PASSWORD).content.decode(), "nor is her own browser a place to guess"  # type: ignore[attr-defined]


@pytest.mark.once
def test_whoever_is_guessed_at_is_told_by_email_once_a_day(client: Client, olive: Staff) -> None:
    for tries, told in ((4, 0), (1, 1), (3, 0)):
        for _ in range(tries):
            sign_in(client, olive.email, "wrong")
        cache.clear()
        assert tell_of_wrong_tries() == told
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert tell_of_wrong_tries() == 1
    assert [each.to for each in mail.outbox] == [[olive.email]] * 2
    assert acts().count(("people.wrong_tries_told", "Access")) == 2


def test_there_is_no_sign_up(client: Client) -> None:
    for path in ("/accounts/signup/", "/accounts/email/", "/accounts/login/code/"):
        assert client.get(path, follow=False).status_code in (302, 404)
        assert client.post(path, {"email": "evil@example.com", "password1": NEW}).status_code in (302, 404)
    assert not Staff.objects.exists()


@pytest.mark.parametrize(
    "evil", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "https:evil.example"]
)
def test_nobody_is_sent_off_site_after_signing_in(client: Client, olive: Staff, evil: str) -> None:
    answer = client.post(LOGIN, {"login": olive.email, "password": PASSWORD, "next": evil})
    assert answer["Location"] == "/"
    assert client.get(LOGIN, {"next": evil})["Location"] == "/"


def test_a_page_asked_for_comes_after_signing_in(client: Client, olive: Staff) -> None:
    to = client.get("/s/oak/")["Location"]
    assert to == "/accounts/login/?next=/s/oak/"
    assert client.post(to, {"login": olive.email, "password": PASSWORD, "next": "/s/oak/"})["Location"] == "/s/oak/"


def test_changing_the_password_ends_the_other_sessions(client: Client, olive: Staff) -> None:
    other = Client()
    for each in (client, other):
        sign_in(each, olive.email, PASSWORD)
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert client.get("/signed-in/").status_code == 204
    assert other.get("/signed-in/").status_code == 302
    assert [act for act, _ in acts()][-1] == "people.password_changed"
    assert "changed" in f"{mail.outbox[-1].subject} {mail.outbox[-1].body}".lower()


def test_leaving_ends_the_session_at_once(client: Client, olive: Staff) -> None:
    sign_in(client, olive.email, PASSWORD)
    Staff.objects.filter(pk=olive.pk).update(is_active=False)
    assert client.get("/signed-in/").status_code == 302


def test_the_admin_is_entered_by_the_same_door(client: Client, olive: Staff) -> None:
    """Neither a password posted to the admin's own form nor a session without is_staff opens it."""
    root = StaffFactory.create(email="root@oak.example", is_staff=True, is_superuser=True)
    answer = client.post("/admin/login/", {"username": root.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")
    assert client.get("/admin/")["Location"].startswith(("/admin/login/", "/accounts/login/"))
    sign_in(client, olive.email, PASSWORD)
    assert client.get("/admin/login/").status_code == 403
    assert client.get("/admin/people/staff/", follow=True).status_code == 403
    client.logout()
    sign_in(client, root.email, PASSWORD)
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"


def test_the_admin_changes_nothing(client: Client, olive: Staff) -> None:
    root = StaffFactory.create(is_staff=True, is_superuser=True)
    client.force_login(root)
    assert admin.site._registry
    assert all(isinstance(shown, ShowOnly) for shown in admin.site._registry.values())
    page = f"/admin/people/staff/{olive.pk}/change/"
    assert client.get(page).status_code == 200
    assert olive.password not in client.get(page).content.decode()
    assert client.post(page, {"name": "Changed", "is_superuser": "on"}).status_code == 403
    assert client.post(f"/admin/people/staff/{olive.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/people/staff/add/").status_code == 403
    olive.refresh_from_db()
    assert (olive.name, olive.is_superuser) == ("Olive Office", False)
