"""Email as the way out: to the contact's own address, and never twice where nobody can be asked."""

import smtplib
from typing import Any

import pytest
from django.core import mail

from homevisits.messaging.delivery import deliver
from homevisits.messaging.models import Message, Notice, SchoolAccount
from homevisits.people.models import Contact, School

from .factories import NOW, make_pupil, make_school, make_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def school(settings: Any) -> School:
    """A school that sends by email only."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    school = make_school()
    SchoolAccount.objects.create(school=school, way="email")
    return school


def test_a_text_goes_to_the_contacts_email_address(school: School) -> None:
    ada = make_pupil(school)
    Contact.objects.update(email="mo@example.com")
    text = make_text(school, ada)
    deliver(now=NOW)
    assert [(sent.to, sent.body) for sent in mail.outbox] == [(["mo@example.com"], text.body)]


def test_without_an_address_it_fails_and_the_office_is_told(school: School) -> None:
    text = make_text(school, make_pupil(school))
    deliver(now=NOW)
    text.refresh_from_db()
    assert (text.status, mail.outbox, Notice.objects.get().about) == ("failed", [], "text_failed")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (smtplib.SMTPResponseException(451, b"later"), "retrying"),
        (smtplib.SMTPResponseException(550, b"no"), "failed"),
        (ConnectionRefusedError(), "retrying"),
        (TimeoutError(), "failed"),
    ],
)
def test_what_the_mail_server_says(school: School, monkeypatch: pytest.MonkeyPatch, error: Exception, status: str) -> None:
    def refuse(*args: object, **more: object) -> None:
        raise error

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    ada = make_pupil(school)
    Contact.objects.update(email="mo@example.com")
    make_text(school, ada)
    deliver(now=NOW)
    assert Message.objects.get().status == status


def test_no_mail_server_is_said(school: School, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", ""
    ada = make_pupil(school)
    Contact.objects.update(email="mo@example.com")
    make_text(school, ada)
    deliver(now=NOW)
    assert Message.objects.get().error == "No mail server is set (EMAIL_URL)"
