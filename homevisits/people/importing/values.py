"""One cell to one value. Each function raises ValueError with the sentence for the user; an empty cell is the caller's business."""

import re
from datetime import date, datetime

from homevisits.common import phone

from ..models import PupilFlag

_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-BD-HJLNP-UW-Z]{2}$")
_DATES = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%d-%b-%Y", "%d %B %Y", "%Y/%m/%d", "%d/%m/%y", "%Y%m%d")
_TITLES = {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "rev", "reverend", "sir", "dame", "lady", "lord", "imam", "rabbi"}
_YES = {"yes", "y", "true", "t", "1", "x", "ja"}
_NO = {"no", "n", "false", "f", "0", "-", "none", "n/a", "na"}
_FORBIDS = re.compile(
    r"court|(do|must|may|should) ?n[o']t (be )?(contact|call|text|phone|ring|visit|collect)|no contact|non[- ]?molestation"
    r"|restrain|injunction|restricted|prohibited|not to be contacted|don.t contact",
    re.IGNORECASE,
)
# What a column called Status says of most pupils in some exports.
_ON_ROLL = {"on roll", "enrolled", "current", "active", "single registration", "current - single registration at this school", "main"}
_FLAGS = (
    (re.compile(r"child protection|\bcpp?\b", re.IGNORECASE), PupilFlag.Kind.CHILD_PROTECTION_PLAN),
    (re.compile(r"in need|\bcin\b", re.IGNORECASE), PupilFlag.Kind.CHILD_IN_NEED),
    (re.compile(r"looked[ -]?after|\blac\b|\bcla\b|in care", re.IGNORECASE), PupilFlag.Kind.LOOKED_AFTER),
    (re.compile(r"missing", re.IGNORECASE), PupilFlag.Kind.MISSING_BEFORE),
)


def squeezed(text: str) -> str:
    """Without spaces at the ends or doubled inside."""
    return " ".join(text.split())


def day(text: str) -> date:
    """A date as British systems and ISO write it; a time behind it is dropped."""
    cleaned = re.sub(r"[T ]\d{1,2}:\d{2}.*$", "", squeezed(text))
    for pattern in _DATES:
        try:
            return datetime.strptime(cleaned, pattern).date()  # noqa: DTZ007 - a calendar day has no time zone
        except ValueError:
            continue
    raise ValueError(f"“{text}” is not a date of the calendar.")


def birthday(text: str, today: date) -> date:
    """A date of birth of somebody at school: not to come, and not more than 25 years ago."""
    born = day(text)
    if not today.year - 25 <= born.year or born > today:
        raise ValueError(f"“{text}” cannot be a pupil’s date of birth.")
    return born


def postcode(text: str) -> str:
    """With capitals and its space: `CR0 4XG`."""
    packed = re.sub(r"\s", "", text).upper()
    if not _POSTCODE.match(packed):
        raise ValueError(f"“{text}” is not a postcode.")
    return f"{packed[:-3]} {packed[-3:]}"


def year_group(text: str) -> str:
    """`Year 1` is `1`, `Reception` is `R`, `Nursery` is `N`; another word stays as it is."""
    said = squeezed(text)
    low = said.casefold()
    if low in ("r", "rec", "reception", "yr", "year r", "0", "year 0", "y0"):
        return "R"
    if low.startswith(("nursery", "n1", "n2", "pre")) or low in ("n", "year n"):
        return "N"
    number = re.fullmatch(r"(?:year|yr|y)?\.?\s*0*(\d{1,2})", low)
    if number and 1 <= int(number[1]) <= 14:
        return number[1]
    if len(said) > 12:
        raise ValueError(f"“{text}” is not a year group.")
    return said


def yes_no(text: str) -> bool | None:
    """Yes, no, or None for a word that is neither."""
    low = text.strip().casefold()
    return True if low in _YES else False if low in _NO else None


def telephone(text: str) -> str:
    """E.164, however it was written: spaces, hyphens, brackets, with or without +44, and without the zero that a spreadsheet ate."""
    cleaned = re.sub(r"(ext|x)\.?\s*\d+$", "", text.strip(), flags=re.IGNORECASE)
    cleaned = re.sub(r"^\(?\+44\)?\s*\(0\)", "+44", cleaned)
    if re.fullmatch(r"[1-37]\d{9}", re.sub(r"\D", "", cleaned)) and not cleaned.startswith("+"):
        cleaned = "0" + re.sub(r"\D", "", cleaned)
    return phone.e164(cleaned)


def title_and_name(text: str) -> tuple[str, str]:
    """`Mrs Marek Scott` is (`Mrs`, `Marek Scott`); a name without a title keeps it empty."""
    said = squeezed(text)
    if "," in said:  # Scott, Marek
        last, _, first = said.partition(",")
        said = squeezed(f"{first} {last}")
    first, _, rest = said.partition(" ")
    if rest and first.rstrip(".").casefold() in _TITLES:
        return first.rstrip("."), rest
    return "", said


def forbids_contact(note: str) -> bool:
    """Whether a free note forbids to contact the person it stands on."""
    return bool(_FORBIDS.search(note))


def flags(text: str) -> set[PupilFlag.Kind]:
    """The flags that a safeguarding column names. A word that is no flag of ours raises, so that nothing is lost in silence."""
    if yes_no(text) is False or text.strip().casefold() in _ON_ROLL:
        return set()
    found = {kind for pattern, kind in _FLAGS if pattern.search(text)}
    if not found:
        raise ValueError(f"“{text}” is not a flag that is known here.")
    return found


def language(text: str) -> str:
    """The language to use, empty for English."""
    said = squeezed(text)
    return "" if said.casefold() in ("english", "eng", "en") else said[:40]


def mis_id(text: str) -> str:
    """The number in the information system, without leading zeros, so that a spreadsheet cannot make it another."""
    said = squeezed(text)
    return said.lstrip("0") or said


def mark(text: str) -> str:
    """An attendance code: capitals; the two strokes stay."""
    said = text.strip().upper()
    if not re.fullmatch(r"[A-Z#/\\-][A-Z0-9]?", said):
        raise ValueError(f"“{text}” is not an attendance code.")
    return said


def session(text: str) -> str:
    """`AM` or `PM`."""
    low = text.strip().casefold().replace(".", "")
    if low in ("am", "a", "morning", "1"):
        return "AM"
    if low in ("pm", "p", "afternoon", "2"):
        return "PM"
    raise ValueError(f"“{text}” is neither AM nor PM.")
