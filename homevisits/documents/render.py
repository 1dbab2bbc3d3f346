"""HTML to PDF. Nothing is fetched: the renderer reads the project's own static files and no other address (reliability R21)."""

import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings


class PdfUnavailable(Exception):
    """The PDF cannot be made on this machine; the message is the sentence for the user."""


class NotOurs(ValueError):
    """An address that a document must not reach."""


MISSING = (
    "PDFs cannot be made on this server: the Pango library is missing. Install it "
    "(on Debian and Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0) and try again."
)
_TYPES = {".css", ".svg", ".png", ".jpg", ".jpeg", ".woff", ".woff2", ".ttf", ".otf"}
# Static files have no host: a document names them below this base, and nothing else resolves.
BASE = "https://project.invalid"


def static_file(url: str) -> Path:
    """The project's own static file that `url` names. Raises NotOurs for any other address, however it is spelt."""
    parts = urlsplit(url)
    prefix = settings.STATIC_URL
    path = unquote(parts.path)
    if f"{parts.scheme}://{parts.netloc}" != BASE or not path.startswith(prefix) or "\x00" in path:
        raise NotOurs(f"A document may not fetch {url[:200]}")
    name = path.removeprefix(prefix)
    for root in _roots():
        file = (root / name).resolve()
        if file.is_relative_to(root.resolve()) and file.is_file() and file.suffix.lower() in _TYPES:
            return file
    raise NotOurs(f"{url[:200]} is no static file of this project")


def _roots() -> list[Path]:
    """Where static files stand: in the source first, then where they were collected."""
    return [*(Path(folder) for folder in settings.STATICFILES_DIRS), Path(settings.STATIC_ROOT)]


def render_pdf(html: str) -> bytes:
    """`html` as a tagged, accessible PDF (PDF/UA) with the language and the title that its `<html lang>` and `<title>` give.

    Addresses are resolved below `BASE`; only the project's own static files are read, anything else is left out of the document.
    Raises PdfUnavailable with a sentence where Pango is missing.
    """
    try:
        from weasyprint import HTML
    except (OSError, ImportError) as error:
        raise PdfUnavailable(MISSING) from error
    document = HTML(string=html, base_url=BASE + "/", url_fetcher=_fetcher(), media_type="print")
    pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return pdf


def _fetcher() -> Any:
    """WeasyPrint's fetcher, closed: no protocol of its own is allowed, redirects are not followed, our files are handed over."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:image/png;base64,"):
                return super().fetch(url, headers)
            file = static_file(url)
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": kind})

    return OwnFiles(timeout=1, allowed_protocols=["data"], allow_redirects=False, fail_on_errors=False)
