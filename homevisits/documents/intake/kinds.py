"""The kinds of file that are taken, told by their first bytes; names and declared types are not believed."""

from enum import StrEnum

MAX_BYTES = 15 * 1024 * 1024
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"hevx"}


class Kind(StrEnum):
    """What a file is."""

    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"
    PDF = "pdf"


def kind_of(content: bytes) -> Kind | None:
    """What the first bytes say; None for everything that is not taken. PDFs begin at the first byte, not somewhere in the file."""
    if content.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if content.startswith(b"%PDF-"):
        return Kind.PDF
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return Kind.HEIC
    return None
