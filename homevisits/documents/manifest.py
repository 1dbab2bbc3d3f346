"""What lies beside documents that are handed over: which file is of which pupil, with its hash; names that every system takes."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from homevisits.common.clock import local_day
from homevisits.common.csvs import safe_cell

from .models import QueuedUpload

CSV_NAME, JSON_NAME = "manifest.csv", "manifest.json"
_HEAD = ("File", "UPN", "Pupil number", "Surname", "First name", "Title", "Kind", "Date", "SHA-256", "Size")


@dataclass(frozen=True)
class Line:
    """One file."""

    file: str
    upn: str
    mis_id: str
    surname: str
    first_name: str
    title: str
    kind: str
    date: str
    sha256: str
    size: int


def file_name(upload: QueuedUpload) -> str:
    """A name of letters, digits and hyphens: pupil, day, title, the number that makes it the only one."""
    pupil, document = upload.pupil, upload.document
    who = _plain(pupil.upn or pupil.mis_id) or f"pupil-{pupil.pk}"
    day: date = local_day(document.made_at)
    return f"{who[:20]}_{day.isoformat()}_{_plain(document.title)[:60] or 'document'}_{upload.pk}.pdf"


def line_of(upload: QueuedUpload) -> Line:
    """What the manifest says of one file."""
    pupil, document = upload.pupil, upload.document
    return Line(
        file=file_name(upload), upn=pupil.upn, mis_id=pupil.mis_id, surname=pupil.last_name, first_name=pupil.first_name,
        title=document.title, kind=document.kind, date=local_day(document.made_at).isoformat(), sha256=document.sha256, size=document.size,
    )  # fmt: skip


def as_csv(lines: Sequence[Line]) -> bytes:
    """The manifest for people, UTF-8 with the mark that makes Excel read it so; no cell is taken for a formula (R22)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_HEAD)
    writer.writerows([safe_cell(cell) for cell in asdict(line).values()] for line in lines)
    return ("\ufeff" + out.getvalue()).encode()


def as_json(lines: Sequence[Line], school: str, name: str) -> bytes:
    """The manifest for programs."""
    said = {"school": school, "name": name, "files": [asdict(line) for line in lines]}
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", folded).strip("-")
