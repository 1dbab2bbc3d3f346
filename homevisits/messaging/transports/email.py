"""Email by Django: for messages that are emails, and for the texts of schools without a text provider."""

import smtplib
from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.core.mail import EmailMessage

from homevisits.messaging.models import MessageAbout
from homevisits.messaging.outcome import Found, Kind, LookedUp, Outcome, Outgoing, Transport, with_documents
from homevisits.people.models import Staff

GONE = "The file of the document is not there any more"


class Email(Transport):
    """Hands an email to the mail server. A mail server cannot be asked what it has accepted."""

    name = "email"
    can_look_up = False
    blind = ("*",)
    threads = 2

    def prepare(self, messages: Sequence[Outgoing]) -> list[Outgoing]:
        """Give texts the email address of the contact, or member of staff, whose number they go to; empty where there is none."""
        texts = [message for message in messages if message.channel == "text"]
        found = _addresses(texts) if texts else {}
        ready = [replace(message, to=found.get(message.id, "")) if message.channel == "text" else message for message in messages]
        return with_documents(ready)

    def send(self, message: Outgoing) -> Outcome:
        """Hand it to the mail server of EMAIL_URL, with the document that it carries."""
        if message.channel == "letter":
            return Outcome(Kind.REFUSED, error="The school sends by email only: print the letter and post it")
        if message.document_id and not message.content:
            return Outcome(Kind.REFUSED, error=GONE)
        if not message.to:
            return Outcome(Kind.REFUSED, error="There is no email address for this number, and the school sends by email only")
        if not getattr(settings, "EMAIL_HOST", "") and "smtp" in settings.EMAIL_BACKEND:
            return Outcome(Kind.REFUSED, error="No mail server is set (EMAIL_URL)")
        subject = message.subject or message.fields.get("school", "")
        mail = EmailMessage(
            subject=subject, body=message.body, to=[message.to], headers={"Message-ID": f"<{message.reference}@homevisits>"}
        )
        if message.content:
            mail.attach("letter.pdf", message.content, "application/pdf")
        try:
            mail.send()
        except Exception as error:
            return _failed(error)
        return Outcome(Kind.ACCEPTED, provider_id=str(message.reference))

    def find(self, message: Outgoing) -> LookedUp:
        """Nobody can say."""
        return LookedUp(Found.NO_WAY)


def _failed(error: Exception) -> Outcome:
    said = type(error).__name__
    if isinstance(error, (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPNotSupportedError)):
        return Outcome(Kind.REFUSED, error=said)
    if isinstance(error, smtplib.SMTPResponseException):
        return Outcome(Kind.BUSY if 400 <= error.smtp_code < 500 else Kind.REFUSED, error=f"{said} {error.smtp_code}")
    if isinstance(error, (ConnectionRefusedError, smtplib.SMTPConnectError)):
        return Outcome(Kind.BUSY, error=said)
    if isinstance(error, (OSError, smtplib.SMTPServerDisconnected)):
        return Outcome(Kind.UNSURE, error=said)
    return Outcome(Kind.REFUSED, error=said)


def _addresses(texts: Sequence[Outgoing]) -> dict[int, str]:
    rows = MessageAbout.objects.filter(message__in=[text.id for text in texts]).exclude(contact__email="").order_by("-pk")
    found = dict(rows.filter(contact__isnull=False).values_list("message_id", "contact__email"))
    numbers = {text.to for text in texts if text.template in ("staff_notice", "test_text")}
    staff = dict(Staff.objects.filter(mobile__in=numbers, is_active=True).values_list("mobile", "email"))
    return {**{text.id: staff[text.to] for text in texts if text.to in staff and text.id not in found}, **found}
