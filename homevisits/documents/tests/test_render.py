"""PDFs: tagged, named, in English, and made without fetching anything (R21)."""

import base64
import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pypdf import PdfReader

from homevisits.documents import render
from homevisits.documents.render import BASE, NotOurs, PdfUnavailable, TooSlow, render_pdf, static_file

SECRET = "TOP-SECRET-CANARY"


class Listener(BaseHTTPRequestHandler):
    """Counts what reaches it; one path redirects to a file."""

    hits: list[str] = []

    def do_GET(self) -> None:
        self.hits.append(self.path)
        self.send_response(302 if self.path.startswith("/redirect") else 200)
        self.send_header("Location", "file:///etc/passwd")
        self.send_header("Content-Type", "text/css")
        self.end_headers()
        self.wfile.write(b"body { color: red }")

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def listener() -> Iterator[str]:
    """The address of a server that must not be asked for anything."""
    Listener.hits = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def _pango() -> None:
    """Skip where PDFs cannot be made."""
    try:
        import weasyprint  # noqa: F401
    except OSError as error:
        pytest.skip(f"Pango is missing: {error}")


def page(body: str, head: str = "") -> str:
    return f'<!DOCTYPE html><html lang="en-GB"><head><title>Our policy</title>{head}</head><body>{body}</body></html>'


@pytest.mark.usefixtures("_pango")
def test_a_pdf_is_tagged_and_has_its_title_and_language() -> None:
    pdf = render_pdf(page("<h1>Our policy</h1><p>Words.</p>"))
    assert pdf.startswith(b"%PDF-")
    for part in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang (en-GB)", b"Our policy"):
        assert part in _plain(pdf), part


def _plain(pdf: bytes) -> bytes:
    """The PDF with its compressed parts opened."""
    import re
    import zlib

    found = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            found.append(stream)
    return b"\n".join(found)


@pytest.mark.usefixtures("_pango")
def test_a_pdf_fetches_nothing_and_embeds_nothing(listener: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    svg = tmp_path / "picture.svg"
    svg.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{listener}/from-svg"/></svg>')
    tries = [
        f'<img src="{listener}/image.png">',
        f'<img src="{listener}/redirect.png">',
        f'<img src="//{listener.removeprefix("http://")}/no-scheme.png">',
        f'<img src="{svg.as_uri()}">',
        f'<img src="data:image/svg+xml,<svg xmlns=%27http://www.w3.org/2000/svg%27><image href=%27{listener}/in-data%27/></svg>">',
        f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{listener}/inline"/><use href="{svg.as_uri()}#a"/></svg>',
        f'<object data="{secret.as_uri()}"></object><embed src="{listener}/embed">',
        f'<a rel="attachment" href="{secret.as_uri()}">attached</a>',
        f'<p style="background: url({listener}/style)">x</p>',
        f'<img src="{BASE}/static/../{secret}"><img src="/static/%2e%2e/%2e%2e/{secret}">',
        "<iframe src='file:///etc/passwd'></iframe>",
        f'<svg xmlns="http://www.w3.org/2000/svg"><style>@import url({listener}/svg.css);</style><rect fill="url({listener}/fill)"/></svg>',
        f'<img src="data:text/html,<img src={listener}/in-html>"><img src="data:image/jpeg;base64,/9j/4AAQSkZJRgABAQ">',
        f'<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><img srcset="{listener}/set.png 2x" src="jar:{secret.as_uri()}">',
        f'<img src="data:image/svg+xml;base64,{base64.b64encode(svg.read_bytes()).decode()}">',
        f'<input type="image" src="{listener}/input"><video poster="{listener}/poster"></video><img src="\\\\127.0.0.1\\share">',
    ]
    head = (
        f'<link rel="stylesheet" href="{listener}/sheet.css"><link rel="attachment" href="{secret.as_uri()}">'
        f"<style>@import url({listener}/import.css); @font-face {{ font-family: x; src: url({listener}/font.woff) }} "
        f"p {{ font-family: x; content: url({secret.as_uri()}) }} li {{ list-style: url({listener}/bullet) }} "
        f"@import '{secret.as_uri()}'; @import url(data:text/css,@import%20url({listener}/nested)); "
        f"@page {{ background: url({listener}/page); @top-left {{ content: url({svg.as_uri()}) }} }} "
        f"p::before {{ content: attr(x url, url({listener}/attr)) image-set('{listener}/set' 1x) }}</style>"
    )
    pdf = _plain(render_pdf(page("".join(tries), head)))
    assert Listener.hits == []
    for leak in (SECRET.encode(), b"root:x:", b"/EmbeddedFile", b"/Subtype /Image"):
        assert leak not in pdf, leak


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/static/css/look.css",
        f"{BASE}:80/static/css/look.css",
        f"{BASE}/media/x.png",
        f"{BASE}/static/../manage.py",
        f"{BASE}/static/%2e%2e/manage.py",
        f"{BASE}/static//etc/passwd",
        f"{BASE}/static/",
        "ftp://project.invalid/static/x.css",
        "data:text/css,p{}",
    ],
)
def test_only_our_own_static_files_are_read(url: str) -> None:
    with pytest.raises(NotOurs):
        static_file(url)


