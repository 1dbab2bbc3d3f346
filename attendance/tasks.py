"""The knocks of attendance: each finds its work in the database."""

from celery import shared_task

from homevisits.common import clock

from .sweep import sweep


@shared_task(name="attendance.sweep")
def sweep_task() -> int:
    """Take what is due on the first-day ladder."""
    return sweep(clock.now())
