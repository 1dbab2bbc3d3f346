"""Filling in the forms of a page as a person would, and seeing what sending them changed in the database."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from .crawl import Form

PART_OF_DAY = re.compile(r"(.*)_([012])$")
WORDS = "Words for a try"
A_FILE = "a file"  # stands for one until it is sent
TYPED = (
    (r"phone|mobile|landline|number", "07700 900123"),
    (r"email", "somebody@school.example"),
    (r"template_id|notify_id|sender_id|service", "6f3f1d1e-0c7e-4f0e-9d7b-3b1f6a1d2c3e"),
    (r"postcode", "CR0 4XG"),
    (r"colour", "White"),
    (r"registration", "AB12 CDE"),
    (r"remote_school", "A1930499544"),
    (r"years", "6"),
    (r"minutes|days|count|distance|order|length|limit", "15"),
)
# Tokens, and the references of concerns, which are drawn.
CHANGING = re.compile(
    r"\b[0-9A-Z]{3}-[0-9A-Z]{4}\b|[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|[A-Za-z0-9_:/+=$-]{40,}"
)
# Which session somebody has, and where it last was, is no business of a form's.
ASIDE = frozenset({"django_session", "django_cache", "sqlite_sequence"})
DRAWN = frozenset({"hint"})  # the end of a secret, which is another one each time


@dataclass(frozen=True)
class Way:
    """A way to fill in a form where nothing stands yet: what one types for a day and a time, which choice one takes."""

    day: str = "24/11/2026"
    time: str = "09:30"
    choice: int = 0
    ticks: bool = True
    button: int = 0


# Now is ten o'clock on 24 November: something that was, is, or will be; the first or the last choice; boxes ticked or left.
WAYS = (
    Way(),
    Way(day="20/11/2026", choice=-1),
    Way(day="10/12/2026", time="13:00", ticks=False),
    Way(ticks=False, choice=-1, button=-1),
    Way(day="10/12/2026", time="11:30", choice=-1),
    Way(day="20/11/2026", ticks=False),
    Way(time="11:30", choice=1, button=1),
    Way(ticks=False, button=-1),
)


def filled(form: Form, way: Way = WAYS[0]) -> dict[str, list[str]]:
    """What somebody would send: what stands there already, else something that could be meant."""
    sent = {name: values for name, values in form.fields.items() if name != "csrfmiddlewaretoken"}
    for name, choices in form.choices.items():
        real = [choice for choice in choices if choice]
        if not any(sent.get(name, [""])) and real and (way.ticks or name not in form.boxes):
            sent[name] = [real[min(way.choice, len(real) - 1)]]
    for name in form.texts:
        if not any(each.strip() for each in sent.get(name, [""])):
            sent[name] = [_typed(name, way)[: form.longest.get(name)]]
    for name in form.files:
        sent[name] = [A_FILE]
    if form.buttons:
        name, value = form.buttons[min(way.button, len(form.buttons) - 1)]
        sent[name] = [value]
    return sent


def _typed(name: str, way: Way) -> str:
    """What somebody types into an empty field, by its name."""
    part = PART_OF_DAY.match(name)
    later = re.search(r"until|ends|expires|review_on|next_|due|last_|insured", name) is not None
    if part:
        return ("10/12/2026" if later and "10/12" not in way.day else "20/12/2026" if later else way.day).split("/")[int(part[2])]
    for pattern, words in TYPED:
        if re.search(pattern, name):
            return words
    if re.search(r"time|_at$|sets_off|arrive|back|starts|ends|closes|^at$|hour", name):
        return "13:45" if re.search(r"back|ends|closes", name) else way.time
    return WORDS


def own_names(form: Form) -> set[str]:
    """The names that belong to a form, those of a day's three parts too: `day` for `day_0`."""
    names = {*form.fields, *form.choices, *form.texts, *form.files, *(name for name, _ in form.buttons)}
    return names | {part[1] for name in names if (part := PART_OF_DAY.match(name))}


Dump = dict[str, list[str]]


def dump() -> Dump:
    """The rows of every table as text, without what is another one at each time."""
    found: Dump = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in ASIDE:
                cursor.execute(f'SELECT * FROM "{table}"')
                kept = [place for place, column in enumerate(cursor.description) if column[0] not in DRAWN]
                found[table] = sorted(CHANGING.sub("~", str([row[place] for place in kept])) for row in cursor.fetchall())
    return found


@contextmanager
def taken_back() -> Iterator[None]:
    """What happens meanwhile is undone, the numbers that PostgreSQL gave away too: the next row gets the same one."""
    numbers: list[tuple[str, int | None]] = []
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename), last_value FROM pg_sequences")
            numbers = cursor.fetchall()
        yield
        transaction.set_rollback(True)
    if numbers:
        with connection.cursor() as cursor:
            cursor.executemany("SELECT setval(%s::regclass, %s, %s)", [(name, last or 1, last is not None) for name, last in numbers])


def changed(before: Dump, after: Dump) -> list[str]:
    """The tables that are not as they were, reading and signing in left out."""
    return [table for table in after if before.get(table) != after[table] and not table.startswith("audit_")]
