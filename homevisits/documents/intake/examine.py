"""One file: its kind, its bounds, cleaned."""

from dataclasses import dataclass

from . import images, pdfs
from .errors import NotTaken
from .kinds import MAX_BYTES, Kind, kind_of

__all__ = ["Cleaned", "NotTaken", "examine"]
_ONLY = "Only photographs (JPEG, PNG or HEIC) and PDFs are taken."


@dataclass(frozen=True)
class Cleaned:
    """A file as it is kept. `kind` is jpeg, png or pdf; `was` what came. `pages` of a PDF, else the size in pixels."""

    kind: Kind
    was: Kind
    content: bytes
    pages: int = 0
    width: int = 0
    height: int = 0


def examine(content: bytes) -> Cleaned:
    """The file cleaned: pictures made anew without metadata, PDFs as they came when nothing in them acts. Raises NotTaken."""
    if not content:
        raise NotTaken("The file is empty.")
    if len(content) > MAX_BYTES:
        raise NotTaken(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Take the photograph at a smaller size, or split the PDF.")
    kind = kind_of(content)
    if kind is None:
        raise NotTaken(f"{_ONLY} Photograph a paper, or save a document as a PDF first.")
    if kind is Kind.PDF:
        return Cleaned(kind, kind, content, pages=pdfs.check(content))
    made, picture = images.made_anew(content, kind)
    return Cleaned(made, kind, picture.content, width=picture.width, height=picture.height)
