"""Finished PDFs put together for the printer. The kept documents stay as they are."""

import io
from collections.abc import Sequence
from typing import BinaryIO

A4 = (595.276, 841.89)  # points
PLACES = ((0.0, 0.5), (0.5, 0.5), (0.0, 0.0), (0.5, 0.0))  # of four A6 cards on a sheet, read like a page


def put_together(papers: Sequence[bytes], cards: Sequence[bytes], out: BinaryIO) -> None:
    """Write the papers one after another, then the A6 cards four to an A4 sheet, to be cut in the middle."""
    from pypdf import PdfReader, PdfWriter, Transformation

    writer = PdfWriter()
    for paper in papers:
        writer.append(io.BytesIO(paper), import_outline=False)
    for number, card in enumerate(cards):
        if number % len(PLACES) == 0:
            sheet = writer.add_blank_page(*A4)
        across, up = PLACES[number % len(PLACES)]
        place = Transformation().translate(across * A4[0], up * A4[1])
        sheet.merge_transformed_page(PdfReader(io.BytesIO(card)).pages[0], place)
    writer.add_metadata({"/Title": "Papers for the round"})
    writer.write(out)
