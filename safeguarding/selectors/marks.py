"""Marks on the body of a concern: which are in force, who withdrew or added which, and how they are said in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..body import PARTS
from ..models import Concern, ConcernAmendment, ConcernMark


@dataclass(frozen=True)
class Marked:
    """A mark with its number, which it keeps; the amendment that added it, and the one since which it counts no more."""

    number: int
    mark: ConcernMark
    words: str
    added: ConcernAmendment | None = None
    gone: ConcernAmendment | None = None


def marks_of(concern: Concern, amendments: Iterable[ConcernAmendment]) -> list[Marked]:
    """All marks of a concern in the order in which they were made. No query where marks and amendments come with theirs."""
    added: dict[int, ConcernAmendment] = {}
    gone: dict[int, ConcernAmendment] = {}
    for one in amendments:
        added |= {mark.pk: one for mark in one.marks_added.all()}
        gone |= {mark.pk: one for mark in one.marks_gone.all()}
    rows = sorted(concern.marks.all(), key=lambda mark: mark.pk)
    return [Marked(number, row, part_words(row), added.get(row.pk), gone.get(row.pk)) for number, row in enumerate(rows, 1)]


def counted_at(marks: Sequence[Marked], amendment: ConcernAmendment | None) -> list[Marked]:
    """Those that counted once this amendment was made; None: those that were made with the concern itself."""
    if amendment is None:
        return [one for one in marks if one.added is None]
    then = (amendment.at, amendment.pk)
    return [
        one
        for one in marks
        if (one.added is None or (one.added.at, one.added.pk) <= then) and (one.gone is None or (one.gone.at, one.gone.pk) > then)
    ]


def part_words(mark: ConcernMark) -> str:
    """The part of the body, as people say it."""
    part = PARTS.get(mark.part)
    return part.words if part else mark.part


def mark_words(mark: ConcernMark) -> str:
    """A mark as a line: “Left cheek (front): red, as large as a coin”."""
    return f"{part_words(mark)} ({mark.get_side_display().lower()})" + (f": {mark.says}" if mark.says else "")
