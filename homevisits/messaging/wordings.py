"""Acts on a school's own wording of its messages."""

import uuid
from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.actors import Actor
from homevisits.people.models import School

from . import wording
from .models import Template


def save_wording(
    *, school: School, name: str, language: str, subject: str, body: str, notify_id: uuid.UUID | None, by: Actor, now: datetime
) -> Template:
    """Keep the school's wording of one message in one language. Raises BadInput when it uses a field the message does not have."""
    wording.check(name, subject, body)
    language = wording.plain(language)
    with transaction.atomic():
        row, _ = Template.objects.update_or_create(
            school=school, name=name, language=language, defaults={"subject": subject.strip(), "body": body.strip(), "notify_id": notify_id}
        )
        _record("saved", row, by, now)
    return row


def drop_wording(*, school: School, name: str, language: str, by: Actor, now: datetime) -> bool:
    """Go back to the shipped wording (for another language: to the English one). Answers whether there was one to drop."""
    with transaction.atomic():
        row = Template.objects.filter(school=school, name=name, language=wording.plain(language)).first()
        if row is None:
            return False
        _record("dropped", row, by, now)
        row.delete()
    return True


def _record(what: str, row: Template, by: Actor, now: datetime) -> None:
    detail = {"name": row.name, "language": row.language, "subject": row.subject, "body": row.body}
    record(f"messaging.wording.{what}", by=by, now=now, school_id=row.school_id, object_type="template", object_id=row.pk, detail=detail)
