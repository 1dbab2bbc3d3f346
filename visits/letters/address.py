"""The address on a letter: three to seven lines that fit the window of an envelope, the postcode last. Pure."""

import re
import textwrap
from collections.abc import Sequence

# GOV.UK Notify reads three to seven lines (its letter specification). A DL window shows 75 mm of each, wherever the paper slips.
MOST, FEWEST = 7, 3
WIDE, WIDER = 44, 53  # characters that 75 mm hold of 9 pt and of 7.6 pt, capitals among them
POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][0-9A-Z]?)\s*([0-9][A-BD-HJLNP-UW-Z]{2})\s*$", re.IGNORECASE)


def postcode_in(text: str) -> tuple[str, str]:
    """A text without the postcode at its end, and the postcode as it is written: `SW1A 1AA`; empty where there is none."""
    found = POSTCODE.search(text.strip())
    if not found:
        return text.strip(), ""
    return text.strip()[: found.start()].rstrip(" ,\n"), f"{found[1]} {found[2]}".upper()


def lines(name: str, address: str, postcode: str) -> list[str]:
    """The lines of an address block: the name, the address, the postcode last; seven at most.

    Long lines go on in the next one; where there are too many, short ones share a line, and then the letters are smaller. What still has
    no room is left for the check of the finished letter to say.
    """
    rest, own = postcode_in(address)
    home = [part.strip(" ,") for part in rest.splitlines() if part.strip(" ,")]
    last = [own or postcode.strip().upper()] if own or postcode.strip() else []
    above = MOST - len(last)
    whole = _wrapped([name, *home], WIDE)
    found = whole if len(whole) <= above else _wrapped([name], WIDE) + _joined(home, WIDE)
    return (found if len(found) <= above else _wrapped([name], WIDER) + _joined(home, WIDER)) + last


def is_small(block: Sequence[str]) -> bool:
    """Whether an address needs the smaller letters."""
    return any(len(line) > WIDE for line in block)


def _wrapped(parts: Sequence[str], wide: int) -> list[str]:
    return [line for part in parts for line in textwrap.wrap(part, wide, break_long_words=True)]


def _joined(parts: Sequence[str], wide: int) -> list[str]:
    """The parts in as few lines as they need, in order, each line as full as it may be."""
    found: list[str] = []
    for part in _wrapped(parts, wide):
        if found and len(found[-1]) + len(part) + 2 <= wide:
            found[-1] += f", {part}"
        else:
            found.append(part)
    return found
