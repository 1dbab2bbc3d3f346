"""Keeping documents: the bytes under MEDIA_ROOT by their hash, the row with what they were made from, and how each went."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import get_template

from homevisits.audit.services import record
from homevisits.common.actors import Actor, staff_id
from homevisits.common.errors import BadInput
from homevisits.people.models import Contact, School, Staff

from . import blobs
from .models import Document, DocumentWay
from .render import render_pdf

State, Way = Document.State, DocumentWay.Way


class Altered(Exception):
    """The kept bytes are gone or are not what was kept."""


@dataclass(frozen=True)
class About:
    """What a document belongs to: a kind of row of an app above and its number, the pupils, and who else may open it (people.matrix)."""

    type: str = ""
    id: int | None = None
    pupils: Collection[int] = ()
    act: str = "see_pupils"


NOTHING = About()


def template_hash(template: str) -> str:
    """SHA-256, hex, of a template's source: says which wording a document was made with."""
    source = get_template(template).template.source  # type: ignore[attr-defined]  # Django's own templates have one
    return hashlib.sha256(source.encode()).hexdigest()


@transaction.atomic
def keep(
    *,
    school: School,
    kind: str,
    title: str,
    template: str,
    data: dict[str, Any],
    content: bytes,
    state: str = State.FINAL,
    about: About = NOTHING,
    language: str = "en-GB",
    by: Actor,
    now: datetime,
) -> Document:
    """Keep a document as it was made. The file is on disk before the row says so; the same bytes are one file."""
    digest = _kept_bytes(content)
    row = Document.objects.create(
        school=school, kind=kind, title=title[:200], state=state, language=language, about_type=about.type, about_id=about.id,
        act=about.act, template=template, template_hash=template_hash(template), data=data, sha256=digest, size=len(content),
        made_at=now, made_by_id=staff_id(by),
    )  # fmt: skip
    row.pupils.set(about.pupils)
    _record("document_made", row, by, now, kind=kind, sha256=digest, state=str(state))
    return row


@transaction.atomic
def make_again(
    *, document: Document, data: dict[str, Any], content: bytes, title: str = "", final: bool = False, by: Actor, now: datetime
) -> Document:
    """Put other bytes in the place of a draft's, and with `final` end its drafting for good. Raises BadInput for a final one."""
    row = Document.objects.select_for_update().get(pk=document.pk)
    if row.state == State.FINAL:
        raise BadInput("The document is final and does not change any more.")
    before, row.sha256, row.size = row.sha256, _kept_bytes(content), len(content)
    row.data, row.title, row.template_hash = data, title[:200] or row.title, template_hash(row.template)
    row.state, row.made_at, row.made_by_id = State.FINAL if final else State.DRAFT, now, staff_id(by)
    row.save()
    _record("document_final" if final else "document_made", row, by, now, kind=row.kind, sha256=row.sha256, state=str(row.state))
    transaction.on_commit(lambda: _forget(before))
    return row


def paper(
    *,
    school: School,
    kind: str,
    title: str,
    template: str,
    html: str,
    data: dict[str, Any],
    about: About = NOTHING,
    draft: bool = False,
    by: Actor,
    now: datetime,
) -> tuple[Document, bytes]:
    """A page that is printed as it stands, kept once for each wording: the row and its bytes. Raises render.PdfUnavailable.

    What was kept of exactly these words is given again; bytes that were altered since are made again beside it.
    """
    said = {**data, "words": hashlib.sha256(html.encode()).hexdigest()}
    state = State.DRAFT if draft else State.FINAL
    row = kept(school=school, kind=kind, template=template, data=said, state=state)
    if row is not None:
        try:
            return row, content_of(row)
        except Altered:
            pass  # made again below; the row of what was kept stays
    content = render_pdf(html, draft=draft)
    made = keep(
        school=school, kind=kind, title=title, template=template, data=said, content=content, state=state, about=about, by=by, now=now
    )
    return made, content


@transaction.atomic
def record_way(
    *,
    document: Document,
    way: str,
    to: str = "",
    contact: Contact | None = None,
    happened_at: datetime | None = None,
    reference: UUID | None = None,
    token: UUID | None = None,
    by: Staff,
    now: datetime,
) -> DocumentWay:
    """Record that a final document was printed, or went. The same `token` twice is one. Raises BadInput for a draft or a time to come."""
    known = DocumentWay.objects.filter(token=token).first() if token else None
    if known is not None:
        return known
    if way not in Way.values:
        raise BadInput(f"“{way}” is not a way that a document goes.")
    if way != Way.PRINTED and document.state != State.FINAL:
        raise BadInput("A draft does not go to anybody: make the document final first.")
    if happened_at is not None and happened_at > now:
        raise BadInput("The time is still to come.")
    row = DocumentWay.objects.create(
        document=document, way=way, to=to[:200], contact=contact, reference=reference, happened_at=happened_at or now, recorded_at=now,
        token=token, by=by,
    )  # fmt: skip
    _record(f"document_{way}", document, by, now, sha256=document.sha256, contact=contact.pk if contact else None)
    return row


def kept(*, school: School, kind: str, template: str, data: dict[str, Any], state: str = State.FINAL) -> Document | None:
    """The last document of a school made from exactly this data with this template's present wording."""
    wording = template_hash(template)
    found = Document.objects.filter(school=school, kind=kind, template=template, template_hash=wording, data=data, state=state)
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


def _record(act: str, row: Document, by: Actor, now: datetime, **detail: object) -> None:
    record(act, by=by, now=now, school_id=row.school_id, object_type="document", object_id=row.pk, detail=detail)


def _kept_bytes(content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    blobs.write(path_of(digest), content)
    return digest


def _forget(digest: str) -> None:
    """The bytes of a draft that nothing names any more."""
    if not Document.objects.filter(sha256=digest).exists():
        path_of(digest).unlink(missing_ok=True)
