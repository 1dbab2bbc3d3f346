"""Handing bytes out: as a file to keep, never as a page of this site."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

TYPES = {"jpeg": "image/jpeg", "png": "image/png", "pdf": "application/pdf", "zip": "application/zip"}


def hand_out(content: bytes, kind: str, name: str) -> HttpResponse:
    """An answer that a browser saves: its own type, no guessing, no scripts, no copy left. `name` is one that we made;
    a line break in it, or whatever else cannot be seen, would end the header, and is left out.

    An `<img>` of ours shows a picture all the same; opened by itself it is saved.
    """
    answer = HttpResponse(content, content_type=TYPES[kind])
    answer["Content-Disposition"] = content_disposition_header(True, "".join(one for one in name if one.isprintable())) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
