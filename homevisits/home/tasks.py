"""What the beat knocks on that needs several apps. Each finds its work in the database."""

from celery import shared_task

from homevisits.common import clock

from .policy_reminders import remind


@shared_task(name="home.remind_of_reviews")
def remind_of_reviews() -> int:
    """Reminders of policies due for review."""
    return remind(clock.now())
