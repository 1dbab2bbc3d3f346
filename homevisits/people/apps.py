from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "homevisits.people"
    label = "people"
    verbose_name = "People"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the permission rules."""
        from . import permissions  # noqa: F401
