"""The stand-by bell: does what beat and worker should have done when neither has for a while, without beat, worker or broker.

Knocks go through a broker that can be lost. The rows are in the database, so anybody may take them: each is taken once.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from attendance.tasks import take_due
from homevisits.messaging.heartbeat import Part, beats
from homevisits.messaging.tasks import deliver_messages
from visits.tasks import take_alarms

from .tasks import watch_task

log = logging.getLogger(__name__)
EVERY = 5.0  # seconds between two looks
# A step is at most 60 s late (R6): silence, one look, and the sweep itself have to fit in.
SILENT = timedelta(seconds=30)
UNWATCHED = timedelta(seconds=90)
TURNS: tuple[tuple[str, timedelta, Callable[[], object]], ...] = (
    (Part.SWEEP, SILENT, take_due),
    (Part.ALARMS, SILENT, take_alarms),
    (Part.DELIVERY, SILENT, deliver_messages),
    (Part.WATCH, UNWATCHED, watch_task),
)


def stand_in(real: datetime) -> list[str]:
    """Run each part that nobody has run for too long; answers with those it ran. A part that raises does not stop the others."""
    last, done = beats(), []
    for part, silent, run in TURNS:
        if part in last and real - last[part] < silent:
            continue
        try:
            run()
            done.append(part)
        except Exception:
            log.exception("The stand-by could not run %s", part)
    return done
