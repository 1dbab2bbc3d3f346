"""Whatever a form takes out is made, opened and read: tables, texts, ZIPs, PDFs, of a school in which each text is hostile (R22)."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import pytest
from pypdf import PdfReader, PdfWriter

from homevisits.documents.tests.hostile import REFUSED, pdf

from .crawl import Answer, read, signed_in
from .filling import taken_back
from .payloads import FORMULAS, PAYLOADS, running
from .taking import Sweep, Taking, Values, post, route_of
from .test_exports_and_redirects import formulas
from .texts import write_everywhere
from .world import World, pages

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.prove]
# The forms that answer with a file; the proof of all forms says when there is another one.
BY_FORM = frozenset(
    {
        "chronology_export",
        "system_zip",
        "upload_zip",
        "audit_take_out",
        "concern_copy",
        "incident_copy",
        "referral_copy",
        "visit_letter_print",
    }
)
ACTS = ("/JavaScript", "/JS", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/RichMedia", "/EmbeddedFile")


def files_in(name: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    """A file, or all that is in it when it is a ZIP."""
    if not body.startswith(b"PK"):
        yield name, body
        return
    with zipfile.ZipFile(io.BytesIO(body)) as pack:
        for each in pack.namelist():
            yield from files_in(each, pack.read(each))


def faults_of(name: str, body: bytes) -> list[str]:
    """What a file would do to whoever opens it."""
    place = PurePosixPath(name)
    found = [f"{name} is a way out of its folder"] if place.is_absolute() or ".." in place.parts or "\\" in name or ":" in name else []
    if name.endswith(".csv"):
        found += [f"{name}: {cell!r}" for cell in formulas(body.decode("utf-8", "ignore"))]
    if name.endswith((".html", ".htm", ".svg")):
        found += [f"{name}: {what}" for what in running(body.decode("utf-8", "ignore"))]
    if body.startswith(b"%PDF"):
        found += [f"{name}: {what}" for what in acts_of(body)]
    return found


def acts_of(paper: bytes) -> list[str]:
    """What a PDF does, and where it leads."""
    things = [repr(each) for each in PdfWriter(clone_from=PdfReader(io.BytesIO(paper)))._objects]
    acts = [act for act in ACTS for each in things if f"'{act}'" in each]
    acts += [act for act in ACTS if len(act) > 5 and act.encode() in paper]  # what nothing points to is left out of the things
    return acts + [each[:200] for each in things if "'/URI'" in each and "evil" in each]


@dataclass
class Taken:
    """Asks for each file in each of the forms that can be chosen, and reads it."""

    faults: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    routes: set[str] = field(default_factory=set)
    hostile: int = 0

    def __call__(self, taking: Taking) -> None:
        """Try one."""
        ways: list[Values] = [{}] + [
            {name: [each]} for name, given in taking.form.choices.items() if name not in taking.form.boxes for each in given if each
        ]
        for way in ways:
            with taken_back():
                answer = post(signed_in(taking.by), taking.to, taking.values | way)
                body = read(answer)
            if "Content-Disposition" in answer.headers:
                self.routes.add(route_of(taking.to))
                self._open(taking.to, Answer("", taking.to, answer.status_code, dict(answer.items()), body))

    def _open(self, to: str, answer: Answer) -> None:
        ending = {"text/csv": "a.csv", "application/pdf": "a.pdf", "text/html": "a.html"}.get(answer.kind, "a")
        for name, body in files_in(ending, answer.body):
            self.kinds[PurePosixPath(name).suffix or answer.kind] += 1
            self.hostile += body.count(b"formula") + body.count(b"pwned")
            self.faults += [f"{to}: {fault}" for fault in faults_of(name, body)]


def test_nothing_that_a_form_takes_out_runs(world: World) -> None:
    taken = Taken()
    asked = [route for route in pages() if route.name in BY_FORM]
    with taken_back():
        write_everywhere(lambda number: (FORMULAS + PAYLOADS)[number % len(FORMULAS + PAYLOADS)])
        Sweep(world, taken).run(asked, scenes=["as it is"])
    print(f"R22 by form: {sorted(taken.routes)} made {dict(taken.kinds)}, {taken.hostile} hostile texts in them, {len(taken.faults)} run")
    assert taken.faults == []
    assert taken.hostile > 10
    assert len(taken.routes) >= 5


def test_a_file_that_would_run_is_seen() -> None:
    assert faults_of("a.csv", b"name\n=1+1\n")
    assert faults_of("../a.txt", b"")
    assert not faults_of("a.pdf", pdf())
    assert all(faults_of("a.pdf", REFUSED[name]()) for name in REFUSED if name.startswith("a PDF with a script"))
    assert faults_of("a.html", b"<script>run()</script>")
