"""What the provider reports later: receipts and texts from parents. A receipt may be forged, replayed or out of order."""

import hashlib
import hmac
import logging
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.dateparse import parse_datetime

from homevisits.audit.services import closed_chain, hold, record
from homevisits.common import phone
from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput
from homevisits.people.models import Pupil, Role, School

from .models import DeliveryEvent, InboundText, Message, SchoolAccount
from .notices import CLOSED_PURPOSE, tell
from .settle import TO_STAFF, outbox_page
from .staff_unreached import tell_unreached

log = logging.getLogger(__name__)
RECEIPTS = SystemJob("Receipts")
# A state never goes backwards: what is further on in this order stays.
_ORDER = (Message.Status.ACCEPTED, Message.Status.UNDELIVERED, Message.Status.DELIVERED)
# A receipt proves that these were handed over after all; the others never left.
_MAY_HAVE_LEFT = (Message.Status.SENDING, Message.Status.RETRYING, Message.Status.UNKNOWN, Message.Status.FAILED, *_ORDER)
_STATES: dict[str, str] = {
    "created": Message.Status.ACCEPTED,
    "sending": Message.Status.ACCEPTED,
    "pending": Message.Status.ACCEPTED,
    "sent": Message.Status.ACCEPTED,
    "delivered": Message.Status.DELIVERED,
    "permanent-failure": Message.Status.UNDELIVERED,
    "temporary-failure": Message.Status.UNDELIVERED,
    "technical-failure": Message.Status.UNDELIVERED,
    # Of letters: at the printers, or refused there.
    "accepted": Message.Status.ACCEPTED,
    "received": Message.Status.DELIVERED,
    "pending-virus-check": Message.Status.ACCEPTED,
    "cancelled": Message.Status.UNDELIVERED,
    "virus-scan-failed": Message.Status.UNDELIVERED,
    "validation-failed": Message.Status.UNDELIVERED,
}


@dataclass(frozen=True)
class Receipt:
    """One receipt, as Notify posts it."""

    provider_id: str
    reference: uuid.UUID | None
    state: str


def token_hash(token: str) -> str:
    """What is kept of a bearer token: its SHA-256, hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def account_of(token: str) -> SchoolAccount | None:
    """The account that this bearer token belongs to; compared in constant time, for the hash is all that is kept."""
    given = token_hash(token)
    account = SchoolAccount.objects.select_related("school").filter(token_hash=given).exclude(token_hash="").first()
    return account if account and hmac.compare_digest(account.token_hash, given) else None


def read_receipt(body: object) -> Receipt:
    """A receipt from the posted JSON. Raises BadInput when it is none."""
    if not isinstance(body, dict) or not isinstance(body.get("id"), str) or body.get("status") not in _STATES:
        raise BadInput("A receipt has an id and a known status.")
    try:
        reference = uuid.UUID(str(body["reference"])) if body.get("reference") else None
    except ValueError:
        reference = None  # somebody else's: the service may send more than ours
    return Receipt(body["id"][:80], reference, body["status"])


def is_known(state: str) -> bool:
    """Whether the provider's word for a state is one that we understand."""
    return state in _STATES


def take_receipt(*, account: SchoolAccount, receipt: Receipt, now: datetime) -> Message | None:
    """Record a receipt. A replay changes nothing, an older state changes nothing; an unknown reference answers None.

    Delivery never advances a case. What was not delivered becomes a task for the office.
    """
    with transaction.atomic():
        ours = (
            Message.objects.filter(_in_reach(account.school), reference=receipt.reference) if receipt.reference else Message.objects.none()
        )
        school_id = ours.values_list("school", flat=True).first()
        if school_id:
            hold(school_id)
        message = ours.select_for_update().first()
        if message is None:
            log.info("A receipt for a message that is not ours: %s", receipt.provider_id)
            return None
        at, key = message.school.at(now), f"{receipt.provider_id}:{receipt.state}"[:100]
        if message.status not in _MAY_HAVE_LEFT or DeliveryEvent.objects.filter(message=message, receipt=key).exists():
            return message
        DeliveryEvent.objects.create(message=message, at=at, status=_STATES[receipt.state], detail=f"Receipt: {receipt.state}", receipt=key)
        if _advance(message, receipt, at):
            closed = message.purpose.startswith(CLOSED_PURPOSE)
            record(
                f"messaging.message.{message.status}", by=RECEIPTS, now=at, object_type="message",
                school_id=closed_chain(message.school_id) if closed else message.school_id,
                object_id=message.pk, detail={"state": receipt.state},
            )  # fmt: skip
            if message.status == Message.Status.UNDELIVERED and message.template not in TO_STAFF:
                _tell_undelivered(message, at)
            elif message.status == Message.Status.UNDELIVERED:
                tell_unreached(school=message.school, messages=[message], by=RECEIPTS, now=at)
    return message


