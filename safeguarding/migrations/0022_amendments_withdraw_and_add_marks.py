"""Marks on the body that an amendment adds or withdraws. Which they are never changes, as what else was written of a concern does not."""

from django.db import migrations, models


SAYS = "What was written of a concern never changes."
TABLES = {
    "concern_marks_added_stay": "safeguarding_concernamendment_marks_added",
    "concern_marks_gone_stay": "safeguarding_concernamendment_marks_gone",
}


def install(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for name, table in TABLES.items():
        does = "EXECUTE FUNCTION concern_refuse()" if postgresql else f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        schema_editor.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW {does}")


def remove(apps, schema_editor):
    for name, table in TABLES.items():
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER {name}{on}")


class Migration(migrations.Migration):

    dependencies = [
        ('safeguarding', '0021_incidents_wait_to_be_reviewed'),
    ]

    operations = [
        migrations.AddField(
            model_name='concernamendment',
            name='marks_added',
            field=models.ManyToManyField(blank=True, related_name='added_by', to='safeguarding.concernmark'),
        ),
        migrations.AddField(
            model_name='concernamendment',
            name='marks_gone',
            field=models.ManyToManyField(blank=True, related_name='gone_by', to='safeguarding.concernmark'),
        ),
        migrations.RunPython(install, remove),
    ]
