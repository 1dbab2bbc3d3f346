"""The database itself refuses to change a document that is final, or how it went: families have it in their hands.

It can be deleted, for retention asks for that one day; the audit trail keeps its hash. SQLite drops a table's triggers when a later
migration rebuilds the table; a test notices, and the migration then repeats this.
"""

from django.db import migrations

SAYS = "A final document never changes."
TABLES = {"document_final_stays": ("documents_document", "WHEN (OLD.state = 'final')"), "document_way_stays": ("documents_documentway", "")}

POSTGRESQL = f"""
CREATE FUNCTION document_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
"""


def install(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    if postgresql:
        schema_editor.execute(POSTGRESQL)
    for name, (table, when) in TABLES.items():
        does = "EXECUTE FUNCTION document_refuse()" if postgresql else f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        schema_editor.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW {when} {does}")


def remove(apps, schema_editor):
    for name, (table, _) in TABLES.items():
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER {name}{on}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION document_refuse()")


class Migration(migrations.Migration):

    dependencies = [("documents", "0003_drafts_and_ways")]

    operations = [migrations.RunPython(install, remove)]