def read_text(body: object) -> tuple[str, str, str, datetime | None]:
    """A parent's text from the posted JSON: provider's id, number as E.164, words, when. Raises BadInput when it is none."""
    if not isinstance(body, dict) or not all(isinstance(body.get(name), str) for name in ("id", "source_number", "message")):
        raise BadInput("A text has an id, a source_number and a message.")
    number = body["source_number"].strip()
    number = number if number.startswith(("+", "0")) else f"+{number}"
    try:
        number = phone.e164(number)
    except ValueError:
        number = number[:20]  # a short code or a name: kept as it came
    received = parse_datetime(str(body.get("date_received", "")))
    return body["id"][:80], number[:20], body["message"][:2000], received if received and received.tzinfo else None


def take_text(*, account: SchoolAccount, provider_id: str, number: str, body: str, received: datetime | None, now: datetime) -> InboundText:
    """Keep a parent's text for a person to accept or dismiss; one that came before is not kept twice."""
    with transaction.atomic():
        school = _school_of(account.school, number)
        InboundText.objects.bulk_create(
            [InboundText(school=school, number=number, body=body, received_at=received or now, provider_id=provider_id)],
            ignore_conflicts=True,
        )
        return InboundText.objects.get(provider_id=provider_id)


def _advance(message: Message, receipt: Receipt, at: datetime) -> bool:
    """Move the status on, never back. Answers whether it moved."""
    status = _STATES[receipt.state]
    if message.status in _ORDER and _ORDER.index(Message.Status(status)) <= _ORDER.index(Message.Status(message.status)):
        return False
    message.status, message.provider_id = status, receipt.provider_id
    message.provider = message.provider or "notify"
    message.handed_at, message.accepted_at = message.handed_at or at, message.accepted_at or at
    message.finished_at, message.next_attempt_at, message.lease, message.lease_until = message.finished_at or at, None, None, None
    message.save()
    return True


def _tell_undelivered(message: Message, at: datetime) -> None:
    pupils = list(Pupil.objects.filter(messages_about__message=message).distinct())
    to = phone.shown(message.to) if message.to.startswith("+") else message.to
    says = f"A text to {to} was not delivered. Ring instead, and check the number."
    if message.channel == Message.Channel.EMAIL:
        says = f"An email to {to} was not delivered. Ring instead, and check the address."
    elif message.channel == Message.Channel.LETTER:
        says = f"A letter to {to} was not printed by the provider. Print it here and post it."
    tell(
        school=message.school, role=Role.OFFICE_ADMIN, about="text_undelivered", pupils=pupils, link=outbox_page(message.school),
        says=says[:400],
        clause="PRI-31", task=True, by=RECEIPTS, now=at,
    )  # fmt: skip


def _in_reach(school: School) -> Q:
    """The schools an account may report on: its own, and those of its trust, which may share one service."""
    return Q(school=school) | Q(school__trust=school.trust_id) if school.trust_id else Q(school=school)


def _school_of(school: School, number: str) -> School:
    """Of the schools that share a service, the one that last wrote to this number."""
    last = Message.objects.filter(_in_reach(school), to=number).select_related("school").order_by("-pk").first()
    return last.school if last else school
