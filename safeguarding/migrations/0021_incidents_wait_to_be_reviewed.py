"""An incident is told again until it is reviewed; those that wait are told of once the engine runs."""

from django.db import migrations, models
from django.db.models import F


def wait(apps, schema_editor):
    apps.get_model("safeguarding", "Incident").objects.filter(reviewed_at=None).update(next_action_at=F("at"))


class Migration(migrations.Migration):

    dependencies = [("safeguarding", "0020_notices_lead_to_the_random_addresses")]

    operations = [
        migrations.AddField(
            "incident", "next_action_at", models.DateTimeField(blank=True, help_text="When it is told again; null once reviewed", null=True)
        ),
        migrations.AddField("incident", "told_again", models.PositiveSmallIntegerField(default=0)),
        migrations.AddIndex(
            "incident",
            models.Index(fields=["next_action_at"], condition=models.Q(("next_action_at__isnull", False)), name="incident_waits"),
        ),
        migrations.RunPython(wait, migrations.RunPython.noop),
    ]