def test_our_own_static_file_is_found() -> None:
    assert static_file(f"{BASE}/static/documents/document.css").name == "document.css"


@pytest.mark.usefixtures("_pango")
def test_a_picture_within_the_page_is_drawn_and_only_a_png() -> None:
    png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    assert b"/Subtype /Image" in _plain(render_pdf(page(f'<img alt="A dot" src="data:image/png;base64,{png}">')))


@pytest.mark.usefixtures("_pango")
def test_a_document_that_takes_too_long_is_given_up_and_the_next_one_is_made() -> None:
    endless = "<table>" + "<tr><td>" * 30_000
    with pytest.raises(TooSlow, match="to make and was given up"):
        render_pdf(page(endless), limit=0.2)
    assert render_pdf(page("<p>Short.</p>")).startswith(b"%PDF-")


@pytest.mark.usefixtures("_pango")
def test_a_process_that_was_killed_or_is_used_up_gives_way_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = render._Pool()
    monkeypatch.setattr(render, "_POOL", pool)
    monkeypatch.setattr(render, "DOCUMENTS", 2)
    render_pdf(page("one"))
    first = pool._idle.queue[-1]
    assert first is not None
    first._process.kill()
    first._process.wait()
    with pytest.raises(PdfUnavailable, match="could not be made"):
        render_pdf(page("two"))
    for words in ("three", "four", "five"):
        assert words in _words(render_pdf(page(words)))
    last = pool._idle.queue[-1]
    assert last is not None
    assert last.made == 1, "two documents each"
    last.end()


def _words(pdf: bytes) -> str:
    return "\n".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.usefixtures("_pango")
def test_a_draft_says_so_on_every_page_and_a_final_one_nowhere() -> None:
    long = page("<h1>Letter</h1>" + "<p>Words of a letter.</p>" * 80)
    drafted = PdfReader(io.BytesIO(render_pdf(long, draft=True)))
    assert [each.extract_text().count("DRAFT") for each in drafted.pages] == [1] * len(drafted.pages)
    assert len(drafted.pages) > 1
    assert "DRAFT" not in _words(render_pdf(long))


@pytest.mark.usefixtures("_pango")
def test_every_font_is_embedded() -> None:
    reader = PdfReader(io.BytesIO(render_pdf(page("<p>Ada, <b>Zoë</b>, محمد, שרה, Łukasz</p>"), draft=True)))
    fonts = [font.get_object() for each in reader.pages for font in each["/Resources"]["/Font"].values()]  # type: ignore[index]
    below = [font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font for font in fonts]
    assert fonts
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"].get_object()) for font in below)


@pytest.mark.usefixtures("_pango")
def test_what_cannot_be_made_is_said_and_harms_nobody_else() -> None:
    with pytest.raises(RuntimeError, match="could not be made"):
        render._POOL.ask(b'{"html": 7, "draft": false, "prefix": "/static/", "roots": []}', 30)
    assert render_pdf(page("x"))
