"""What the hand-written statements of the two engines need: values as the engine stores them, and the few words that differ."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, models

# Words that differ: SQLite has no types to cast to, PostgreSQL insists on them.
_POSTGRES = {
    "json_object": "jsonb_build_object",
    "as_json": "::jsonb",
    "as_time": "::timestamptz",
    "as_date": "::date",
    "as_uuid": "::uuid",
    "as_text": "::text",
    "new_uuid": "gen_random_uuid()",
    "join_names": "string_agg({0}, ', ' ORDER BY {0})",
}
_SQLITE = {
    "json_object": "json_object",
    "as_json": "",
    "as_time": "",
    "as_date": "",
    "as_uuid": "",
    "as_text": "",
    "new_uuid": "lower(hex(randomblob(16)))",
    "join_names": "group_concat({0}, ', ')",
}


def word(name: str) -> str:
    """The engine's own spelling of one of the words that differ."""
    return (_POSTGRES if connection.vendor == "postgresql" else _SQLITE)[name]


def adapted(params: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the engine stores them: SQLite keeps instants and UUIDs as text."""
    if connection.vendor == "postgresql":
        return dict(params)
    return {name: _stored(value) for name, value in params.items()}


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.hex if hasattr(value, "hex") and hasattr(value, "urn") else value


def run(statement: str, params: Mapping[str, Any]) -> int:
    """Execute one statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, adapted(params))
        return int(cursor.rowcount)


def rows(statement: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Execute one query; its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, adapted(params))
        return list(cursor.fetchall())


def insert_select(model: type[models.Model], values: Mapping[str, str], source: str, *, before: str = "") -> str:
    """An INSERT of `model` from a SELECT: `values` maps field names to SQL expressions, other fields get their defaults.

    `before` is a WITH clause, `source` everything from FROM on. Rows that would break a unique constraint are passed over.
    """
    columns, expressions = [], []
    for field in model._meta.concrete_fields:
        if field.primary_key:
            continue
        columns.append(connection.ops.quote_name(str(field.column)))
        expressions.append(values[field.name] if field.name in values else _default(field))
    unknown = set(values) - {field.name for field in model._meta.concrete_fields}
    if unknown:
        raise ValueError(f"{model.__name__} has no field {sorted(unknown)}")
    table = connection.ops.quote_name(model._meta.db_table)
    return f"INSERT INTO {table} ({', '.join(columns)}) {before} SELECT {', '.join(expressions)} {source} ON CONFLICT DO NOTHING"


def _default(field: "models.Field[Any, Any]") -> str:
    """A field's default as a literal: only the plain kinds that a set-based row may leave out."""
    value = field.get_default()
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict | list):
        return f"'{'{}' if isinstance(value, dict) else '[]'}'{word('as_json')}"
    return "'" + str(value).replace("'", "''").replace("%", "%%") + "'"


def id_list(ids: Iterable[int]) -> str:
    """Row numbers for `IN (…)`: they come from the database, never from a form. `-1` when there are none."""
    return ", ".join(str(int(number)) for number in ids) or "-1"
