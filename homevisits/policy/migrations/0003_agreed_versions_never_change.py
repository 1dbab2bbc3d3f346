"""The database itself refuses to change a version once it is agreed: cases and visits were run under its words.

SQLite drops a table's triggers when a later migration rebuilds the table; a test notices, and the migration then repeats this.
"""

from django.db import migrations

SAYS = "An agreed policy version never changes."

POSTGRESQL = f"""
CREATE FUNCTION policy_agreed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER policy_agreed_stays BEFORE UPDATE ON policy_policyversion
FOR EACH ROW WHEN (OLD.status = 'agreed') EXECUTE FUNCTION policy_agreed_stays();
"""
SQLITE = f"""
CREATE TRIGGER policy_agreed_stays BEFORE UPDATE ON policy_policyversion WHEN OLD.status = 'agreed'
BEGIN SELECT RAISE(ABORT, '{SAYS}'); END;
"""


def install(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER policy_agreed_stays ON policy_policyversion; DROP FUNCTION policy_agreed_stays();")
    else:
        schema_editor.execute("DROP TRIGGER policy_agreed_stays")


class Migration(migrations.Migration):

    dependencies = [("policy", "0002_signatures_reads_reminders")]

    operations = [migrations.RunPython(install, remove)]
