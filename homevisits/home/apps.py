"""The app on top: pages that combine the others, and the checks of the whole."""

from django.apps import AppConfig
from django.core import checks


class HomeConfig(AppConfig):
    name = "homevisits.home"
    label = "home"
    verbose_name = "Home"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from homevisits.audit.hidden import hide
        from homevisits.audit.words import speak
        from homevisits.common import startup

        from .keeping.audit_shown import of_keeping

        hide("data protection", of_keeping)
        speak("home.watch", lambda kind: f"The watcher found: {kind.replace('_', ' ')}")
        checks.register(startup.check_sqlite)
        checks.register(startup.check_environment, deploy=True)
