"""The trail is append-only and holds who read what is sensitive; so are the other rows that never change (reliability.md, R16).

That every way to write an audit event again is refused, and that the chain names the row that was altered, is in homevisits/audit/tests.
"""

import re
from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.urls import resolve

from homevisits.audit.models import AuditEvent

from ..route_matrix import Door
from .crawl import crawl
from .routes import routes
from .world import World

pytestmark = pytest.mark.django_db


@pytest.mark.once
def test_whoever_reads_what_is_sensitive_stands_in_the_trail(world: World) -> None:
    """Each page that asks for the second factor again, and answers, writes an audit row when it is opened."""
    silent, asked = [], 0
    for route in routes(Door.SCHOOL):
        if not getattr(resolve(world.addresses[route.name]).func, "step_up", False):
            continue
        before = AuditEvent.objects.count()
        (answer,) = crawl(world, [route])
        if answer.status == 200:
            asked += 1
            if AuditEvent.objects.count() == before:
                silent.append(route.name)
    assert silent == [], "These pages show child protection records, and nobody can tell who read them"
    assert asked > 10


def never_changing() -> dict[str, type[Model]]:
    """The tables whose rows the database refuses to change whatever is changed, by its triggers."""
    if connection.vendor == "postgresql":
        query = (
            "SELECT relname, 'BEFORE ' || CASE WHEN tgtype & 16 > 0 THEN 'UPDATE ON ' ELSE '' END || relname FROM pg_trigger"
            " JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal AND tgqual IS NULL AND tgattr = ''"
            " AND tgfoid::regproc::text LIKE '%refuse%'"
        )
    else:
        query = "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        said = cursor.fetchall()
    tables = {table for table, words in said if re.search(rf"UPDATE\s+ON\s+\"?{table}\"?(?!.*\bWHEN\b)", words, re.DOTALL | re.IGNORECASE)}
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in tables}


def _ways(row: Model) -> dict[str, Callable[[], object]]:
    """Every way to change a row. (Taking it away is for what retention has decided.)"""
    model, table = type(row), row._meta.db_table
    names = [each.name for each in model._meta.concrete_fields if not each.primary_key]
    values = {names[0]: getattr(row, names[0])}

    def raw(statement: str) -> Callable[[], object]:
        def run() -> None:
            with connection.cursor() as cursor:
                cursor.execute(statement, [row.pk])

        return run

    pk = model._meta.pk.column
    rows = model._base_manager.filter(pk=row.pk)
    return {
        "save": lambda: row.save(force_update=True),
        "update": lambda: rows.update(**values),
        "bulk_update": lambda: model._base_manager.bulk_update([row], names[:1]),
        "raw update": raw(f'UPDATE "{table}" SET "{pk}" = "{pk}" WHERE "{pk}" = %s'),
    }


def test_rows_that_never_change_cannot_be_changed_in_any_way(world: World) -> None:
    found, tried, tables = [], 0, set()
    for table, model in never_changing().items():
        row = model._base_manager.first()
        if row is None:
            continue
        tables.add(table)
        for way, change in _ways(row).items():
            tried += 1
            try:
                with transaction.atomic():
                    change()
            except DatabaseError:
                continue
            found.append(f"{table} by {way}")
    print(f"R16: {tried} ways tried on {len(tables)} tables, {len(found)} let through")
    assert found == []
    assert {"audit_auditevent", "safeguarding_chronologynote"} <= tables
