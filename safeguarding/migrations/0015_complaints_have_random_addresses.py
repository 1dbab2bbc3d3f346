"""Complaints get random numbers for their addresses; the links of notices that were written before lead there too."""

import uuid

from django.db import migrations, models


def fill(apps, schema_editor):
    complaint_rows = apps.get_model("safeguarding", "Complaint").objects.select_related("school")
    notice_rows = apps.get_model("messaging", "Notice").objects
    for row in complaint_rows.filter(public_id=None).iterator():
        row.public_id = uuid.uuid4()
        row.save(update_fields=["public_id"])
        place = f"/s/{row.school.slug}/visits/complaints/"
        notice_rows.filter(about="complaint", link=f"{place}{row.pk}/").update(link=f"{place}{row.public_id}/")


class Migration(migrations.Migration):

    dependencies = [
        ("messaging", "0009_one_quarantine_for_a_school"),
        ("safeguarding", "0014_an_answer_comes_after_the_sending"),
    ]

    operations = [
        migrations.AddField("complaint", "public_id", models.UUIDField(editable=False, null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("complaint", "public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
    ]
