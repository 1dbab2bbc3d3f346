"""Rows as people read them: each column with its name and its value in words. New columns come along by themselves."""

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Field, Model

from homevisits.common.clock import local, local_day

from .wording import CODES, SILENT, key_words, label_of, part_of
from .wording import said as said_of

Facts = list[list[str]]

# Columns that say nothing about anybody: keys, leases, hashes, and what the school itself is.
TECHNICAL = frozenset({
    "id", "public_id", "school", "token", "claim", "lease", "lease_until", "reference", "sha256", "came_sha256", "template_hash", "size",
    "revision", "base", "hash", "policy", "strokes", "signed", "data", "fields", "template", "about_type", "about_id",
    "next_action_at", "next_attempt_at", "alarm_at", "repeat_at", "attempts", "act", "set_aside_at", "all_clear_due", "opened_cases_at",
})  # fmt: skip
# Never handed out: what keeps staff safe, and what is about them and not for whoever collects.
SECRET = frozenset({"safe_word", "covert", "latitude", "longitude", "allegation"})
DAYS = ("seen_at", "happened_at", "first_day", "day", "due_at", "opened_at", "received_on", "at")  # which day names a row
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?")


def facts(row: Model, skip: Collection[str] = ()) -> Facts:
    """[[name of the column, value in words]] of one row, without empty ones, without keys and secrets, and without `skip`."""
    said = []
    for column in row._meta.concrete_fields:
        names = {column.name, f"{row._meta.label}.{column.name}"}
        if names & (TECHNICAL | SECRET | SILENT) or column.name in skip:
            continue
        text = words_of(row, column)
        if text:
            said.append([label_of(row, column.name, str(column.verbose_name)), text])
    return said


def in_a_line(row: Model, skip: Collection[str] = ()) -> str:
    """The facts of a small row in one line."""
    return "; ".join(f"{label}: {text}" for label, text in facts(row, skip))


def lines(rows: Iterable[Model], on: str, skip: Collection[str] = ()) -> Facts:
    """One line for each row, named by when it was."""
    return [[in_words(getattr(row, on)) if on != "pk" else part_of(row), in_a_line(row, {on, *skip})] for row in rows]


def words_of(row: Model, column: "Field[Any, Any]") -> str:
    """The value of a column in words; empty where there is none."""
    value = getattr(row, column.name)
    if column.choices and value not in (None, ""):
        return str(getattr(row, f"get_{column.name}_display")())
    name = f"{row._meta.label}.{column.name}"
    return CODES[name](row, value) if name in CODES and value not in (None, "") else in_words(value)


def in_words(value: Any) -> str:
    """Any value as people read it: times on school clocks, yes and no, lists and answers line by line."""
    if value is None or value == "" or value == {} or value == []:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        at = local(value)
        return f"{at.day} {at:%B %Y}, {at.hour}:{at.minute:02d}"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, dict):
        return "\n".join(f"{key_words(key)}: {text}" for key, each in value.items() if (text := in_words(each)))
    if isinstance(value, list | tuple):
        return "\n".join(text for each in value if (text := in_words(each)))
    if isinstance(value, Model) and type(value).__str__ is Model.__str__:
        return _named(value)
    return _dated(said_of(value))


def _named(row: Model) -> str:
    """A row that another names, by what it is and its day: never by a number that counts."""
    day = next((getattr(row, name) for name in DAYS if getattr(row, name, None)), None)
    return part_of(row) + (f" of {in_words(day_of(day))}" if day else "")


def _dated(text: str) -> str:
    """A day or a time as answers keep it, in words."""
    try:
        return in_words(datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)) if _ISO.fullmatch(text) else text
    except ValueError:
        return text


def day_of(value: datetime | date | None) -> date | None:
    """The school's calendar day of a time, or the day itself."""
    return local_day(value) if isinstance(value, datetime) else value
