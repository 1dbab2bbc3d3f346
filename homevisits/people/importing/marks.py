"""Files of marks, and a morning's register, to plain records. Writing them is attendance's business."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import date

from .. import upn as upns
from . import values
from .columns import guess_marks
from .faults import Fault
from .reading import Row, Table

_LONGEST_COMMENT = 200


@dataclass(frozen=True)
class MarkRecord:
    """One mark of one pupil (`pupil_id`: the row on file)."""

    pupil_id: int
    day: date
    session: str
    code: str
    minutes_late: int | None = None
    comment: str = ""


@dataclass
class MarksReading:
    """What a file of marks says."""

    marks: list[MarkRecord] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def missing(mapping: Mapping[str, str], *, register: bool) -> list[str]:
    """What a file lacks to be read, as sentences."""
    says = []
    if not {"upn", "mis_id"} & set(mapping):
        says.append("There is no column with the UPN or the number in the information system.")
    wanted = {"mark": "the mark"} if register else {"day": "the date", "session": "the session", "mark": "the mark"}
    return says + [f"There is no column with {words}." for name, words in wanted.items() if name not in mapping]


def read_marks(
    table: Table, pupils: Mapping[tuple[str, str], int], *, day: date | None = None, session: str | None = None,
    mapping: Mapping[str, str] | None = None, codes: Container[str] | None = None,
) -> MarksReading:  # fmt: skip
    """The marks of a file. `pupils` maps ("upn", …) and ("mis_id", …) to ids; `day` and `session` serve where a row says none;
    `codes` are those that exist.

    A row of an unknown pupil, an impossible date or no code is a fault; a pupil marked twice for a session keeps the first mark.
    A register's empty mark says nothing.
    """
    reading = MarksReading()
    columns = dict(mapping if mapping is not None else guess_marks(table.header))
    places = {name: table.header.index(column) for name, column in columns.items() if column in table.header}
    seen: dict[tuple[int, date, str], int] = {}
    parsed_days: dict[str, date] = {}

    def cell(row: Row, name: str) -> str:
        place = places.get(name)
        return row.cells[place] if place is not None and place < len(row.cells) else ""

    for row in table.rows:
        try:
            record = _mark(row, cell, pupils, parsed_days, day, session)
            if codes is not None and record.code not in codes:
                raise ValueError(f"“{record.code}” is not an attendance code.")
        except ValueError as error:
            reading.faults.append(Fault(table.name, row.line, str(error), row.cells))
            continue
        key = (record.pupil_id, record.day, record.session)
        if key in seen:
            says = f"The same pupil and session is already on line {seen[key]}."
            reading.faults.append(Fault(table.name, row.line, says, row.cells))
            continue
        seen[key] = row.line
        reading.marks.append(record)
    return reading


def _mark(
    row: Row,
    cell: Callable[[Row, str], str],
    pupils: Mapping[tuple[str, str], int],
    parsed_days: dict[str, date],
    day: date | None,
    session: str | None,
) -> MarkRecord:
    """One row; raises ValueError with the sentence."""
    pupil_id = pupils.get(("upn", upns.normalised(cell(row, "upn")))) or pupils.get(("mis_id", values.mis_id(cell(row, "mis_id"))))
    if pupil_id is None:
        raise ValueError(f"No pupil with the number {cell(row, 'upn') or cell(row, 'mis_id') or '(empty)'} is on file.")
    text = cell(row, "day")
    if text and text not in parsed_days:
        parsed_days[text] = values.day(text)
    on = parsed_days[text] if text else day
    half = values.session(cell(row, "session")) if cell(row, "session") else session
    if on is None or half is None:
        raise ValueError("The row says neither which day nor which session.")
    if not cell(row, "mark"):
        raise ValueError("The row has no mark.")
    late = cell(row, "minutes_late")
    if late and not late.isdigit():
        raise ValueError(f"“{late}” is not a number of minutes.")
    return MarkRecord(
        pupil_id, on, half, values.mark(cell(row, "mark")), int(late) if late else None, cell(row, "comment")[:_LONGEST_COMMENT]
    )
