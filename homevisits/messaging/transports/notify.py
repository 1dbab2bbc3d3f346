"""GOV.UK Notify, by its own client. Every sender thread has a client of its own: the client is not thread-safe."""

import io
import os
import threading
import uuid
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import requests
from django.conf import settings
from notifications_python_client.errors import APIError, HTTPError
from notifications_python_client.notifications import NotificationsAPIClient
from urllib3.exceptions import NewConnectionError

from homevisits.common import phone
from homevisits.messaging.models import SchoolAccount, Template
from homevisits.messaging.outcome import Found, Gone, Kind, LookedUp, NoAnswer, Outcome, Outgoing, Transport
from homevisits.messaging.wording import plain
from homevisits.people.models import School

from .email import GONE, Email

TIMEOUT = 15  # seconds: Notify answers in well under one; well within the lease, and a knock must end
THREADS = 16


def api_key(school: School) -> str:
    """The school's own key, NOTIFY_API_KEY_<SLUG>, else the common NOTIFY_API_KEY; empty when neither is set."""
    own = "NOTIFY_API_KEY_" + school.slug.upper().replace("-", "_")
    return os.environ.get(own) or os.environ.get("NOTIFY_API_KEY", "")


class Notify(Transport):
    """One school's account. Emails go through it too where they have a Notify template, else by the mail server."""

    name = "notify"
    threads = THREADS
    blind = ("email",)  # those that go by the mail server

    def __init__(self, school: School, account: SchoolAccount) -> None:
        self._key = api_key(school)
        self._sender = str(account.sender_id) if account.sender_id else None
        self._any = account.any_template_id
        self._templates = {
            (row.name, row.language): row.notify_id for row in Template.objects.filter(school=school, notify_id__isnull=False)
        }
        self._email = Email()
        self._thread = threading.local()
        self.account = self._key[-73:-37] or f"school-{school.pk}"
        self.daily_limit = account.daily_limit

    def send(self, message: Outgoing) -> Outcome:
        """POST it, with the message's reference. What carries a document goes by the mail server; a letter is its document."""
        if self._by_mail(message):
            return self._email.send(message)
        template, fields = self._template(message)
        if len(self._key) < 73:
            return Outcome(Kind.REFUSED, error="No key for GOV.UK Notify is set (NOTIFY_API_KEY)")
        if message.channel == "letter" and not message.content:
            return Outcome(Kind.REFUSED, error=GONE)
        if template is None and message.channel != "letter":
            return Outcome(Kind.REFUSED, error="This message has no template id in GOV.UK Notify")
        try:
            answer = self._post(message, str(template), fields)
            return Outcome(Kind.ACCEPTED, provider_id=str(answer["id"]))
        except APIError as error:
            return _failed(error)
        except (KeyError, TypeError):
            return Outcome(Kind.UNSURE, error="An answer without an id", after_answer=True)
        except Exception as error:
            return Outcome(Kind.UNSURE, error=type(error).__name__)

    def find(self, message: Outgoing) -> LookedUp:
        """GET by reference: what Notify has accepted it knows, whatever became of the answer."""
        if self._by_mail(message):
            return self._email.find(message)
        try:
            found = self._client().get_all_notifications(reference=str(message.reference))["notifications"]
        except Exception:
            return LookedUp(Found.NO_ANSWER)
        if not found:
            return LookedUp(Found.NO)
        return LookedUp(Found.YES, provider_id=str(found[0].get("id", "")), state=str(found[0].get("status", "")))

    def gone_since(self, at: datetime) -> list[Gone]:
        """Page through what the account has accepted, the newest first, until it is older than `at`."""
        found: list[Gone] = []
        last: str | None = None
        names = {str(number): name for (name, _), number in self._templates.items()}
        while True:
            try:
                page = self._client().get_all_notifications(older_than=last)["notifications"]
                batch = [_gone(each, names) for each in page]
            except Exception as error:
                raise NoAnswer(type(error).__name__) from error
            found += [each for each in batch if each.at >= at]
            if not batch or batch[-1].at < at or batch[-1].provider_id == last:
                return found
            last = batch[-1].provider_id

    def _by_mail(self, message: Outgoing) -> bool:
        return message.channel == "email" and (message.document_id is not None or self._template(message)[0] is None)

    def _post(self, message: Outgoing, template: str, fields: dict[str, str]) -> Any:
        client, reference = self._client(), str(message.reference)
        if message.channel == "letter":
            return client.send_precompiled_letter_notification(reference, io.BytesIO(message.content))
        if message.channel == "email":
            return client.send_email_notification(message.to, template, personalisation=fields, reference=reference)
        return client.send_sms_notification(message.to, template, personalisation=fields, reference=reference, sms_sender_id=self._sender)

    def _template(self, message: Outgoing) -> tuple[uuid.UUID | None, dict[str, str]]:
        own = self._templates.get((message.template, plain(message.language)))
        if own:
            return own, message.fields
        if self._any and message.channel == "text":
            return self._any, {"message": message.body}
        return self._templates.get((message.template, "")), message.fields

    def _client(self) -> Any:
        """This thread's own client. The client's package carries no types."""
        client: Any = getattr(self._thread, "client", None)
        if client is None:
            make: Any = NotificationsAPIClient
            client = self._thread.client = make(self._key, base_url=settings.NOTIFY_BASE_URL, timeout=TIMEOUT)
        return client


