"""The queue of documents for the school's information system: filled by itself, worked through by a person."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from homevisits.audit.services import record
from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput
from homevisits.people.models import School, Staff

from ..models import Document, DocumentWay, QueuedUpload

FILLER = SystemJob("the queue of documents")
# Papers that are kept apart stay out of the information system, where many can read: child protection files are a record of their own.
QUEUED_ACT = "see_pupils"
_CHUNK = 500
REPLACED = "A later one took its place"
_SAYS_WHY = (QueuedUpload.State.FAILED, QueuedUpload.State.NOT_NEEDED)


def fill_queue(real: datetime) -> int:
    """Put every final document about a pupil that is not in the queue yet into it, once for each pupil. How many rows were new."""
    added = 0
    links = Document.pupils.through._default_manager.filter(document__state=Document.State.FINAL, document__act=QUEUED_ACT)
    there = QueuedUpload.objects.filter(document=OuterRef("document"), pupil=OuterRef("pupil"))
    new = links.filter(~Exists(there)).order_by("document", "pupil").values_list("document__school", "document", "pupil")[:_CHUNK]
    by_school: dict[int, list[tuple[int, int]]] = {}
    for number, document, pupil in new:
        by_school.setdefault(number, []).append((document, pupil))
    for school in School.objects.filter(pk__in=by_school):
        now, pairs = school.at(real), by_school[school.pk]
        with transaction.atomic():
            rows = [QueuedUpload(school=school, document_id=document, pupil_id=pupil, queued_at=now) for document, pupil in pairs]
            # Another worker may have been quicker: one row a document and pupil.
            QueuedUpload.objects.bulk_create(rows, ignore_conflicts=True)
            record("documents.queue.filled", by=FILLER, now=now, school_id=school.pk, detail={"documents": [pair[0] for pair in pairs]})
            _drop_earlier(school, now)
        added += len(pairs)
    return added


def _drop_earlier(school: School, now: datetime) -> None:
    """A page that was printed again with other words takes the place of the earlier one, when that went to nobody and is in no drop.

    Only pages printed as they stand (store.paper): two letters of a kind are two letters.
    """
    same = {f"document__{name}": OuterRef(f"document__{name}") for name in ("kind", "about_type", "about_id", "template")}
    later = QueuedUpload.objects.filter(pupil=OuterRef("pupil"), document__gt=OuterRef("document"), **same)
    went = DocumentWay.objects.filter(document=OuterRef("document")).exclude(way=DocumentWay.Way.PRINTED)
    earlier = QueuedUpload.objects.filter(
        Exists(later), ~Exists(went), school=school, state=QueuedUpload.State.TO_UPLOAD, drop=None, document__about_id__isnull=False,
        document__data__has_key="words",
    )  # fmt: skip
    ids = list(earlier.values_list("pk", flat=True))
    QueuedUpload.objects.filter(pk__in=ids).update(state=QueuedUpload.State.NOT_NEEDED, reason=REPLACED, changed_at=now)
    if ids:
        record("documents.queue.replaced", by=FILLER, now=now, school_id=school.pk, detail={"uploads": ids})


def mark_uploads(
    *, school: School, upload_ids: Iterable[int], state: str, reference: str = "", reason: str = "", by: Staff, now: datetime
) -> int:
    """Say what became of documents in the queue. How many changed. Raises BadInput for a state without the reason that it needs."""
    if state not in QueuedUpload.State.values:
        raise BadInput("Choose what became of them.")
    reason, reference = reason.strip()[:200], reference.strip()[:100]
    if state in _SAYS_WHY and not reason:
        raise BadInput("Say why: it failed, or is not needed, because …")
    with transaction.atomic():
        found = QueuedUpload.objects.select_for_update().filter(school=school, pk__in=list(upload_ids)).exclude(state=state)
        ids = list(found.values_list("pk", flat=True))
        again = {"drop": None} if state == QueuedUpload.State.TO_UPLOAD else {}
        QueuedUpload.objects.filter(pk__in=ids).update(
            state=state, changed_at=now, changed_by=by, reason=reason if state in _SAYS_WHY else "",
            reference=reference if state == QueuedUpload.State.UPLOADED else "", **again,
        )  # fmt: skip
        if ids:
            detail = {"state": state, "uploads": ids, "reference": reference}
            record("documents.queue.marked", by=by, now=now, school_id=school.pk, detail=detail)
    return len(ids)
