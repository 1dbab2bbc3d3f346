"""Answers as they are kept: each kind of question has one plain form, checked with a sentence for whoever typed it."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from homevisits.common.errors import BadInput

from .definition import NONE, SEVERAL, Definition, Question

TEXT = 300
LONG_TEXT = 5000
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
_DAY = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")
# Control characters but for the line break and the tab, halves of characters, marks that turn the text around them: no keyboard types
# them, databases refuse some, and a reader would be misled by others. The marks that a script from right to left needs stay.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def clean_value(question: Question, given: object) -> str | list[str]:
    """An answer in the form in which it is kept; empty (`""` or `[]`) is an answer that says nothing.

    text, long_text: stripped words. choice, yes_no: a code. choices, prompts: codes in the order of the question. number: `3`, `2.5`.
    date: `2026-11-24`. Raises BadInput with a sentence that names the question.
    """
    if question.kind in SEVERAL:
        return _several(question, given)
    if isinstance(given, list | tuple) and len(given) < 2:
        given = given[0] if given else ""
    if given is None or isinstance(given, bool | dict | list | tuple):
        if given is None:
            return ""
        raise BadInput(f"{_name(question)}: this is no answer")
    text = _CONTROL.sub("", str(given).replace("\r\n", "\n").replace("\r", "\n")).strip()
    return _CHECKS[question.kind](question, text) if text else ""


def clean_values(definition: Definition, given: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """The answers of `given` that the questionnaire asks for, each as it is kept. Raises BadInput at the first wrong one."""
    return {code: clean_value(question, given[code]) for code, question in definition.questions.items() if code in given}


def shown(question: Question, value: object) -> str:
    """An answer as people read it; empty where there is none."""
    if isinstance(value, list | tuple):
        return "\n".join(_words(question, str(code)) for code in value)
    text = str(value or "")
    if question.options:
        return _words(question, text) if text else ""
    if question.kind == "date" and text:
        day = date.fromisoformat(text)
        return f"{day.day} {day:%B %Y}"
    return text


def _words(question: Question, code: str) -> str:
    return dict(question.options).get(code, code)


def _several(question: Question, given: object) -> list[str]:
    wanted = [given] if isinstance(given, str) else list(given) if isinstance(given, Iterable) else []
    chosen = {str(one) for one in wanted if one not in ("", None)}
    codes = [code for code, _ in question.options]
    if not chosen <= set(codes):
        raise BadInput(f"{_name(question)}: choose from the list")
    if question.kind == "prompts" and NONE in chosen and len(chosen) > 1:
        raise BadInput(f"{_name(question)}: tick what you saw, or “{_words(question, NONE)}”, not both")
    return [code for code in codes if code in chosen]


def _text(question: Question, text: str) -> str:
    return _bounded(question, " ".join(text.split()), TEXT)


def _long(question: Question, text: str) -> str:
    return _bounded(question, text, LONG_TEXT)


def _bounded(question: Question, text: str, most: int) -> str:
    if len(text) > most:
        raise BadInput(f"{_name(question)}: {most:,} characters at most; these are {len(text):,}")
    return text


def _one(question: Question, text: str) -> str:
    if text not in dict(question.options):
        raise BadInput(f"{_name(question)}: choose one of the list")
    return text


def _number(question: Question, text: str) -> str:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise BadInput(f"{_name(question)}: enter a number, such as 3") from error
    if not number.is_finite() or abs(number) >= 10**9 or -int(number.as_tuple().exponent) > 3:
        raise BadInput(f"{_name(question)}: enter a number, such as 3 or 2.5")
    if question.lowest is not None and number < question.lowest:
        raise BadInput(f"{_name(question)}: {question.lowest} is the lowest")
    if question.highest is not None and number > question.highest:
        raise BadInput(f"{_name(question)}: {question.highest} is the highest")
    return f"{number.normalize():f}" if number else "0"


def _date(question: Question, text: str) -> str:
    typed = _DAY.fullmatch(text)
    try:
        day = date(int(typed[3]), int(typed[2]), int(typed[1])) if typed else date.fromisoformat(text)
    except ValueError as error:
        says = "there is no such day" if typed else "enter a day such as 27/9/2026"
        raise BadInput(f"{_name(question)}: {says}") from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise BadInput(f"{_name(question)}: the year cannot be {day.year}")
    return day.isoformat()


_CHECKS = {"text": _text, "long_text": _long, "choice": _one, "yes_no": _one, "number": _number, "date": _date}


def _name(question: Question) -> str:
    return question.words.rstrip(":. ")
