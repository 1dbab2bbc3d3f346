"""What was wrong with which row, in a sentence; and the CSV in which the rows come back to be corrected."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from homevisits.common.csvs import safe_cell

LINE, WHAT = "Line", "What is wrong"


@dataclass(frozen=True)
class Fault:
    """A row that was not loaded, or (`kept`) that was loaded without the part that could not be read."""

    file: str
    line: int
    says: str
    row: tuple[str, ...] = ()
    kept: bool = False


def to_csv(header: Sequence[str], faults: Iterable[tuple[int, str, Sequence[str]]]) -> str:
    """The faulty rows of one file (line, sentence, cells) under their own header, so that the corrected file can be imported.

    Two columns at the end say the line and what is wrong; the import knows them and does not take the file for the whole roll.
    """
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow([safe_cell(name) for name in header] + [LINE, WHAT])
    for line, says, row in faults:
        cells = [safe_cell(cell) for cell in row[: len(header)]]
        writer.writerow(cells + [""] * (len(header) - len(cells)) + [str(line), safe_cell(says)])
    return sheet.getvalue()
