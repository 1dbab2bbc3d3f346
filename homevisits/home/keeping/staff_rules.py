"""How long records about staff are kept: by what came of them. Pure: plain values only.

Keeping children safe in education, part four: what is found malicious or false is removed from personnel records, unless the person
agrees to its being kept; all other allegations stay until normal pension age, or ten years from the allegation where that is longer. How
long low-level concerns stay is the school's to say; at least until the person leaves is recommended.
"""

from dataclasses import dataclass
from datetime import date

from .dates import years_after

TEN_YEARS = 10
REMOVED = ("false", "malicious")
UNTIL_PENSION = ("substantiated", "unsubstantiated", "unfounded")
LOW_LEVEL = "low_level"  # the kind under which a school says how many years after leaving it keeps them


@dataclass(frozen=True)
class Ends:
    """When a record has been kept long enough, and by which rule; `pension`: only once normal pension age is reached as well."""

    on: date | None
    rule: str
    pension: bool = False


def ends(*, outcome: str, alleged_on: date, closed_on: date | None, left_on: date | None, after_leaving: int = 0) -> Ends:
    """By which rule a record ends, and when; no day while it is open, or while somebody whom it is about still works here.

    `left_on`: when the last of those whom it is about left; for people without an account, the day it was closed.
    """
    if closed_on is None:
        return Ends(None, "It is open: kept until it is closed.")
    if outcome in REMOVED:
        return Ends(closed_on, "Found false or malicious: removed, unless the person agrees that it is kept.")
    if outcome in UNTIL_PENSION:
        words = "Until normal pension age, or ten years from the allegation where that is longer."
        return Ends(years_after(alleged_on, TEN_YEARS), words, pension=True)
    longer = f", and {after_leaving} years more as the school has set" if after_leaving else ""
    on = max(years_after(left_on, after_leaving), closed_on) if left_on else None
    return Ends(on, f"A low-level concern, or nothing: until the person has left{longer}.")
