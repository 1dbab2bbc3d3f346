"""Receipts and parents' texts: forged, replayed, out of order, unknown (R11)."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from homevisits.common.actors import SystemJob
from homevisits.messaging.accounts import make_token
from homevisits.messaging.delivery import deliver
from homevisits.messaging.models import DeliveryEvent, InboundText, Message, Notice, SchoolAccount
from homevisits.people.models import School, Trust

from .factories import NOW, make_pupil, make_school, make_text
from .notify_server import Store

pytestmark = pytest.mark.django_db
RECEIPTS, TEXTS = "/callbacks/notify/receipts/", "/callbacks/notify/texts/"


@pytest.fixture
def token(notify_school: School) -> str:
    """The bearer token that the school gave to Notify."""
    return make_token(school=notify_school, by=SystemJob("Test"), now=NOW)


@pytest.fixture
def text(notify: Store, notify_school: School) -> Message:
    """An accepted text."""
    message = make_text(notify_school, make_pupil(notify_school))
    deliver(now=NOW)
    message.refresh_from_db()
    assert message.status == "accepted"
    return message


def post(path: str, body: Any, token: str) -> Any:
    """POST as Notify does, with CSRF checks on."""
    client = Client(enforce_csrf_checks=True)
    return client.post(
        path, body if isinstance(body, str) else json.dumps(body), "application/json", headers={"Authorization": f"Bearer {token}"}
    )


def receipt(message: Message, status: str) -> dict[str, Any]:
    """A receipt for it."""
    return {"id": message.provider_id, "reference": str(message.reference), "status": status, "to": message.to, "notification_type": "sms"}


def status(message: Message) -> str:
    """Its status as it stands."""
    message.refresh_from_db()
    return message.status


def test_delivered(text: Message, token: str) -> None:
    assert post(RECEIPTS, receipt(text, "delivered"), token).json() == {"known": True}
    assert status(text) == "delivered"


@pytest.mark.parametrize("bad", ["", "wrong", "Bearer"])
def test_forged_is_refused_and_changes_nothing(text: Message, token: str, bad: str) -> None:
    assert post(RECEIPTS, receipt(text, "permanent-failure"), bad).status_code == 403
    assert post(TEXTS, {"id": "1", "source_number": "447700900001", "message": "hello"}, bad).status_code == 403
    assert (status(text), InboundText.objects.count()) == ("accepted", 0)


def test_without_a_token_made_nothing_opens(text: Message) -> None:
    assert post(RECEIPTS, receipt(text, "delivered"), "").status_code == 403
    assert SchoolAccount.objects.get().token_hash == ""


def test_another_schools_token_does_not_reach_it(text: Message) -> None:
    other = make_token(school=make_school(), by=SystemJob("Test"), now=NOW)
    assert post(RECEIPTS, receipt(text, "permanent-failure"), other).json() == {"known": False}
    assert status(text) == "accepted"


def test_a_school_of_the_same_trust_may_share_the_service(text: Message, notify_school: School) -> None:
    trust = Trust.objects.create(name="Trust", slug="trust")
    sister = make_school(trust=trust)
    School.objects.filter(pk=notify_school.pk).update(trust=trust)
    assert post(RECEIPTS, receipt(text, "delivered"), make_token(school=sister, by=SystemJob("Test"), now=NOW)).json() == {"known": True}


def test_a_replay_changes_nothing(text: Message, token: str) -> None:
    for _ in range(3):
        assert post(RECEIPTS, receipt(text, "permanent-failure"), token).status_code == 200
    assert status(text) == "undelivered"
    assert DeliveryEvent.objects.filter(message=text).exclude(receipt="").count() == 1
    assert Notice.objects.filter(about="text_undelivered", task=True).count() == 1


def test_out_of_order_never_goes_back(text: Message, token: str) -> None:
    for state in ("delivered", "sending", "permanent-failure", "sent"):
        assert post(RECEIPTS, receipt(text, state), token).status_code == 200
    assert status(text) == "delivered"
    assert not Notice.objects.exists()


def test_a_receipt_settles_what_nobody_knew(notify: Store, notify_school: School, token: str) -> None:
    message = make_text(notify_school, make_pupil(notify_school))
    notify.rule = lambda path, body: "drop"
    deliver(now=NOW)
    assert status(message) == "unknown"
    message.provider_id = notify.accepted[0]["id"]
    post(RECEIPTS, receipt(message, "delivered"), token)
    assert (status(message), message.next_attempt_at) == ("delivered", None)


def test_a_receipt_cannot_send_what_was_cancelled(notify_school: School, token: str) -> None:
    message = make_text(notify_school, make_pupil(notify_school))
    Message.objects.update(status="cancelled", next_attempt_at=None)
    post(RECEIPTS, {**receipt(message, "delivered"), "id": "x"}, token)
    assert status(message) == "cancelled"


def test_unknown_and_malformed(text: Message, token: str) -> None:
    assert post(RECEIPTS, {"id": "x", "reference": str(uuid.uuid4()), "status": "delivered"}, token).json() == {"known": False}
    assert post(RECEIPTS, {"id": "x", "reference": "letter 12", "status": "delivered"}, token).json() == {"known": False}
    bodies: list[Any] = ["nonsense", [], {"id": 1}, {"id": "x", "status": "dancing"}]
    for body in bodies:
        assert post(RECEIPTS, body, token).status_code == 400
    assert Client().get(RECEIPTS).status_code == 405


def test_a_parents_text_is_kept_once_for_a_person(notify_school: School, token: str) -> None:
    body: dict[str, Any] = {
        "id": "in-1",
        "source_number": "447700900001",
        "message": "She is with her gran",
        "date_received": "2026-11-24T09:20:00.000000Z",
    }
    for _ in range(2):
        assert post(TEXTS, body, token).json() == {"kept": True}
    kept = InboundText.objects.get()
    assert (kept.school, kept.number, kept.body, kept.dealt_at) == (notify_school, "+447700900001", "She is with her gran", None)
