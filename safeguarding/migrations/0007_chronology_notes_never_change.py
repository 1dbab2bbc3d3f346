"""The database itself refuses to change a note of a chronology, or who took one out: a court may ask what stood there.

They can be deleted, for retention asks for that one day; the audit trail keeps that they were. SQLite drops a table's triggers when a
later migration rebuilds the table; a test notices, and the migration then repeats this.
"""

from django.db import migrations

SAYS = "A note of a chronology never changes."
TABLES = {"chronology_note_stays": "safeguarding_chronologynote", "chronology_export_stays": "safeguarding_chronologyexport"}

POSTGRESQL = f"""
CREATE FUNCTION chronology_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
"""


def install(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    if postgresql:
        schema_editor.execute(POSTGRESQL)
    for name, table in TABLES.items():
        does = "EXECUTE FUNCTION chronology_refuse()" if postgresql else f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        schema_editor.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW {does}")


def remove(apps, schema_editor):
    for name, table in TABLES.items():
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER {name}{on}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION chronology_refuse()")


class Migration(migrations.Migration):

    dependencies = [("safeguarding", "0006_chronology_notes_exports_and_entries")]

    operations = [migrations.RunPython(install, remove)]
