"""When something came in that was said without network, and every act that came in so."""

from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT

RECEIVED = "When it came in, where it was said without network and came later; null: at once"


def received() -> models.DateTimeField:
    """The field as every one of these rows has it."""
    return models.DateTimeField(blank=True, help_text=RECEIVED, null=True)


class Migration(migrations.Migration):
    """Adds the time of receipt and the acts."""

    dependencies = [
        ("visits", "0014_what_was_answered"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameField(model_name="checkin", old_name="recorded_at", new_name="received_at"),
        migrations.AlterField(model_name="checkin", name="received_at", field=received()),
        migrations.AddField(model_name="visitalarm", name="received_at", field=received()),
        migrations.AlterField(
            model_name="visitalarm",
            name="at",
            field=models.DateTimeField(help_text="When it was raised; of a call for help: when it was pressed"),
        ),
        migrations.AddField(model_name="visitdelay", name="received_at", field=received()),
        migrations.AddField(model_name="visitoutcome", name="received_at", field=received()),
        migrations.AddField(model_name="spokento", name="received_at", field=received()),
        migrations.AddField(model_name="visitevent", name="received_at", field=received()),
        migrations.CreateModel(
            name="ArrivedAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.UUIDField(help_text="Made by the tablet with the act: sent twice, it is one", unique=True)),
                ("kind", models.CharField(max_length=30)),
                ("data", models.JSONField(default=dict, help_text="{field: [values]} while it is refused; empty once it is done")),
                ("happened_at", models.DateTimeField(help_text="The real time, by the server's clock")),
                ("received_at", models.DateTimeField()),
                ("state", models.CharField(choices=[("done", "Recorded"), ("refused", "Not recorded")], max_length=7)),
                ("says", models.TextField(blank=True, help_text="What was answered: what is recorded, or why not")),
                ("clause", models.CharField(blank=True, max_length=10)),
                ("seen_at", models.DateTimeField(blank=True, help_text="When the office dealt with what was refused", null=True)),
                ("seen_says", models.CharField(blank=True, max_length=300)),
                ("by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("seen_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("visit", models.ForeignKey(on_delete=CASCADE, related_name="arrived_acts", to="visits.homevisit")),
            ],
            options={"indexes": [models.Index(fields=["visit", "state"], name="arrived_act_by_state")]},
        ),
    ]
