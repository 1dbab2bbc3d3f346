"""CSV files for people who open them in a spreadsheet (reliability.md, R22)."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

# What a spreadsheet takes for the beginning of a formula; where Japanese or Chinese is set, the full-width signs too.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
# Within a cell no spreadsheet reads a line so; a reader that breaks the cell at its lines would.
_LATER_LINE = re.compile(r"([\r\n])(?=[=+\-@\uff1d\uff0b\uff0d\uff20\t])")


def safe_cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula: a cell, or a line in it, that begins like a formula gets a quote in front."""
    text = _LATER_LINE.sub(r"\1'", "" if value is None else str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A file to download, UTF-8 with the mark that makes Excel read it so. `name` without its ending."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
