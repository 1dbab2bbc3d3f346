"""Attendance codes of the 2024 regulations and their statistical class (domain.md; statutory set, England)."""

import re
from dataclasses import dataclass
from enum import StrEnum


class StatisticalClass(StrEnum):
    """What a code counts as."""

    PRESENT = "present"
    APPROVED_ACTIVITY = "approved educational activity"
    AUTHORISED = "authorised absence"
    UNAUTHORISED = "unauthorised absence"
    NOT_POSSIBLE = "not a possible attendance"
    ADMINISTRATIVE = "administrative"


@dataclass(frozen=True)
class AttendanceCode:
    """One code: what it means, what it counts as, whether a person may still choose it."""

    code: str
    label: str
    statistical_class: StatisticalClass
    choosable: bool = True


def _table() -> dict[str, AttendanceCode]:
    c = StatisticalClass
    rows: list[tuple[StatisticalClass, dict[str, str]]] = [
        (c.PRESENT, {"/": "Present, morning", "\\": "Present, afternoon", "L": "Late, before the register closed"}),
        (
            c.APPROVED_ACTIVITY,
            {"K": "Education arranged by the local authority", "V": "Educational visit", "P": "Sporting activity",
             "W": "Work experience", "B": "Other educational activity"},
        ),
        (
            c.AUTHORISED,
            {"C": "Leave, exceptional circumstances", "C1": "Regulated performance or employment abroad",
             "C2": "Part-time timetable", "E": "Suspended or excluded", "I": "Illness", "J1": "Interview",
             "M": "Medical or dental appointment", "R": "Religious observance", "S": "Study leave",
             "T": "Parent travelling for work"},
        ),
        (
            c.UNAUTHORISED,
            {"G": "Holiday not granted", "N": "Reason not yet established", "O": "Other or unknown",
            "U": "Arrived after the register closed"},
        ),
        (
            c.NOT_POSSIBLE,
            {"D": "Dual registered", "Q": "Access arrangements not made", "X": "Not of compulsory age",
             "Y1": "Transport not provided", "Y2": "Travel disruption", "Y3": "Part of the premises closed",
             "Y4": "Whole site closed", "Y5": "In custody", "Y6": "Public health advice", "Y7": "Other unavoidable cause"},
        ),
        (c.ADMINISTRATIVE, {"Z": "Not yet on roll", "#": "Planned closure"}),
    ]  # fmt: skip
    codes = {code: AttendanceCode(code, label, kind) for kind, labels in rows for code, label in labels.items()}
    # Ended in 2024: old marks carry them, nobody chooses them any more.
    for code, label, kind in (
        ("H", "Holiday granted", c.AUTHORISED),
        ("J", "Interview", c.AUTHORISED),
        ("Y", "Unable to attend", c.NOT_POSSIBLE),
    ):
        codes[code] = AttendanceCode(code, label, kind, choosable=False)
    return codes


CODES = _table()
NO_REASON_YET = "N"


def is_present(code: str) -> bool:
    """Whether the child is at school or where the school knows them to be: present, late or an approved activity."""
    return code == "U" or CODES[code].statistical_class in (StatisticalClass.PRESENT, StatisticalClass.APPROVED_ACTIVITY)


def explains(code: str) -> bool:
    """Whether a code in a register says why a pupil is away, so that nobody has to ask."""
    return code != NO_REASON_YET and code in CODES and not is_present(code)


def reason_codes() -> list[AttendanceCode]:
    """The codes that a reason from home may lead to, for choosing; the commonest first."""
    first = ["I", "M", "C", "E", "R", "T", "G", "O"]
    rest = sorted(code for code, row in CODES.items() if row.choosable and explains(code) and code not in first and code not in "Z#")
    return [CODES[code] for code in [*first, *rest]]


# What people write, and the code it suggests. Suggested, never entered by itself.
_WORDS = {
    "M": ("dentist", "doctor", "hospital", "appointment", "medical", "optician", "clinic", "orthodont", "gp ", "physio"),
    "I": (
        "ill", "sick", "poorly", "vomit", "throwing up", "temperature", "fever", "cold", "flu", "unwell", "headache", "migraine", "stomach",
        "tummy", "rash", "cough", "infection", "diarrh", "chickenpox", "chicken pox", "asthma", "toothache", "earache", "sore throat",
        "covid",
        "virus", "bug", "not well", "injur", "broken",
    ),
    "R": ("religious", "eid", "diwali", "yom kippur", "rosh hashanah", "vaisakhi", "faith"),
    "E": ("suspend", "exclu"),
    "G": ("holiday", "abroad", "flight"),
    "C": ("funeral", "bereave", "wedding", "leave granted", "died"),
    "T": ("traveller", "fairground"),
    "Y2": ("bus broke", "bus did not", "no bus", "train", "road closed", "snow", "flood"),
    "O": ("overslept", "slept in", "no reason", "refus", "will not come", "won't come", "wont come", "won’t come", "do not know",
    "don't know",
          "don’t know", "dont know"),
}  # fmt: skip


def suggested_code(reason: str) -> str:
    """The code that somebody's words suggest; empty when they suggest none, and then a person chooses.

    Whole words or their beginnings count: “still” does not suggest illness.
    """
    text = " " + re.sub(r"[^\w’']+", " ", reason.casefold()) + " "
    # What says that nothing is known goes before a word of illness in the same sentence.
    order = ["O", *(code for code in _WORDS if code != "O")]
    return next((code for code in order if any(f" {word}" in text for word in _WORDS[code])), "")
