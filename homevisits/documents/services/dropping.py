"""Laying documents down for the information system: in a folder that it watches, or as a ZIP.

Rows are claimed first, files are written under another name and moved into place whole, the drop is ticked off last. A crash at any
point leaves a drop that the next run finishes; what lies in place is never half of it.
"""

import io
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.actors import Actor, staff_id
from homevisits.common.clock import local
from homevisits.common.errors import BadInput
from homevisits.people.models import School

from .. import manifest
from ..models import QueuedUpload, UploadDrop
from ..store import Altered, content_of

MOST = 200  # documents in one drop
_LEFT = 3600  # seconds after which nobody is writing it any more
_WAITING = QueuedUpload.State.TO_UPLOAD


def lay_down(*, school: School, folder: Path, by: Actor, now: datetime) -> list[UploadDrop]:
    """Write what waits for upload into `folder`/<school>/<drop>/, with a manifest; first what an earlier run did not finish.

    The drops that are in place now. Raises OSError when the folder cannot be written; the drop keeps why, and is done again.
    """
    open_ones = list(UploadDrop.objects.filter(school=school, way=UploadDrop.Way.FOLDER, finished_at=None).order_by("pk"))
    while (new := _claim(school, UploadDrop.Way.FOLDER, by, now)) is not None:
        open_ones.append(new)
    done = []
    for drop in open_ones:
        try:
            _write_folder(drop, folder / school.slug, by, now)
        except OSError as error:
            UploadDrop.objects.filter(pk=drop.pk).update(error=f"{type(error).__name__}: {error.strerror or ''}"[:200])
            raise
        _finish(drop, by, now)
        done.append(drop)
    return done


def make_zip(*, school: School, by: Actor, now: datetime) -> UploadDrop:
    """Claim what waits for upload for a ZIP, which `zip_of` then makes as often as it is asked for. Raises BadInput when nothing waits."""
    with transaction.atomic():
        drop = _claim(school, UploadDrop.Way.ZIP, by, now)
        if drop is None:
            raise BadInput("Nothing waits for upload that is not in a folder or a ZIP already.")
        _finish(drop, by, now)
    return drop


def zip_of(*, drop: UploadDrop, by: Actor, now: datetime) -> bytes:
    """The documents of a drop with the manifest as one ZIP; that they were taken is audited, document by document."""
    out = io.BytesIO()
    lines, ids = [], []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for upload, content in _contents(_uploads(drop), by, now):
            line = manifest.line_of(upload)
            archive.writestr(line.file, content)
            lines.append(line)
            ids.append(upload.document_id)
        archive.writestr(manifest.CSV_NAME, manifest.as_csv(lines))
        archive.writestr(manifest.JSON_NAME, manifest.as_json(lines, drop.school.name, drop.name))
    with transaction.atomic():
        record(
            "documents.drop.read",
            by=by,
            now=now,
            school_id=drop.school_id,
            object_type="drop",
            object_id=drop.pk,
            detail={"documents": ids},
        )
    return out.getvalue()


def _claim(school: School, way: str, by: Actor, now: datetime) -> UploadDrop | None:
    """Take what waits and is in no drop yet; None when there is nothing."""
    with transaction.atomic():
        waiting = QueuedUpload.objects.select_for_update().filter(school=school, state=_WAITING, drop=None)
        ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:MOST])
        if not ids:
            return None
        name = f"{local(now):%Y-%m-%d-%H%M}-{uuid4().hex[:6]}"
        drop = UploadDrop.objects.create(school=school, way=way, made_at=now, made_by_id=staff_id(by), name=name)
        QueuedUpload.objects.filter(pk__in=ids, drop=None).update(drop=drop)
        record(
            "documents.drop.claimed", by=by, now=now, school_id=school.pk, object_type="drop", object_id=drop.pk, detail={"uploads": ids}
        )
    return drop


def _uploads(drop: UploadDrop) -> list[QueuedUpload]:
    return list(drop.uploads.select_related("document", "pupil").order_by("pk"))


def _contents(uploads: Sequence[QueuedUpload], by: Actor, now: datetime) -> list[tuple[QueuedUpload, bytes]]:
    """Each with its bytes; one whose bytes are not what was kept is set aside as failed and does not stop the others."""
    found = []
    for upload in uploads:
        try:
            found.append((upload, content_of(upload.document)))
        except Altered as why:
            _set_aside(upload, str(why), by, now)
    return found


def _set_aside(upload: QueuedUpload, why: str, by: Actor, now: datetime) -> None:
    with transaction.atomic():
        changed = {"state": QueuedUpload.State.FAILED, "reason": why[:200], "changed_at": now, "changed_by_id": staff_id(by)}
        if QueuedUpload.objects.filter(pk=upload.pk, state=_WAITING).update(**changed):
            record("documents.queue.set_aside", by=by, now=now, school_id=upload.school_id, object_type="upload", object_id=upload.pk)


def _write_folder(drop: UploadDrop, place: Path, by: Actor, now: datetime) -> None:
    """The whole folder of a drop, or nothing of it."""
    final = place / drop.name
    if (final / manifest.JSON_NAME).exists():
        return  # written before, and the worker died before it ticked it off
    place.mkdir(parents=True, exist_ok=True)
    for left in place.glob(f".{drop.name}-*"):  # by a worker that was killed
        if left.stat().st_mtime < time.time() - _LEFT:
            shutil.rmtree(left, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{drop.name}-", dir=place))
    try:
        lines = []
        for upload, content in _contents(_uploads(drop), by, now):
            line = manifest.line_of(upload)
            _write(draft / line.file, content)
            lines.append(line)
        _write(draft / manifest.CSV_NAME, manifest.as_csv(lines))
        _write(draft / manifest.JSON_NAME, manifest.as_json(lines, drop.school.name, drop.name))
        draft.chmod(0o750)
        try:
            draft.rename(final)
        except OSError:
            if not (final / manifest.JSON_NAME).exists():  # else another worker was quicker
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write(file: Path, content: bytes) -> None:
    with file.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _finish(drop: UploadDrop, by: Actor, now: datetime) -> None:
    with transaction.atomic():
        if UploadDrop.objects.filter(pk=drop.pk, finished_at=None).update(finished_at=now, error=""):
            record(
                "documents.drop.made",
                by=by,
                now=now,
                school_id=drop.school_id,
                object_type="drop",
                object_id=drop.pk,
                detail={"way": drop.way},
            )
    drop.refresh_from_db()


def _record(what: str, drop: UploadDrop, by: Actor, now: datetime, **detail: object) -> None:
    record(f"documents.drop.{what}", by=by, now=now, school_id=drop.school_id, object_type="drop", object_id=drop.pk, detail=dict(detail))
