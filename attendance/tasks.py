"""The knocks of attendance: each finds its work in the database."""

import logging
from datetime import time
from pathlib import Path

from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from homevisits.common import clock
from homevisits.messaging import heartbeat
from homevisits.messaging.tasks import deliver_messages

from .services.learning import learn_due
from .services.morning_sheet import send_sheets
from .services.write_back import queue_by_itself
from .services.writing import write_back
from .sweep import sweep
from .watched import look

log = logging.getLogger(__name__)
SOON = 5  # seconds a delivery's knock is worth anything: its own comes by then


def take_due() -> int:
    """Take what is due, and note that the sweep ran. How many schools had something due."""
    with heartbeat.ran(heartbeat.Part.SWEEP) as real:
        return sweep(real)


@shared_task(name="attendance.sweep")
def sweep_task() -> int:
    """Take what is due on the first-day ladder, and ring for the delivery of what it wrote.

    That ring only saves seconds: delivery has a knock of its own, so a lost broker loses nothing here.
    """
    swept = take_due()
    if swept:
        try:
            deliver_messages.apply_async(expires=SOON, retry=False)
        except (OperationalError, OSError) as error:
            log.warning("The broker does not take a knock: %s", type(error).__name__)
    return swept


@shared_task(name="attendance.watch_folder")
def watch_folder() -> int:
    """Import what the information system has laid down; nothing where no folder is set."""
    if not settings.IMPORT_FOLDER:
        return 0
    return look(Path(settings.IMPORT_FOLDER), real=clock.now(), expected_by=time.fromisoformat(settings.IMPORT_EXPECTED_BY))


@shared_task(name="attendance.morning_sheets")
def morning_sheets() -> int:
    """Email the sheet to work by hand, shortly before the register closes."""
    return send_sheets(clock.now())


@shared_task(name="attendance.write_back")
def write_back_task() -> int:
    """Write suggested codes into the information systems of schools that want it; nothing where no connector is set up."""
    real = clock.now()
    queue_by_itself(real)
    learn_due(real)
    return write_back(now=real, clock=clock.now, run_for=25)
