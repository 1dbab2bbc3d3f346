"""The database itself refuses to change what was written of a concern, and every decision, amendment and step of its history.

A concern's row still says how far it has got (taken up, closed, when it is told again): only the columns of its writer stand still. Rows
can be deleted, for retention asks for that one day; the audit trail keeps that they were, and the digest of what they said. SQLite drops
a table's triggers when a later migration rebuilds the table; a test notices, and the migration then repeats this.
"""

from django.db import migrations

SAYS = "What was written of a concern never changes."
WRITTEN = (
    "school_id", "others", "says", "words", "place", "told_others", "danger", "emergency_at", "emergency_reference", "source",
    "source_link", "visit_id", "seen_at", "written_at", "at", "by_id", "reference", "adds_to_id", "token",
)
TABLES = {
    "concern_stays": ("safeguarding_concern", f"UPDATE OF {', '.join(f'{chr(34)}{name}{chr(34)}' for name in WRITTEN)}"),
    "concern_mark_stays": ("safeguarding_concernmark", "UPDATE"),
    "concern_family_told_stays": ("safeguarding_familytold", "UPDATE"),
    "concern_event_stays": ("safeguarding_concernevent", "UPDATE"),
    "concern_amendment_stays": ("safeguarding_concernamendment", "UPDATE"),
    "concern_decision_stays": ("safeguarding_concerndecision", "UPDATE"),
    "concern_link_stays": ("safeguarding_concernlink", "UPDATE"),
}

POSTGRESQL = f"""
CREATE FUNCTION concern_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
"""


def install(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    if postgresql:
        schema_editor.execute(POSTGRESQL)
    for name, (table, when) in TABLES.items():
        does = "EXECUTE FUNCTION concern_refuse()" if postgresql else f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW {does}")


def remove(apps, schema_editor):
    for name, (table, _) in TABLES.items():
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER {name}{on}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION concern_refuse()")


class Migration(migrations.Migration):

    dependencies = [("safeguarding", "0010_concerns_from_writing_to_closing")]

    operations = [migrations.RunPython(install, remove)]
