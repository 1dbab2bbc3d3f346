"""S9: what the process that makes PDFs, its limit and its tags cost a letter."""

from collections.abc import Iterable

from django.template.loader import render_to_string

from homevisits.common import clock
from homevisits.documents import child
from homevisits.documents.render import render_pdf, roots
from homevisits.people.models import School

from .figures import Figure, interleaved

RUNS = 15


def one_letter() -> Iterable[Figure]:
    """A letter as families get it, against the library alone on the same HTML in this process: no limit, no tags."""
    school = School(name="Bench S9", slug="bench-s9", created_at=clock.now())
    said = {
        "language": "en-GB", "date": "24 November 2026", "children": "Ada", "dear": "Ms Example", "day": "Tuesday 24 November 2026",
        "to": ["Ms Example", "12 Example Street", "Exampleton", "EX1 1AA"], "by": "8:45", "policy": "https://school.example/policy/",
        "school": {"name": school.name, "address": "1 School Lane, Exampleton", "phone": "01632 960000", "email": "office@example.org"},
    }  # fmt: skip
    html = render_to_string("letters/protocol_letter.html", {"said": said, "school": school})
    render_pdf(html)  # the process starts, and both sides know their fonts
    _bare(html)
    took = interleaved({"ours": (_nothing, lambda: render_pdf(html)), "bare": (_nothing, lambda: _bare(html))}, runs=RUNS)
    ratio = took["ours"] / took["bare"]
    yield Figure("S9", "one letter / bare WeasyPrint of the same HTML", ratio, "x", "at most 1.3", ratio <= 1.3)
    yield Figure("S9", "one letter", took["ours"] * 1000, "ms", "", None)


def _nothing() -> None:
    """There is nothing to prepare."""


def _bare(html: str) -> bytes:
    """The library alone. The addresses of static files are found as the child finds them: without its fetcher there would be no styles."""
    from weasyprint import HTML

    pdf: bytes = HTML(string=html, base_url=child.BASE + "/", url_fetcher=child.closed_fetcher("/static/", roots())).write_pdf()
    return pdf
