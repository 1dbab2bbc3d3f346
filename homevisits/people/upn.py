"""Unique pupil numbers: a check letter, authority (3), establishment (4), year (2) and serial (3).

A temporary number ends in a letter instead of the serial's last digit. python-stdnum would refuse the authority codes of synthetic data
and temporary numbers; the check letter is what tells a typing error (domain.md, Data in and out).
"""

import re

_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_SHAPE = re.compile(rf"[{_LETTERS}]\d{{11}}[\d{_LETTERS}]$")


def check_letter(rest: str) -> str:
    """The letter that goes before these twelve characters: each one's value times its position (2 to 13), modulo 23."""
    values = (int(char) if char.isdigit() else _LETTERS.index(char) for char in rest)
    return _LETTERS[sum(value * place for place, value in enumerate(values, start=2)) % 23]


def normalised(text: str) -> str:
    """As it is stored: capitals, without spaces."""
    return re.sub(r"\s", "", text).upper()


def fault_of(upn: str) -> str | None:
    """What is wrong with a normalised number, as a sentence; None when it is right or empty."""
    if not upn:
        return None
    if not _SHAPE.match(upn):
        return f"“{upn}” is not a UPN: a UPN is a letter and twelve digits, a temporary one ends in a letter."
    right = check_letter(upn[1:])
    if upn[0] != right:
        return f"The UPN {upn} has the wrong check letter: with these digits it would begin with {right}."
    return None
