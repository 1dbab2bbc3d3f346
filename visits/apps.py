from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "visits"
    label = "visits"
    verbose_name = "Visits"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from homevisits.audit.words import speak

        from .said import event_words

        speak("visits.visit", lambda what: f"Visit: {event_words(what)[:1].lower()}{event_words(what)[1:]}")
