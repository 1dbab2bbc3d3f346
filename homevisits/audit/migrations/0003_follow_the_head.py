from django.db import migrations

from homevisits.audit import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


class Migration(migrations.Migration):
    """An event takes the next place of its chain; the database moves the chain's head."""

    dependencies = [("audit", "0002_append_only")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
