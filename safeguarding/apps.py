from django.apps import AppConfig


class SafeguardingConfig(AppConfig):
    name = "safeguarding"
    label = "safeguarding"
    verbose_name = "Safeguarding"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what of the audit trail is not for every reader of it."""
        from homevisits.audit.hidden import hide
        from homevisits.people.reading import closes

        from .audit_shown import about_staff, of_safeguarding

        hide("safeguarding", of_safeguarding)
        closes("referral_id", about_staff)
