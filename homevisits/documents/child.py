"""The process that makes PDFs. It reads no file but static ones of the project, knows no database, and can be killed.

Run as a program it answers requests on its standard input until that closes: its parent's end is its own. It imports nothing of ours.
"""

import json
import mimetypes
import os
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

# Static files have no host: a document names them below this base, and nothing else resolves.
BASE = "https://project.invalid"
TYPES = {".css", ".svg", ".png", ".jpg", ".jpeg", ".woff", ".woff2", ".ttf", ".otf"}
HEAD = struct.Struct("!cQ")  # what kind of part, how many bytes
READY, REQUEST, PDF, NO_PANGO, FAULT = b"r", b"q", b"p", b"m", b"f"
# Lies behind the words of every page of a draft; said aloud too, for it is in the text.
DRAFT = """
body::before { content: "DRAFT"; position: fixed; top: 95mm; left: 0; right: 0; z-index: -1; text-align: center; font-size: 100pt;
  font-weight: 700; letter-spacing: 8pt; line-height: 1; color: #e3e8ec; transform: rotate(-35deg); }
"""


class NotOurs(ValueError):
    """An address that a document must not reach."""


def file_of(url: str, prefix: str, roots: Sequence[Path]) -> Path:
    """The static file below one of `roots` that `url` names. Raises NotOurs for any other address, however it is spelt."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    if f"{parts.scheme}://{parts.netloc}" != BASE or not path.startswith(prefix) or "\x00" in path:
        raise NotOurs(f"A document may not fetch {url[:200]}")
    name = path.removeprefix(prefix)
    for root in roots:
        file = (root / name).resolve()
        if file.is_relative_to(root.resolve()) and file.is_file() and file.suffix.lower() in TYPES:
            return file
    raise NotOurs(f"{url[:200]} is no static file of this project")


def make(html: str, *, draft: bool, prefix: str, roots: Sequence[Path]) -> bytes:
    """`html` as PDF/UA, in this process and without a limit; for the child, and for measuring. Raises OSError where Pango is missing."""
    from weasyprint import CSS, HTML

    document = HTML(string=html, base_url=BASE + "/", url_fetcher=closed_fetcher(prefix, roots), media_type="print")
    pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1", stylesheets=[CSS(string=DRAFT)] if draft else None)
    return pdf


def closed_fetcher(prefix: str, roots: Sequence[Path]) -> Any:
    """WeasyPrint's fetcher, closed: no protocol of its own is allowed, redirects are not followed, our files are handed over."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:image/png;base64,"):
                return super().fetch(url, headers)
            file = file_of(url, prefix, roots)
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": kind})

    return OwnFiles(timeout=1, allowed_protocols=["data"], allow_redirects=False, fail_on_errors=False)


def send(to: BinaryIO, kind: bytes, body: bytes = b"") -> None:
    """Write one part. Raises OSError when nobody reads."""
    to.write(HEAD.pack(kind, len(body)) + body)
    to.flush()


def receive(source: BinaryIO) -> tuple[bytes, bytes]:
    """Read one part. Raises EOFError when the other side has gone."""
    head = source.read(HEAD.size)
    if len(head) < HEAD.size:
        raise EOFError
    kind, size = HEAD.unpack(head)
    body = source.read(size)
    if len(body) < size:
        raise EOFError
    return kind, body


def serve(source: BinaryIO, to: BinaryIO) -> None:
    """Answer requests, one after another, until the parent has gone."""
    try:
        import weasyprint  # noqa: F401
    except (OSError, ImportError):
        return send(to, NO_PANGO)
    send(to, READY)
    while True:
        try:
            asked = json.loads(receive(source)[1])
        except EOFError:
            return None
        try:
            roots = [Path(root) for root in asked["roots"]]
            answer = PDF, make(asked["html"], draft=asked["draft"], prefix=asked["prefix"], roots=roots)
        except Exception as error:
            answer = FAULT, f"{type(error).__name__}: {error}".encode()
        send(to, *answer)


if __name__ == "__main__":
    # What a library prints must not get among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        serve(sys.stdin.buffer, answers)
    except OSError:
        sys.exit(0)
