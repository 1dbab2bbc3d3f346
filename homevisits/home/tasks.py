"""What the beat knocks on that needs several apps: the watcher, and reminders. Each finds its work in the database."""

import logging
from pathlib import Path

import requests
from celery import shared_task
from django.conf import settings

from homevisits.common import clock
from homevisits.documents.services.queue import fill_queue
from homevisits.messaging import heartbeat

from .chronology.system import fill
from .dropping import drop_everywhere
from .engine import engine_state
from .keeping.due import open_reviews
from .keeping.services.access import collect, collect_waiting
from .keeping.services.staff_matters import open_staff_reviews
from .keeping.telling import remind_of_leavers, remind_of_requests, remind_of_transfers
from .policy_reminders import remind
from .staff_reminders import remind_of_registers
from .watch import watch

log = logging.getLogger(__name__)
TIMEOUT = 5  # seconds


@shared_task(name="home.watch")
def watch_task() -> int:
    """Look at everything; ask the heartbeat address only when all is well. How many things are wrong."""
    with heartbeat.ran(heartbeat.Part.WATCH) as real:
        found = watch(real)
    if settings.HEARTBEAT_URL and engine_state(clock.now()).well:
        _ping(settings.HEARTBEAT_URL)
    return len(found)


def _ping(url: str) -> None:
    """Let a monitor outside know. Its silence is what alarms, so a failure here needs no more than a line in the log."""
    try:
        requests.get(url, timeout=TIMEOUT, allow_redirects=False).raise_for_status()
    except requests.RequestException as error:
        log.warning("The heartbeat address does not answer: %s", type(error).__name__)


@shared_task(name="home.remind_of_reviews")
def remind_of_reviews() -> int:
    """Reminders of policies due for review."""
    return remind(clock.now())


@shared_task(name="home.remind_of_registers")
def remind_of_registers_task() -> int:
    """Reminders of what ends in the staff registers."""
    return remind_of_registers(clock.now())


@shared_task(name="home.queue_documents")
def queue_documents_task() -> int:
    """Put final documents into the queue for the information system."""
    return fill_queue(clock.now())


@shared_task(name="home.drop_documents")
def drop_documents_task() -> int:
    """Lay down what waits for the information system; nothing where no folder is set."""
    return drop_everywhere(Path(settings.DOCUMENTS_FOLDER), clock.now()) if settings.DOCUMENTS_FOLDER else 0


@shared_task(name="home.queue_system_entries")
def queue_system_entries_task() -> int:
    """Put what is new into the list for the school's own safeguarding system."""
    return fill(clock.now())


@shared_task(name="home.collect_held")
def collect_held(request_id: int) -> int:
    """Collect what is held for one request."""
    return collect(request_id, clock.now())


@shared_task(name="home.keeping")
def keeping_task() -> int:
    """Tell of files to be sent, receipts to come and requests to be answered; go on with collecting that was cut off."""
    real = clock.now()
    return remind_of_transfers(real) + remind_of_leavers(real) + remind_of_requests(real) + collect_waiting(real)


@shared_task(name="home.open_reviews")
def open_reviews_task() -> int:
    """Open a review for records that have been kept long enough. It erases nothing."""
    real = clock.now()
    return open_reviews(real) + open_staff_reviews(real)
