"""Bytes of an export to rows of cells, whatever spreadsheet or system wrote them."""

import csv
import hashlib
import io
import re
from dataclasses import dataclass

from homevisits.common.errors import BadInput

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 250_000
# A cell that is far too long is a fault of its row and must not stop the others.
csv.field_size_limit(MAX_BYTES)
_SEPARATORS = (",", ";", "\t")
# More line breaks than any address has: a quotation mark that never closes has swallowed the rows after it.
_MOST_BREAKS_IN_A_CELL = 12
# A cell that we wrote with a quote in front, so that a spreadsheet does not take it for a formula.
_DEFUSED = re.compile(r"^'(?=[=+\-@\uff1d\uff0b\uff0d\uff20\t\r])")
# Marks that turn the direction of what follows: a name that holds one would be read, and printed, as another.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Row:
    """One row and the line of the file on which it begins (1 is the header's)."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A file as it was read. `short` rows keep their length, so that they can be reported."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def key(self) -> str:
        """What finds the saved columns of files with this header again."""
        return header_key(self.header)


def header_key(header: tuple[str, ...]) -> str:
    """SHA-256, hex, of the column names without their case and spacing."""
    said = "\n".join(" ".join(name.split()).casefold() for name in header)
    return hashlib.sha256(said.encode()).hexdigest()


def read_table(name: str, data: bytes) -> Table:
    """The rows of a CSV file: UTF-8 with or without a mark, UTF-16 or Windows-1252; comma, semicolon or tab; quoted line breaks.

    Raises BadInput with a sentence for a file that is no such text, is too large, or has no rows.
    """
    text = _TURNS.sub("", _decoded(name, data))
    separator, text, skipped = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header: tuple[str, ...] = ()
    rows: list[Row] = []
    line = 1
    try:
        for cells in reader:
            begins, line = line + skipped, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if any(cell.count("\n") > _MOST_BREAKS_IN_A_CELL for cell in cells):
                raise BadInput(f"{name}: a quotation mark that opens on line {begins} is never closed.")
            if not header:
                header = tuple(cell.strip() for cell in cells)
                continue
            rows.append(Row(begins, tuple(_DEFUSED.sub("", cell).strip() for cell in cells)))
            if len(rows) > MAX_ROWS:
                raise BadInput(f"{name} has more than {MAX_ROWS:,} rows.")
    except csv.Error as error:
        raise BadInput(f"{name}: line {line + skipped} cannot be read as a row of cells.") from error
    if len(header) < 2:
        raise BadInput(f"{name} has no header row with columns. Export it as CSV, with the names of the columns in the first row.")
    if not rows:
        raise BadInput(f"{name} has a header but no rows.")
    return Table(name, header, tuple(rows))


def _decoded(name: str, data: bytes) -> str:
    """The file as text. Judged by its content: the name's ending proves nothing."""
    if not data.strip():
        raise BadInput(f"{name} is empty.")
    if len(data) > MAX_BYTES:
        raise BadInput(f"{name} is larger than {MAX_BYTES // 1024 // 1024} MB.")
    if data[:4] == b"PK\x03\x04" or data[:4] == b"\xd0\xcf\x11\xe0":
        raise BadInput(f"{name} is a workbook. Open it in the spreadsheet program and save it as CSV.")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data or data[:5] == b"%PDF-":
        raise BadInput(f"{name} is not a text file. Export it as CSV.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # The five bytes that Windows-1252 leaves undefined become the replacement sign.
        return data.decode("cp1252", errors="replace")


def _separator(text: str) -> tuple[str, str, int]:
    """The separator, the text that follows Excel's own `sep=;` line if there is one, and how many lines that took away."""
    told = re.match(r"sep=(.)\r?\n", text)
    if told:
        return told.group(1), text[told.end() :], 1
    first = re.sub(r'"[^"]*"', "", text[:20_000].lstrip("\r\n").split("\n", 1)[0])
    return max(_SEPARATORS, key=first.count), text, 0
