"""Opening a document: that it was read stands in the audit."""

from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.people.models import Staff

from ..models import Document
from ..store import content_of


def read_document(*, document: Document, by: Staff, now: datetime) -> bytes:
    """The bytes of a document, for somebody who may have them. Raises Altered when they are gone or not what was kept."""
    content = content_of(document)
    with transaction.atomic():
        record(
            "documents.document.read", by=by, now=now, school_id=document.school_id, object_type="document", object_id=document.pk,
            detail={"kind": document.kind, "sha256": document.sha256},
        )  # fmt: skip
    return content
