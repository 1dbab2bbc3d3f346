"""The files of a concern, as a page and a paper name them."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from homevisits.documents.models import Attachment

from ..models import Concern

ABOUT = "concern"
# What is kept, in words; what it is of, its writer may have said.
HOLDS = {"jpeg": "Picture (JPEG)", "png": "Picture (PNG)", "pdf": "Document (PDF)"}
SHORT = 16  # signs of a checksum that tell two files apart on paper


@dataclass(frozen=True)
class FileLine:
    """A file with what names it: its own name and what its writer said of it, what it is, and the beginning of its SHA-256."""

    row: Attachment
    name: str
    kind: str
    sha256: str

    @property
    def words(self) -> str:
        """Name and kind in a line."""
        return f"{self.name}, {self.kind}"


def file_line(row: Attachment) -> FileLine:
    """How a file is named."""
    said, called = row.says.strip(), row.original_name.strip()
    name = f"{said} ({called})" if said and called and said != called else said or called or "File"
    return FileLine(row, name, HOLDS.get(row.holds, row.get_kind_display()), row.sha256[:SHORT])


def files_of(concern_ids: Collection[int]) -> QuerySet[Attachment]:
    """What was added to these concerns, withdrawn ones too, the oldest first."""
    found = Attachment.objects.filter(about_type=ABOUT, about_id__in=concern_ids)
    return found.select_related("added_by", "withdrawn_by").order_by("added_at", "pk")


def file_lines(concern: Concern) -> list[FileLine]:
    """The files of one concern."""
    return [file_line(row) for row in files_of([concern.pk])]
