from django.apps import AppConfig


class SafeguardingConfig(AppConfig):
    name = "safeguarding"
    label = "safeguarding"
    verbose_name = "Safeguarding"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what of the audit trail is not for every reader of it."""
        from homevisits.audit.hidden import hide

        from .audit_shown import of_safeguarding

        hide("safeguarding", of_safeguarding)
