"""Acts on a school's account at its provider: how messages leave, the token of its callbacks, a test text."""

import secrets
import uuid
from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common import clock
from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput
from homevisits.people.models import School, Staff

from . import outbox, receipts
from .models import Message, SchoolAccount


def save_account(
    *,
    school: School,
    way: str,
    service: str,
    sender_id: uuid.UUID | None,
    any_template_id: uuid.UUID | None,
    daily_limit: int,
    by: Actor,
    now: datetime,
) -> SchoolAccount:
    """Choose how a school's messages leave. The key itself stays in the environment and is never kept here."""
    values = {"way": way, "service": service, "sender_id": sender_id, "any_template_id": any_template_id, "daily_limit": daily_limit}
    with transaction.atomic():
        account, _ = SchoolAccount.objects.update_or_create(school=school, defaults=values)
        record(
            "messaging.account.saved", by=by, now=now, school_id=school.pk, object_type="school", object_id=school.pk, detail={"way": way}
        )
    return account


def make_token(*, school: School, by: Actor, now: datetime) -> str:
    """A new bearer token for the provider's callbacks; the old one ends. Shown once: only its hash is kept."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        SchoolAccount.objects.update_or_create(school=school, defaults={"token_hash": receipts.token_hash(token), "token_made_at": now})
        record("messaging.account.token_made", by=by, now=now, school_id=school.pk, object_type="school", object_id=school.pk)
    return token


def send_test_text(*, school: School, to: Staff, token: uuid.UUID, by: Actor, now: datetime) -> Message | None:
    """Send a test text to a member of staff's own mobile; None when this submission sent it before. Raises BadInput without a mobile."""
    if not to.mobile:
        raise BadInput("Your account has no mobile number. Add one to your details first.")
    with transaction.atomic():
        message = outbox.put(
            school=school, day=clock.local_day(now), template="test_text", to=to.mobile, purpose=f"test:{token}", due_at=now, by=by, now=now
        )
        if message:
            record("messaging.test_text.sent", by=by, now=now, school_id=school.pk, object_type="message", object_id=message.pk)
    return message
