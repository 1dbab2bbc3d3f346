"""Where things stand on a letter, read from the finished PDF: GOV.UK Notify's zones, and the window of a DL envelope.

Notify prints what it is given and reads the address from its place, so a letter is looked at before it is sent. Measures are its letter
specification's: A4, 10 pages and 2 MB at most, margins of 15 mm at the sides and 5 mm above and below, the address 24.6 mm from the left
and 39.5 mm from the top, 95.4 x 26.8 mm, three to seven lines with the postcode last. pdfminer gives the box of every line with its font's
ascent and descent; pypdf gives only where a line begins.
"""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

MM = 72 / 25.4  # points
PAGES, BYTES = 10, 2_000_000
WIDTH, HEIGHT = 210.0, 297.0
SIDES, ENDS = 15.0, 5.0
FEWEST, MOST = 3, 7
SLACK = 0.3  # mm: rounding, and what a font says of itself beyond its ink
POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-BD-HJLNP-UW-Z]{2}$")


@dataclass(frozen=True)
class Box:
    """A rectangle on a page, millimetres from its left and top edges; `words` of what is in it."""

    left: float
    top: float
    right: float
    bottom: float
    words: str = ""

    def meets(self, other: "Box") -> bool:
        """Whether the two have anything in common."""
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom

    def beyond(self, other: "Box") -> str:
        """On which side, and by how much, this one is out of `other`: `6 mm on the right`; empty when it is within."""
        out = {
            "on the left": other.left - self.left, "at the top": other.top - self.top, "on the right": self.right - other.right,
            "at the bottom": self.bottom - other.bottom,
        }  # fmt: skip
        side, much = max(out.items(), key=lambda each: each[1])
        return f"{much:.1f} mm {side}" if much > SLACK else ""


ADDRESS = Box(24.6, 39.5, 24.6 + 95.4, 39.5 + 26.8)
INK = Box(SIDES, ENDS, WIDTH - SIDES, HEIGHT - ENDS)
# What a standard DL window (35 x 90 mm, 20 mm from the left, 18 mm up) can show of a letter folded at 87 mm and 192 mm, wherever it slips
# in its envelope; and the part that it shows however it slips.
WINDOW = Box(10, 34, 110, 74)
ALWAYS = Box(20, 39, 100, 69)


def faults(pdf: bytes) -> list[str]:
    """What keeps this PDF from going by GOV.UK Notify: sentences that name what is out of its place. Empty when it can go."""
    found = [f"The letter is larger than 2 MB: {len(pdf) / 1e6:.1f} MB."] if len(pdf) > BYTES else []
    pages = read(pdf)
    if len(pages) > PAGES:
        found.append(f"The letter has {len(pages)} pages; {PAGES} are the most.")
    for number, (width, height, boxes) in enumerate(pages, 1):
        if abs(width - WIDTH) > 1 or abs(height - HEIGHT) > 1:
            found.append(f"Page {number} is not A4: {width:.0f} x {height:.0f} mm.")
        for box in boxes:
            if out := box.beyond(INK):
                found.append(f"On page {number} {_named(box)} runs into the margin, {out}.")
    return found + (_address_faults(pages[0][2]) if pages else ["The letter has no page."])


def window_faults(pdf: bytes) -> list[str]:
    """What keeps this PDF from a window envelope: an address that the window does not show, or something else that it would show."""
    found = []
    for box in read(pdf)[0][2]:
        in_block = box.meets(ADDRESS)
        if in_block and (out := box.beyond(ALWAYS)):
            found.append(f"The window may hide {_named(box)}, {out}.")
        elif not in_block and box.meets(WINDOW):
            found.append(f"The window would show {_named(box)}.")
    return found


def _address_faults(boxes: Iterable[Box]) -> list[str]:
    block = sorted((box for box in boxes if box.meets(ADDRESS)), key=lambda box: box.top)
    found = [
        f"{_named(box)[:1].upper()}{_named(box)[1:]} is out of the address block, {out}." for box in block if (out := box.beyond(ADDRESS))
    ]
    lines = [box.words for box in block if box.words]
    if not FEWEST <= len(lines) <= MOST:
        found.append(f"The address has {len(lines)} line{'' if len(lines) == 1 else 's'}; it needs {FEWEST} to {MOST}.")
    if lines and not POSTCODE.match(lines[-1].strip().upper()):
        found.append(f"The last line of the address is not a postcode: “{lines[-1][:40]}”.")
    return found


def _named(box: Box) -> str:
    return f"“{box.words[:40]}{'…' if len(box.words) > 40 else ''}”" if box.words else "a drawing"


def read(pdf: bytes) -> list[tuple[float, float, list[Box]]]:
    """Each page's width and height in millimetres, and the boxes of its lines of text and its drawings."""
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LAParams

    pages = extract_pages(io.BytesIO(pdf), laparams=LAParams(all_texts=True, boxes_flow=None))
    return [(page.width / MM, page.height / MM, list(_boxes(page, page.height))) for page in pages]


def _boxes(item: Any, height: float) -> Iterable[Box]:
    from pdfminer.layout import LTAnno, LTCurve, LTFigure, LTImage, LTTextLine

    for each in item:
        if isinstance(each, LTTextLine):
            words = " ".join(each.get_text().split())
            inked = [letter for letter in each if not isinstance(letter, LTAnno) and letter.get_text().strip()]
            if words and inked:
                yield _box(inked, height, words)
        elif isinstance(each, LTCurve | LTImage):
            yield _box([each], height)
        elif isinstance(each, LTFigure) or hasattr(each, "__iter__"):
            yield from _boxes(each, height)


def _box(items: list[Any], height: float, words: str = "") -> Box:
    left, right = min(each.x0 for each in items), max(each.x1 for each in items)
    top, bottom = height - max(each.y1 for each in items), height - min(each.y0 for each in items)
    return Box(left / MM, top / MM, right / MM, bottom / MM, words)
