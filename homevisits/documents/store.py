"""Keeping documents: the bytes under MEDIA_ROOT by their hash, the row with what they were made from."""

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import get_template

from homevisits.audit.services import record
from homevisits.common.actors import Actor, staff_id
from homevisits.people.models import School

from .models import Document


class Altered(Exception):
    """The kept bytes are gone or are not what was kept."""


def template_hash(template: str) -> str:
    """SHA-256, hex, of a template's source: says which wording a document was made with."""
    source = get_template(template).template.source  # type: ignore[attr-defined]  # Django's own templates have one
    return hashlib.sha256(source.encode()).hexdigest()


@transaction.atomic
def keep(
    *, school: School, kind: str, title: str, template: str, data: dict[str, Any], content: bytes, by: Actor, now: datetime
) -> Document:
    """Keep a document as it was made. The file is on disk before the row says so; the same bytes are one file."""
    digest = hashlib.sha256(content).hexdigest()
    _write(path_of(digest), content)
    row = Document.objects.create(
        school=school, kind=kind, title=title[:200], template=template, template_hash=template_hash(template), data=data, sha256=digest,
        size=len(content), made_at=now, made_by_id=staff_id(by),
    )  # fmt: skip
    detail = {"kind": kind, "sha256": digest}
    record("document_made", by=by, now=now, school_id=school.pk, object_type="document", object_id=row.pk, detail=detail)
    return row


def kept(*, school: School, kind: str, template: str, data: dict[str, Any]) -> Document | None:
    """The last document of a school made from exactly this data with this template's present wording."""
    found = Document.objects.filter(school=school, kind=kind, template=template, template_hash=template_hash(template), data=data)
    return found.order_by("-pk").first()


def content_of(document: Document) -> bytes:
    """The bytes as they were kept. Raises Altered when they are gone or their hash differs."""
    try:
        content = path_of(document.sha256).read_bytes()
    except OSError as error:
        raise Altered(f"The file of “{document.title}” is not there.") from error
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise Altered(f"The file of “{document.title}” is not what was kept.")
    return content


def path_of(digest: str) -> Path:
    """Where the bytes with this hash lie."""
    return Path(settings.MEDIA_ROOT) / "documents" / digest[:2] / digest


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all: written beside, then moved into place."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, file)
