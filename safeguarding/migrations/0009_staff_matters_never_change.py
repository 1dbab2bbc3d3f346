"""The database itself refuses to change what was alleged, what was done about it, and what was done with a complaint.

They can be deleted, for retention asks for that one day. SQLite drops a table's triggers when a later migration rebuilds the table; a
test notices, and the migration then repeats this.
"""

from django.db import migrations

SAYS = "What was written about staff never changes."
WORDS = "kind, says, when_words, witnesses, subject_words, source, for_chair, at, by_id, school_id, public_id"
WHEN = {
    "allegation_words_stay": f"UPDATE OF {WORDS} ON safeguarding_allegation",
    "allegation_entry_stays": "UPDATE ON safeguarding_allegationentry",
    "complaint_event_stays": "UPDATE ON safeguarding_complaintevent",
}

POSTGRESQL = f"""
CREATE FUNCTION staff_matter_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
"""


def install(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    if postgresql:
        schema_editor.execute(POSTGRESQL)
    for name, when in WHEN.items():
        does = "EXECUTE FUNCTION staff_matter_refuse()" if postgresql else f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {when} FOR EACH ROW {does}")


def remove(apps, schema_editor):
    for name, when in WHEN.items():
        on = f" ON {when.split()[-1]}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER {name}{on}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION staff_matter_refuse()")


class Migration(migrations.Migration):

    dependencies = [("safeguarding", "0008_staff_matters")]

    operations = [migrations.RunPython(install, remove)]
