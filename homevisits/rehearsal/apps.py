from django.apps import AppConfig


class RehearsalConfig(AppConfig):
    name = "homevisits.rehearsal"
    label = "rehearsal"
    verbose_name = "Rehearsal"
    default_auto_field = "django.db.models.BigAutoField"
