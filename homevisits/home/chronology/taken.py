"""A chronology as it leaves the product: PDF, table, text to paste, and a ZIP of them with the list of what is in it (ALT-18, R22)."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string

from homevisits.common.clock import local_day
from homevisits.common.csvs import safe_cell
from homevisits.documents import manifest
from homevisits.documents.render import LIMIT, render_pdf
from homevisits.people.models import Pupil, Staff

from .drawn import timeline
from .entry import Entry, at_time, others_words

TEMPLATE = "home/chronology_pdf.html"
A_LINE = 0.15  # seconds for an entry on a busy machine
HEAD = ("Pupil", "UPN", "Happened", "Recorded", "Kind", "What", "In words", "By", "Source", "Also about", "Superseded")


@dataclass(frozen=True)
class Taken:
    """What is taken out, and what stands on it: of whom, by whom, for what, when, and what was left in."""

    pupil: Pupil
    entries: Sequence[Entry]
    names: Mapping[int, str]
    reader: Staff
    reason: str
    at: datetime
    limits: Sequence[str] = ()

    @property
    def name(self) -> str:
        """What its files are called: made by us, no name in it."""
        return f"chronology-{self.pupil.upn or f'pupil-{self.pupil.pk}'}-{local_day(self.at).isoformat()}"


def also_about(entry: Entry, names: Mapping[int, str], pupil_id: int) -> str:
    """Whom an entry of a pupil's chronology concerns too, or whom instead; others of other households by their number."""
    mine = pupil_id in entry.about
    others = [names[pk] for pk in entry.about if pk != pupil_id and pk in names]
    said = ", ".join(filter(None, [*others, others_words(entry.others)]))
    return f"{'Also about' if mine else 'About'} {said}".replace("about and", "about") if said else ""


def as_pdf(taken: Taken) -> bytes:
    """The PDF, tagged. Raises render.PdfUnavailable with a sentence."""
    rows = [
        (entry, at_time(entry.happened_at), at_time(entry.recorded_at), also_about(entry, taken.names, taken.pupil.pk))
        for entry in taken.entries
    ]
    context = {"taken": taken, "pupil": taken.pupil, "school": taken.pupil.school, "rows": rows, "drawn": timeline(taken.entries),
               "when": at_time(taken.at)}  # fmt: skip
    # Some sixty entries a second on two cores with nothing else to do: a long record takes longer than a letter.
    return render_pdf(render_to_string(TEMPLATE, context), limit=max(LIMIT, A_LINE * len(rows)))


def as_csv(rows: Iterable[tuple[Pupil, Entry]], names: Mapping[int, str]) -> bytes:
    """The table, UTF-8 with the mark that makes Excel read it so; no cell is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for pupil, entry in rows:
        cells = (
            str(pupil), pupil.upn, at_time(entry.happened_at), at_time(entry.recorded_at), entry.kind_words, entry.title, entry.says,
            entry.by, entry.origin, also_about(entry, names, pupil.pk), "Yes" if entry.superseded else "",
        )  # fmt: skip
        writer.writerow([safe_cell(cell) for cell in cells])
    return ("\ufeff" + out.getvalue()).encode()


def as_text(taken: Taken) -> str:
    """The whole as plain text, to be pasted into another system."""
    pupil = taken.pupil
    head = [
        f"Chronology of {pupil}", *_who(pupil), *taken.limits,
        f"Taken out by {taken.reader}, {at_time(taken.at)}. What it is for: {taken.reason}",
    ]  # fmt: skip
    return "\n\n".join(["\n".join(head), *(entry_text(entry, taken.names, taken.pupil.pk) for entry in taken.entries)])


def entry_text(entry: Entry, names: Mapping[int, str], pupil_id: int) -> str:
    """One entry as plain text: when, what, in whose words, from where."""
    lines = [at_time(entry.happened_at), f"{entry.kind_words}: {entry.title}" if entry.title != entry.kind_words else entry.title]
    lines += [entry.says] if entry.says else []
    lines += [f"Recorded {at_time(entry.recorded_at)}"] if entry.later else []
    lines += [f"By {entry.by}. Source: {entry.origin}." if entry.origin else f"By {entry.by}."]
    also = also_about(entry, names, pupil_id)
    return "\n".join([*lines, f"{also}."] if also else lines)


def as_zip(taken: Taken) -> bytes:
    """PDF, table and text in one file, with the list of them: UPN, file, checksum. Raises render.PdfUnavailable with a sentence."""
    files = {
        f"{taken.name}.pdf": as_pdf(taken), f"{taken.name}.csv": as_csv([(taken.pupil, entry) for entry in taken.entries], taken.names),
        f"{taken.name}.txt": as_text(taken).encode(),
    }  # fmt: skip
    lines = [line_of(taken.pupil, name, content, f"Chronology of {taken.pupil}", taken.at) for name, content in files.items()]
    return zipped(files, lines, taken.pupil.school.name, taken.name)


def line_of(pupil: Pupil, name: str, content: bytes, title: str, at: datetime) -> manifest.Line:
    """What the list says of one file."""
    return manifest.Line(
        file=name, upn=pupil.upn, mis_id=pupil.mis_id, surname=pupil.last_name, first_name=pupil.first_name, title=title, kind="chronology",
        date=local_day(at).isoformat(), sha256=hashlib.sha256(content).hexdigest(), size=len(content),
    )  # fmt: skip


def zipped(files: Mapping[str, bytes], lines: Sequence[manifest.Line], school: str, name: str) -> bytes:
    """Files with their list, for people and for programs, as one ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in files.items():
            archive.writestr(file, content)
        archive.writestr(manifest.CSV_NAME, manifest.as_csv(lines))
        archive.writestr(manifest.JSON_NAME, manifest.as_json(lines, school, name))
    return out.getvalue()


def _who(pupil: Pupil) -> list[str]:
    born = f"Born {pupil.date_of_birth.day} {pupil.date_of_birth:%B %Y}" if pupil.date_of_birth else ""
    upn = f"UPN {pupil.upn}" if pupil.upn else ""
    return [line for line in (", ".join(filter(None, [born, upn, pupil.class_name])), pupil.school.name) if line]
