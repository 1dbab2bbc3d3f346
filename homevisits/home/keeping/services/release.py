"""What is given to whoever asked: blacked out for good, listed, hashed, kept as it was sent."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.clock import local_day
from homevisits.common.errors import Block, refuse_if
from homevisits.people.models import AccessItem, AccessRequest, Staff

from ..facts import Facts, in_words
from ..held import KINDS
from ..held_safeguarding import marks_of
from ..pack import Beside, Line, Part, as_zip, beside, keep_bytes, kept_bytes, plain, printed
from ..redact import pieces, redacted
from .access import still_open
from .in_the_clear import in_the_clear

Decision, State = AccessItem.Decision, AccessRequest.State
GIVEN = (Decision.GIVE, Decision.REDACT)
TEMPLATE = "home/keeping/access_pdf.html"
EXTENSION = {"pdf": "pdf", "jpeg": "jpg", "png": "png"}


@dataclass(frozen=True)
class Given:
    """One record as it is given: the words that are blacked out are in none of it."""

    number: int
    title: str
    on: str
    facts: Facts
    file: str
    file_missing: str


def release_blocks(request: AccessRequest) -> list[Block]:
    """Why the pack cannot be released now. Only for the eyes of the safeguarding team: it counts what is kept apart."""
    blocks = []
    if request.state != State.REVIEW:
        return [Block("There is nothing to release: it is not collected, or answered already.")]
    waiting = request.items.filter(decision=Decision.TO_LOOK).count()
    if waiting:
        blocks.append(Block(f"Records that nobody has looked at yet: {waiting}."))
    if request.apart_done_at is None:
        blocks.append(Block("The safeguarding team has not said that its part is finished."))
    return blocks


def given_of(request: AccessRequest) -> list[AccessItem]:
    """The items that are given, kind by kind in order of time."""
    order = list(KINDS)
    items = request.items.filter(decision__in=GIVEN).order_by("on", "pk")
    return sorted(items, key=lambda item: order.index(item.kind))


def preview(request: AccessRequest) -> list[Part]:
    """The PDFs as they would be released, marked as a draft; nothing is kept. Raises render.PdfUnavailable."""
    items = given_of(request)
    return _printed(request, items, _files(items), draft=True)


def release(*, request: AccessRequest, sent_to: str, sent_how: str, clear_agreed: bool = False, by: Staff, now: datetime) -> AccessRequest:
    """Make the pack, keep it, and say to whom it goes; raises Blocked, render.PdfUnavailable.

    `clear_agreed`: somebody has looked at what is blacked out in one record and can be read in another, and it is meant.
    """
    items = given_of(request)
    if not clear_agreed and in_the_clear(items):
        refuse_if([Block("Words that are blacked out in one record can be read in another. Look at them, and confirm that it is meant.")])
    content = pack_of(request, items, now)
    with transaction.atomic():
        row = still_open(request)
        refuse_if(release_blocks(row))
        if _state_of(given_of(row)) != _state_of(items):
            refuse_if([Block("Somebody has changed what is given meanwhile. Look at it and release it again.")])
        row.sha256, row.size = keep_bytes(content), len(content)
        row.state, row.released_at, row.released_by, row.sent_to, row.sent_how = State.RELEASED, now, by, sent_to, sent_how
        row.save()
        _forget_what_was_kept_back(row)
        record(
            "home.access.released", by=by, now=now, school_id=row.school_id, object_type="AccessRequest", object_id=row.pk,
            detail={"sha256": row.sha256, "size": row.size, "given": len(items)},
        )  # fmt: skip
    return row


def pack_read(*, request: AccessRequest, by: Staff, now: datetime) -> bytes:
    """The pack as it was released; that it was taken is audited. Raises store.Altered."""
    content = kept_bytes(request.sha256)
    with transaction.atomic():
        record(
            "home.access.pack_read", by=by, now=now, school_id=request.school_id, object_type="AccessRequest", object_id=request.pk,
            detail={"sha256": request.sha256},
        )  # fmt: skip
    return content


def pack_of(request: AccessRequest, items: Sequence[AccessItem], now: datetime) -> bytes:
    """The ZIP: PDFs to read, the same as JSON, files, and the list with hashes."""
    files = _files(items)
    said = [_given(number, item, files) for number, item in enumerate(items, 1)]
    data = {"about": str(request.pupil), "school": request.school.name, "records": [vars(one) for one in said]}
    copy = Part("records.json", "The same records for a program", json.dumps(data, ensure_ascii=False, indent=1).encode())
    about: dict[str, object] = {"school": request.school.name, "made": local_day(now).isoformat(), "request": str(request.public_id)}
    return as_zip([*_printed(request, items, files), copy, *files.parts.values()], about=about, missing=list(files.missing.values()))


def _files(items: Sequence[AccessItem]) -> Beside:
    """The files that are given. One that is not there, or not as it was kept, stops no pack: the pack says that it is missing."""
    return beside(
        (number, _file_name(number, item), redacted(item.title, item.blacked), item.file)
        for number, item in enumerate(items, 1)
        if item.file and item.decision == Decision.GIVE
    )


def _printed(request: AccessRequest, items: Sequence[AccessItem], files: Beside, *, draft: bool = False) -> list[Part]:
    lines = [
        Line(
            number=number, title=pieces(item.title, item.blacked), on=in_words(item.on),
            file=_file_in(files, number), missing=_missing(files, number, item), marks=marks_of(item.source, item.source_id),
            facts=[(pieces(label, item.blacked), pieces(text, item.blacked)) for label, text in item.facts],
        )
        for number, item in enumerate(items, 1)
    ]  # fmt: skip
    context: dict[str, object] = {"request_row": request, "pupil": request.pupil, "school": request.school}
    return printed(TEMPLATE, lines, context, name="records", title="What is held", draft=draft)


def _given(number: int, item: AccessItem, files: Beside) -> Given:
    facts = [[redacted(label, item.blacked), redacted(text, item.blacked)] for label, text in item.facts]
    return Given(
        number, redacted(item.title, item.blacked), in_words(item.on), facts, _file_in(files, number), _missing(files, number, item)
    )


def _file_name(number: int, item: AccessItem) -> str:
    return f"{number:03d}-{plain(redacted(item.title, item.blacked))}.{EXTENSION.get(item.holds, 'pdf')}"


def _file_in(files: Beside, number: int) -> str:
    """The name of a record's file in the pack; empty where none lies there."""
    return files.parts[number].name if number in files.parts else ""


def _missing(files: Beside, number: int, item: AccessItem) -> str:
    """Why the file of a record does not lie in the pack; empty where it does, or where there is none."""
    if number in files.missing:
        return files.missing[number][1]
    return "The school gives the words around it only." if item.file and item.decision != Decision.GIVE else ""


def _state_of(items: Sequence[AccessItem]) -> list[tuple[object, ...]]:
    return [(item.pk, item.decision, tuple(item.blacked)) for item in items]


def _forget_what_was_kept_back(row: AccessRequest) -> None:
    """Of the collected copy only what was given stays: the rest is where it came from, and needs no second place."""
    for item in row.items.all():
        kept = item.decision in GIVEN
        item.title = redacted(item.title, item.blacked) if kept else "Withheld"
        item.facts = [[redacted(label, item.blacked), redacted(text, item.blacked)] for label, text in item.facts] if kept else []
        item.others, item.blacked, item.file = [], [], item.file if item.decision == Decision.GIVE else ""
        item.save(update_fields=["title", "facts", "others", "blacked", "file"])
