"""The sheet as a PDF."""

from django.template.loader import render_to_string

from homevisits.documents.render import render_pdf

from .selectors.sheet import Sheet


def sheet_pdf(sheet: Sheet, now: object) -> bytes:
    """The sheet on paper. Raises documents.render.PdfUnavailable where PDFs cannot be made."""
    return render_pdf(render_to_string("attendance/sheet_pdf.html", {"sheet": sheet, "school": sheet.school, "now": now}))
