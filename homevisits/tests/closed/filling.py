"""Filling in the forms of a page as a person would, and seeing what sending them changed in the database."""

import re
from dataclasses import dataclass

from django.db import connection, transaction
from django.test import Client

from .crawl import Form

PART_OF_DAY = re.compile(r"(.*)_([012])$")
WORDS = "Words for a try"
CHANGING = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|[A-Za-z0-9_:/+=$-]{40,}")
# Which session somebody has, and where it last was, is no business of a form's.
ASIDE = frozenset({"django_session", "django_cache", "sqlite_sequence"})


def filled(form: Form) -> dict[str, list[str]]:
    """What somebody would send: what stands there already, else something that could be meant."""
    sent = {name: values for name, values in form.fields.items() if name != "csrfmiddlewaretoken"}
    for name, choices in form.choices.items():
        if not any(sent.get(name, [""])):
            real = [choice for choice in choices if choice]
            sent[name] = real[:1]
    for name in form.texts:
        if not any(sent.get(name, [""])):
            sent[name] = [_typed(name)]
    return sent


def _typed(name: str) -> str:
    """What somebody types into an empty field, by its name."""
    part = PART_OF_DAY.match(name)
    if part:
        return ("24", "11", "2026")[int(part[2])]
    if re.search(r"phone|mobile|landline|number", name):
        return "07700 900123"
    if "email" in name:
        return "somebody@school.example"
    if re.search(r"time|_at$|sets_off|arrive|back|starts|ends|closes", name):
        return "10:30"
    return "1" if re.search(r"minutes|days|count|distance|order", name) else WORDS


def own_names(form: Form) -> set[str]:
    """The names that belong to a form, those of a day's three parts too: `day` for `day_0`."""
    names = {*form.fields, *form.choices, *form.texts, *form.files}
    return names | {part[1] for name in names if (part := PART_OF_DAY.match(name))}


Dump = dict[str, list[str]]


def dump() -> Dump:
    """The rows of every table as text, without what is another one at each time."""
    found: Dump = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in ASIDE:
                cursor.execute(f'SELECT * FROM "{table}"')
                found[table] = sorted(CHANGING.sub("~", str(row)) for row in cursor.fetchall())
    return found


@dataclass(frozen=True)
class Sent:
    """What sending a form did: the answer's status, and the database after it."""

    status: int
    after: Dump


def send(browser: Client, address: str, values: dict[str, list[str]]) -> Sent:
    """Post, see what there is, and take it back."""
    with transaction.atomic():
        answer = browser.post(address, values)
        sent = Sent(answer.status_code, dump())
        transaction.set_rollback(True)
    return sent


def changed(before: Dump, after: Dump) -> list[str]:
    """The tables that are not as they were, reading and signing in left out."""
    return [table for table in after if before.get(table) != after[table] and not table.startswith("audit_")]
