"""Adding, scanning, reading and withdrawing attachments. Who may is asked by the app whose matter they are about."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput
from homevisits.people.models import Pupil, School, Staff

from .. import blobs, isolated
from ..intake import Cleaned, NotTaken
from ..models import Attachment
from ..scanning import Scanned, scan
from ..store import Altered


@dataclass(frozen=True)
class Upload:
    """A file as it came, with the name that the sender's machine gave it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Taken:
    """An upload that was examined, cleaned and scanned: ready to be kept."""

    name: str
    came_sha256: str
    cleaned: Cleaned
    scanned: Scanned

    @property
    def sha256(self) -> str:
        """Of what is kept."""
        return hashlib.sha256(self.cleaned.content).hexdigest()


def take_in(upload: Upload) -> Taken:
    """Examine, clean and scan a file; outside of any transaction, since it takes its time.

    Raises BadInput with the sentence for the user when the file is not taken.
    """
    try:
        cleaned = isolated.examine(upload.content)
    except NotTaken as why:
        raise BadInput(str(why)) from why
    return Taken(_as_words(upload.name), hashlib.sha256(upload.content).hexdigest(), cleaned, scan(cleaned.content))


def added_before(*, token: str, school: School, about_type: str, about_id: int) -> Attachment | None:
    """What the same page has added before; None for a fresh token. Raises BadInput for the token of another matter."""
    row = Attachment.objects.filter(token=token).first()
    if row is not None and (row.school_id, row.about_type, row.about_id) != (school.pk, about_type, about_id):
        raise BadInput("This page is out of date. Open it afresh and send it again.")
    return row


def attach(
    *, school: School, about_type: str, about_id: int, pupils: Collection[Pupil], kind: str, says: str, taken: Taken, token: str,
    by: Staff, now: datetime,
) -> tuple[Attachment, bool]:  # fmt: skip
    """Keep what was taken in, by its hash, and whether it is new: the same page sent twice adds it once."""
    cleaned, scanned, digest = taken.cleaned, taken.scanned, taken.sha256
    blobs.write(path_of(digest, scanned.state), cleaned.content)
    with transaction.atomic():
        row, made = Attachment.objects.get_or_create(
            token=token,
            defaults={
                "school": school, "about_type": about_type, "about_id": about_id, "kind": kind, "says": says[:300],
                "original_name": taken.name, "was": cleaned.was, "holds": cleaned.kind, "sha256": digest,
                "came_sha256": taken.came_sha256, "size": len(cleaned.content), "pages": cleaned.pages,
                "scan": scanned.state, "scan_says": scanned.says, "scanned_at": _when(scanned, now), "added_at": now, "added_by": by,
            },
        )  # fmt: skip
        if made:
            row.pupils.set(pupils)
            _record("added", row, by, now, kind=kind, sha256=digest, scan=scanned.state, about=f"{about_type} {about_id}")
    return row, made


def scan_again(*, attachment: Attachment, by: Actor, now: datetime) -> Attachment:
    """Ask the scanner once more about a file that waits for it."""
    content = path_of(attachment.sha256, Attachment.Scan.WAITING).read_bytes()
    said = scan(content)
    with transaction.atomic():
        row = Attachment.objects.select_for_update().get(pk=attachment.pk)
        if row.scan != Attachment.Scan.WAITING or said.state == Attachment.Scan.WAITING:
            return row
        blobs.write(path_of(row.sha256, said.state), content)
        row.scan, row.scan_says, row.scanned_at = said.state, said.says, _when(said, now)
        row.save(update_fields=["scan", "scan_says", "scanned_at"])
        _record("scanned", row, by, now, scan=said.state)
    return row


def withdraw(*, attachment: Attachment, because: str, by: Staff, now: datetime) -> None:
    """Take an attachment back: it stays with the reason, and only those who look after safeguarding can still open it."""
    if not because.strip():
        raise BadInput("Say why it is withdrawn.")
    with transaction.atomic():
        row = Attachment.objects.select_for_update().get(pk=attachment.pk)
        if row.withdrawn_at is not None:
            raise BadInput("It was withdrawn already.")
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = now, by, because.strip()[:300]
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
        _record("withdrawn", row, by, now)


def read(*, attachment: Attachment, by: Staff, now: datetime) -> bytes:
    """The bytes, for somebody who may have them; the audit says so. Raises Altered when they are not what was kept."""
    if not attachment.readable:
        raise Altered("This file is not handed out.")
    try:
        content = path_of(attachment.sha256, attachment.scan).read_bytes()
    except OSError as error:
        raise Altered("The file is not there any more. Tell whoever looks after the server.") from error
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise Altered("The file is not what was kept. Tell whoever looks after the server.")
    with transaction.atomic():
        _record("read", attachment, by, now)
    return content


def path_of(digest: str, scanned: str) -> Path:
    """Where the bytes lie: what the scanner objected to, or has not seen yet, apart from what is handed out."""
    apart = {Attachment.Scan.QUARANTINED: "quarantine", Attachment.Scan.WAITING: "waiting"}
    return Path(settings.MEDIA_ROOT) / apart.get(Attachment.Scan(scanned), "attachments") / digest[:2] / digest


def _as_words(name: str) -> str:
    """The sender's name for the file as words: one line, without control characters."""
    return "".join(char for char in name.replace("\\", "/").rsplit("/", 1)[-1] if char.isprintable())[:255]


def _when(said: Scanned, now: datetime) -> datetime | None:
    return now if said.state in (Attachment.Scan.CLEAN, Attachment.Scan.QUARANTINED) else None


def _record(what: str, row: Attachment, by: Actor, now: datetime, **detail: object) -> None:
    record(
        f"documents.attachment.{what}", by=by, now=now, school_id=row.school_id, object_type="attachment", object_id=row.pk,
        detail=dict(detail),
    )  # fmt: skip
