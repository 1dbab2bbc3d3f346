"""`manage.py pulse`: the stand-by that keeps the morning going when broker, beat or worker are lost."""

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from homevisits.common import clock
from homevisits.home.pulse import EVERY, stand_in

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Look every few seconds whether sweep, delivery and watcher run, and run them here when they don't."""

    help = "Stand by: run sweep, delivery and watcher in this process whenever nobody else has for half a minute."

    def handle(self, *args: Any, **options: Any) -> None:
        """Until told to stop."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        standing_in = False
        # The others get the time to start first.
        while not stop.wait(EVERY):
            close_old_connections()
            try:
                done = stand_in(clock.now())
            except DatabaseError as error:
                log.error("The stand-by does not reach the database: %s", type(error).__name__)
                continue
            if bool(done) != standing_in:
                standing_in = bool(done)
                log.warning("Nobody knocks: standing in for %s" if done else "Somebody knocks again", *([", ".join(done)] if done else []))
