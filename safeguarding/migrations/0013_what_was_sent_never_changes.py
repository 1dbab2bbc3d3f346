"""The database itself refuses to change what was sent to somebody outside, and what an incident said before.

It can be deleted, for retention asks for that one day. SQLite drops a table's triggers when a later migration rebuilds the table; a test
notices, and the migration then repeats this.
"""

from django.db import migrations

SAYS = "What was sent, and what an incident said before, never changes."
TABLES = {"referral_sent_stays": "safeguarding_referralsent", "incident_change_stays": "safeguarding_incidentchange"}
POSTGRESQL = f"""
CREATE FUNCTION safeguarding_sent_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
"""


def install(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    if postgresql:
        schema_editor.execute(POSTGRESQL)
    for name, table in TABLES.items():
        does = "EXECUTE FUNCTION safeguarding_sent_refuse()" if postgresql else f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        schema_editor.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW {does}")


def remove(apps, schema_editor):
    for name, table in TABLES.items():
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER {name}{on}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION safeguarding_sent_refuse()")


class Migration(migrations.Migration):

    dependencies = [("safeguarding", "0012_incidents_and_referrals_in_full")]

    operations = [migrations.RunPython(install, remove)]
