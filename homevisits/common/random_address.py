"""Random numbers for addresses. A number that counts has gaps, and a gap tells a reader that something is kept from them."""

import uuid
from typing import Any

from django.db import models
from django.db.migrations.operations.fields import AddField

# A random UUID (version 4) as SQLite keeps it: 32 hexadecimal digits.
SQLITE = (
    "lower(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2) || substr('89AB', 1 + (abs(random()) % 4), 1)"
    " || substr(hex(randomblob(2)), 2) || hex(randomblob(6)))"
)


class RandomAddress(models.Model):
    """A row that people meet by a random number alone: in addresses, on pages, on paper, in names of files."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True

    @property
    def short(self) -> str:
        """Its number as people say it: the first eight digits."""
        return str(self.public_id)[:8]


class AddRandomAddress(AddField):
    """Adds `public_id` to a table and fills it in one statement, without building the table anew on SQLite, which would drop its triggers.

    Triggers that refuse changes stand aside for the filling alone: what they guard is not touched.
    """

    def __init__(self, model_name: str) -> None:
        super().__init__(model_name, "public_id", models.UUIDField(unique=True, default=uuid.uuid4, editable=False))

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """As it is written in a migration."""
        return self.__class__.__name__, [self.model_name], {}

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Add the column, filled and unique."""
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        table = model._meta.db_table
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f'ALTER TABLE "{table}" ADD COLUMN "public_id" uuid NOT NULL DEFAULT gen_random_uuid()')
            schema_editor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "public_id" DROP DEFAULT')
            schema_editor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_public_id_uniq" UNIQUE ("public_id")')
            return
        schema_editor.execute(f'ALTER TABLE "{table}" ADD COLUMN "public_id" char(32) NOT NULL DEFAULT \'\'')
        triggers = _set_aside(schema_editor, table)
        schema_editor.execute(f'UPDATE "{table}" SET "public_id" = {SQLITE}')  # noqa: S608 - names of our own
        _put_back(schema_editor, triggers)
        schema_editor.execute(f'CREATE UNIQUE INDEX "{table}_public_id_uniq" ON "{table}" ("public_id")')

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Take the column out again."""
        model = from_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        table = model._meta.db_table
        if schema_editor.connection.vendor != "postgresql":
            schema_editor.execute(f'DROP INDEX IF EXISTS "{table}_public_id_uniq"')
        schema_editor.execute(f'ALTER TABLE "{table}" DROP COLUMN "public_id"')


def _set_aside(schema_editor: Any, table: str) -> list[str]:
    """Drop the table's triggers on SQLite; the statements that make them again."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s ORDER BY name", [table])
        found: list[tuple[str, str]] = cursor.fetchall()
    for name, _ in found:
        schema_editor.execute(f'DROP TRIGGER "{name}"')
    return [sql for _, sql in found]


def _put_back(schema_editor: Any, triggers: list[str]) -> None:
    for sql in triggers:
        schema_editor.execute(sql.replace("%", "%%"), ())
