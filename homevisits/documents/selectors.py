"""Finding documents: those that belong to something, and those about a pupil."""

from collections.abc import Collection

from django.db.models import Count, Q, QuerySet

from homevisits.people.matrix import ACTS, allows
from homevisits.people.models import Pupil, School

from .models import Attachment, Document, QueuedUpload, UploadDrop


def documents_about(school: School, about_type: str, about_id: int) -> QuerySet[Document]:
    """The documents that belong to one row of an app above, the newest first. Whether the reader may see them, that app says."""
    return Document.objects.filter(school=school, about_type=about_type, about_id=about_id).order_by("-made_at", "-pk")


def documents_of_pupil(pupil: Pupil, roles: Collection[str]) -> QuerySet[Document]:
    """The documents about a pupil that somebody with these roles may open, drafts too, the newest first."""
    acts = [act for act in ACTS if allows(act, roles)]
    return Document.objects.filter(school=pupil.school_id, pupils=pupil, act__in=acts).order_by("-made_at", "-pk")


def find_document(school: School, document_id: int, roles: Collection[str]) -> Document | None:
    """One document of a school that somebody with these roles may open; None where there is none for them."""
    row = Document.objects.filter(school=school, pk=document_id).first()
    return row if row is not None and row.act in ACTS and allows(row.act, roles) else None


def attachments_about(school: School, about_type: str, about_id: int) -> QuerySet[Attachment]:
    """All that was added to one row of an app above, withdrawn ones too, the oldest first."""
    found = Attachment.objects.filter(school=school, about_type=about_type, about_id=about_id)
    return found.select_related("added_by", "withdrawn_by").prefetch_related("pupils").order_by("added_at", "pk")


def attachments_to_scan(limit: int = 20) -> list[Attachment]:
    """Files that wait for the virus scanner, the oldest first."""
    return list(Attachment.objects.filter(scan=Attachment.Scan.WAITING).select_related("school").order_by("pk")[:limit])


def attachments_of_pupil(pupil: Pupil) -> QuerySet[Attachment]:
    """What was added to a pupil's file, withdrawn ones too, the newest first. Whether the reader may see them, the app above says."""
    found = Attachment.objects.filter(school=pupil.school_id, pupils=pupil)
    return found.select_related("added_by", "withdrawn_by").order_by("-added_at", "-pk")


def queue_of(school: School, state: str = "") -> QuerySet[QueuedUpload]:
    """What is queued for the information system, the oldest first; what is done with, the newest first."""
    found = QueuedUpload.objects.filter(school=school).select_related("document", "pupil", "changed_by", "drop")
    order = ("queued_at", "pk") if state == QueuedUpload.State.TO_UPLOAD else ("-changed_at", "-pk")
    return (found.filter(state=state) if state else found).order_by(*order)


def queue_counts(school: School) -> dict[str, int]:
    """How many stand in each state, those with none too."""
    found = dict(QueuedUpload.objects.filter(school=school).order_by().values_list("state").annotate(number=Count("pk")))
    return {state: found.get(state, 0) for state in QueuedUpload.State.values}


def drops_of(school: School, limit: int = 10) -> QuerySet[UploadDrop]:
    """The last drops, the newest first, each with how many documents it holds and how many of them still wait."""
    waits = Count("uploads", filter=Q(uploads__state=QueuedUpload.State.TO_UPLOAD))
    found = UploadDrop.objects.filter(school=school).annotate(number=Count("uploads"), waits=waits).select_related("made_by")
    return found.order_by("-pk")[:limit]


def drop_of(school: School, drop_id: int) -> UploadDrop | None:
    """One drop of a school; None where it is another's."""
    return UploadDrop.objects.filter(school=school, pk=drop_id).select_related("school").first()


def schools_that_wait() -> list[School]:
    """Schools with documents to lay down, or with a drop that was cut off."""
    waiting = QueuedUpload.objects.filter(state=QueuedUpload.State.TO_UPLOAD, drop=None).values("school")
    cut_off = UploadDrop.objects.filter(way=UploadDrop.Way.FOLDER, finished_at=None).values("school")
    return list(School.objects.filter(Q(pk__in=waiting) | Q(pk__in=cut_off)).order_by("pk"))
