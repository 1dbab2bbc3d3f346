"""Finding documents: those that belong to something, and those about a pupil."""

from collections.abc import Collection

from django.db.models import QuerySet

from homevisits.people.matrix import ACTS, allows
from homevisits.people.models import Pupil, School

from .models import Attachment, Document


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