def _gone(given: dict[str, Any], names: dict[str, str]) -> Gone:
    """A notification as Notify's list has it."""
    channel = {"sms": "text"}.get(given.get("type", "sms"), given.get("type", "sms"))
    to = given.get("phone_number") or given.get("email_address") or ""
    with suppress(ValueError):  # as it is: it belongs to no contact of ours then
        to = phone.e164(to) if channel == "text" else to
    template = names.get(str((given.get("template") or {}).get("id", "")), "")
    at = datetime.fromisoformat(given["created_at"])
    return Gone(
        reference=str(given.get("reference") or ""), provider_id=str(given["id"]), channel=channel, to=to, template=template,
        body=str(given.get("body") or ""), at=at,
    )  # fmt: skip


def _failed(error: APIError) -> Outcome:
    """What an error of the client means: certainly not accepted, refused for good, or nobody knows."""
    if error.response is None:
        return _no_answer(error)
    status, said = error.response.status_code, _said(error)
    if status == 429:
        if "TooManyRequestsError" in said:
            return Outcome(Kind.DAILY_LIMIT, error=said)
        return Outcome(Kind.BUSY, error=said, retry_after=_retry_after(error.response))
    if status == 503:
        return Outcome(Kind.BUSY, error=said, retry_after=_retry_after(error.response))
    if status == 403 and "clock" in said.lower():
        return Outcome(Kind.BUSY, error=said)
    if not isinstance(error, HTTPError) or status >= 500 or status == 408:
        return Outcome(Kind.UNSURE, error=said, after_answer=True)
    return Outcome(Kind.REFUSED, error=said)


def _no_answer(error: APIError) -> Outcome:
    """No answer came. Only where no connection was made is it certain that nothing was sent."""
    cause = error.__cause__
    never = isinstance(cause, requests.ConnectTimeout)
    if isinstance(cause, requests.ConnectionError) and cause.args:
        never = never or isinstance(getattr(cause.args[0], "reason", None), NewConnectionError)
    return Outcome(Kind.BUSY if never else Kind.UNSURE, error="No connection" if never else "No answer")


def _said(error: APIError) -> str:
    """The provider's own words, short: `429 RateLimitError: Exceeded rate limit …`."""
    message = error.message
    if isinstance(message, list):
        message = "; ".join(f"{each.get('error', '')}: {each.get('message', '')}" for each in message if isinstance(each, dict))
    return f"{error.status_code} {message}"[:300]


def _retry_after(response: requests.Response) -> timedelta | None:
    value = response.headers.get("Retry-After", "")
    return timedelta(seconds=min(int(value), 600)) if value.isdigit() else None
