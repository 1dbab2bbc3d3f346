"""The address of a record that was collected for somebody is a random number. Those that are there get theirs."""

import uuid

from django.db import migrations, models


def fill(apps, schema_editor):
    for row in apps.get_model("people", "AccessItem").objects.only("pk").iterator():
        row.public_id = uuid.uuid4()
        row.save(update_fields=["public_id"])


class Migration(migrations.Migration):

    dependencies = [("people", "0008_displays")]

    operations = [
        migrations.AddField("accessitem", "public_id", models.UUIDField(null=True, editable=False)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
