"""A pupil's file: every document and every attachment that this person may see, from whatever it belongs to."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Prefetch

from homevisits.common.clock import local_day
from homevisits.documents.models import Attachment, Document, DocumentWay
from homevisits.documents.selectors import attachments_of_pupil, documents_of_pupil
from homevisits.people.matrix import allows
from homevisits.people.models import Pupil, School, Staff
from visits.models import HomeVisit
from visits.rules.attachments import open_blocks
from visits.selectors.access import visible
from visits.selectors.attachments import ABOUT as VISIT
from visits.services.papers import PAPERS

EVERYBODYS = "see_pupils"  # the act of whoever opens pupils' files; any other keeps a document apart
WITHDRAWN, ATTACHED = "withdrawn", "attached"
STATES = (
    (Document.State.FINAL.value, "Final"),
    (Document.State.DRAFT.value, "Draft"),
    (ATTACHED, "Added by staff"),
    (WITHDRAWN, "Withdrawn"),
)
NO_WAY = "none"
WAYS = (*((value, label) for value, label in DocumentWay.Way.choices), (NO_WAY, "Went nowhere"))


@dataclass(frozen=True)
class Entry:
    """One line of the file. `document` or `attachment` is what it stands for; `apart`: kept from those who only see pupils."""

    title: str
    kind: str
    kind_words: str
    at: datetime
    by: str
    by_id: int | None
    state: str
    document: Document | None = None
    attachment: Attachment | None = None
    opens: bool = True
    apart: bool = False
    note: str = ""
    ways: tuple[DocumentWay, ...] = ()
    visit_id: int | None = None


@dataclass(frozen=True)
class Search:
    """What to show of a file; empty shows everything."""

    kind: str = ""
    state: str = ""
    way: str = ""
    by_id: int | None = None
    from_day: date | None = None
    to_day: date | None = None

    def takes(self, entry: Entry) -> bool:
        """Whether a line is what is looked for."""
        day = local_day(entry.at)
        gone = {way.way for way in entry.ways} or {NO_WAY}
        return (
            (not self.kind or entry.kind == self.kind)
            and (not self.state or entry.state == self.state)
            and (not self.way or self.way in gone)
            and (self.by_id is None or entry.by_id == self.by_id)
            and (self.from_day is None or day >= self.from_day)
            and (self.to_day is None or day <= self.to_day)
        )


@dataclass
class PupilFile:
    """The lines that are shown, and what there is to choose from."""

    shown: list[Entry]
    apart: list[Entry]
    total: int
    kinds: list[tuple[str, str]] = field(default_factory=list)
    people: list[tuple[int, str]] = field(default_factory=list)


def file_of(pupil: Pupil, person: Staff, roles: Collection[str], search: Search) -> PupilFile:
    """The file of a pupil as this person may see it, the newest first, what is kept apart in a list of its own."""
    entries = sorted(_entries(pupil, person, roles), key=lambda entry: entry.at, reverse=True)
    found = [entry for entry in entries if search.takes(entry)]
    return PupilFile(
        shown=[entry for entry in found if not entry.apart],
        apart=[entry for entry in found if entry.apart],
        total=len(entries),
        kinds=sorted({(entry.kind, entry.kind_words) for entry in entries}, key=lambda pair: pair[1]),
        people=sorted({(entry.by_id, entry.by) for entry in entries if entry.by_id}, key=lambda pair: pair[1]),
    )


def forms_of(pupil: Pupil, person: Staff, roles: Collection[str]) -> list[HomeVisit]:
    """The visits whose home visit form this person reads: its copies for the file and the officer are made from the visit (MAT-31)."""
    if not allows(PAPERS["file_copy"].act, roles):
        return []
    made = visible(pupil.school, person, roles).filter(visit_pupils__pupil=pupil, departed_at__isnull=False, drill=False)
    return list(made.order_by("-departed_at", "-pk"))


def document_in_file(pupil: Pupil, document_id: int, person: Staff, roles: Collection[str]) -> Document | None:
    """One document of the file, None where it is not in what this person may see of it."""
    row = documents_of_pupil(pupil, roles).filter(pk=document_id).first()
    return row if row is not None and _may(pupil.school, person, roles, {row})(row.about_type, row.about_id) else None


def _entries(pupil: Pupil, person: Staff, roles: Collection[str]) -> Iterator[Entry]:
    ways = Prefetch("ways", DocumentWay.objects.order_by("happened_at", "pk"))
    documents = list(documents_of_pupil(pupil, roles).select_related("made_by").prefetch_related(ways))
    attachments = list(attachments_of_pupil(pupil))
    may = _may(pupil.school, person, roles, [*documents, *attachments])
    yield from (_of_document(row) for row in documents if may(row.about_type, row.about_id))
    yield from (_of_attachment(row, roles) for row in attachments if may(row.about_type, row.about_id))


class _may:
    """Whether what a row belongs to is this person's to see: a visit's papers are for those who may see the visit."""

    def __init__(self, school: School, person: Staff, roles: Collection[str], rows: Collection[Document | Attachment]) -> None:
        asked = [row.about_id for row in rows if row.about_type == VISIT and row.about_id]
        self.visits = set(visible(school, person, roles).filter(pk__in=asked).values_list("pk", flat=True)) if asked else set()

    def __call__(self, about_type: str, about_id: int | None) -> bool:
        return about_type != VISIT or about_id in self.visits


def _of_document(row: Document) -> Entry:
    by = row.made_by.name if row.made_by else "The product"
    return Entry(
        title=row.title, kind=row.kind, kind_words=_words(row.kind), at=row.made_at, by=by, by_id=row.made_by_id, state=row.state,
        document=row, apart=row.act != EVERYBODYS, ways=tuple(row.ways.all()), visit_id=row.about_id if row.about_type == VISIT else None,
    )  # fmt: skip


def _of_attachment(row: Attachment, roles: Collection[str]) -> Entry:
    note = f"Withdrawn by {row.withdrawn_by}: {row.withdrawn_because}" if row.withdrawn_at else ""
    return Entry(
        title=row.says or row.get_kind_display(), kind=row.kind, kind_words=row.get_kind_display(), at=row.added_at, by=row.added_by.name,
        by_id=row.added_by_id, state=WITHDRAWN if row.withdrawn_at else ATTACHED, attachment=row, opens=not open_blocks(row, roles),
        note=note, visit_id=row.about_id if row.about_type == VISIT else None,
    )  # fmt: skip


def _words(kind: str) -> str:
    return kind.replace("_", " ").replace("-", " ").capitalize()
