"""A pack: PDFs, files and a list of all of them with their hashes, in one ZIP. The same contents make the same bytes."""

import csv
import hashlib
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string

from homevisits.common.csvs import safe_cell
from homevisits.documents import blobs
from homevisits.documents.models import Attachment
from homevisits.documents.render import render_pdf
from homevisits.documents.services import attachments
from homevisits.documents.store import Altered, path_of
from safeguarding.views.concern_desk import SIDES

MOST_LETTERS = 60_000  # of one PDF: some twenty pages; more is made as a second one, so that none takes too long
_DAY = (2020, 1, 1, 0, 0, 0)  # of the files inside, so that equal packs are equal


@dataclass(frozen=True)
class Part:
    """One file of a pack."""

    name: str
    title: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Its hash, hex."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Line:
    """One record as it is printed: a number, its title and day in words, its lines as pieces, the file that lies beside."""

    number: int
    title: object
    on: str
    facts: Sequence[tuple[object, object]]
    file: str = ""
    missing: str = ""  # why its file is not there
    marks: Sequence[object] = ()  # of a drawing of the body

    @property
    def letters(self) -> int:
        """How long it is."""
        return 80 + sum(len(str(label)) + len(str(text)) + 10 for label, text in self.facts)


def printed(template: str, lines: Sequence[Line], context: dict[str, object], *, name: str, title: str, draft: bool = False) -> list[Part]:
    """The records as PDFs, the first with the contents of all. Raises render.PdfUnavailable."""
    groups = list(_groups(lines))
    made = []
    for place, group in enumerate(groups, 1):
        said = {**context, "sides": SIDES, "lines": group, "all_lines": lines if place == 1 else [], "place": place, "places": len(groups)}
        made.append(
            Part(
                f"{name}-{place}.pdf", f"{title}, part {place} of {len(groups)}", render_pdf(render_to_string(template, said), draft=draft)
            )
        )
    return made


def _groups(lines: Sequence[Line]) -> Iterable[list[Line]]:
    group: list[Line] = []
    length = 0
    for line in lines:
        if group and length + line.letters > MOST_LETTERS:
            yield group
            group, length = [], 0
        group.append(line)
        length += line.letters
    if group or not lines:
        yield group


def as_zip(parts: Sequence[Part], *, about: dict[str, object], missing: Sequence[tuple[str, str]] = ()) -> bytes:
    """The files with `manifest.csv` for people and `manifest.json` for programs: name, title, size and SHA-256 of each.

    `missing` are the titles of files that could not be put there, each with the reason: both lists say so.
    """
    lines = listed(parts)
    not_here = [{"title": title, "because": why} for title, why in missing]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        said = [(part.name, part.content) for part in parts]
        said += [
            ("manifest.csv", _csv(lines, missing)),
            ("manifest.json", json.dumps({**about, "files": lines, "not_in_this_pack": not_here}, ensure_ascii=False, indent=1).encode()),
        ]
        for name, content in said:
            archive.writestr(zipfile.ZipInfo(name, _DAY), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def listed(parts: Sequence[Part]) -> list[dict[str, object]]:
    """What the list says of each file."""
    return [{"file": part.name, "title": part.title, "size": len(part.content), "sha256": part.sha256} for part in parts]


def keep_bytes(content: bytes) -> str:
    """Lay bytes down under MEDIA_ROOT by their hash, which is answered."""
    digest = hashlib.sha256(content).hexdigest()
    blobs.write(path_of(digest), content)
    return digest


def kept_bytes(digest: str) -> bytes:
    """The bytes with this hash. Raises store.Altered where they are gone or not what was kept."""
    try:
        content = path_of(digest).read_bytes()
    except OSError as error:
        raise Altered("The file is not there.") from error
    return _checked(content, digest)


def _checked(content: bytes, digest: str) -> bytes:
    if hashlib.sha256(content).hexdigest() != digest:
        raise Altered("The file is not what was kept.")
    return content


def file_bytes(digest: str) -> bytes:
    """The bytes of a paper or of a file that staff added, by their hash. Raises store.Altered where they are gone or not what was kept."""
    added = attachments.path_of(digest, Attachment.Scan.CLEAN)
    return _checked(added.read_bytes(), digest) if added.exists() and not path_of(digest).exists() else kept_bytes(digest)


@dataclass(frozen=True)
class Beside:
    """The files that lie beside the records of a pack, and of those that could not be put there the title and the reason, by number."""

    parts: dict[int, Part]
    missing: dict[int, tuple[str, str]]


def beside(files: Iterable[tuple[int, str, str, str]]) -> Beside:
    """Read the files of a pack: (the record's number, the name in the pack, its title, its hash)."""
    parts: dict[int, Part] = {}
    missing: dict[int, tuple[str, str]] = {}
    for number, name, title, digest in files:
        try:
            parts[number] = Part(name, title, file_bytes(digest))
        except Altered as why:
            missing[number] = (title, str(why))
    return Beside(parts, missing)


def plain(text: str, most: int = 50) -> str:
    """Letters, digits and hyphens, for names of files that every system takes; `file` where nothing is left."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", folded).strip("-")[:most].strip("-") or "file"


def _csv(lines: Sequence[dict[str, object]], missing: Sequence[tuple[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("File", "Title", "Size", "SHA-256"))
    writer.writerows([safe_cell(cell) for cell in line.values()] for line in lines)
    writer.writerows([safe_cell(cell) for cell in ("Not in this pack", title, "", why)] for title, why in missing)
    return ("\ufeff" + out.getvalue()).encode()
