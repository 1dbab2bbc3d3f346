"""The knocks of attendance: each finds its work in the database."""

from datetime import time
from pathlib import Path

from celery import shared_task
from django.conf import settings

from homevisits.common import clock
from homevisits.messaging import heartbeat
from homevisits.messaging.tasks import deliver_messages

from .sweep import sweep
from .watched import look


@shared_task(name="attendance.sweep")
def sweep_task() -> int:
    """Take what is due on the first-day ladder, and hand over at once what it wrote.

    Delivery has a knock of its own: this one only saves the seconds until it comes.
    """
    with heartbeat.ran(heartbeat.Part.SWEEP) as real:
        swept = sweep(real)
    if swept:
        deliver_messages()
    return swept


@shared_task(name="attendance.watch_folder")
def watch_folder() -> int:
    """Import what the information system has laid down; nothing where no folder is set."""
    if not settings.IMPORT_FOLDER:
        return 0
    return look(Path(settings.IMPORT_FOLDER), real=clock.now(), expected_by=time.fromisoformat(settings.IMPORT_EXPECTED_BY))
