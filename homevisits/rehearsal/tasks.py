"""Playing what somebody asked for on the screen. Not knocked by the beat: the page rings, and says when nobody answers."""

import logging

from celery import shared_task

from homevisits.common import clock
from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput

from . import services, shelf
from .models import RehearsalRun
from .performance import perform, with_policy

log = logging.getLogger(__name__)
PLAYER = SystemJob("Rehearsal")


@shared_task(name="rehearsal.play")
def play(run_id: int) -> bool:
    """Play one rehearsal that waits. Whatever goes wrong is kept with it as a sentence."""
    run = services.begin(run_id=run_id, by=PLAYER, now=clock.now())
    if run is None:
        return False
    try:
        result = _perform(run)
    except BadInput as error:
        services.end(run=run, error=str(error), by=PLAYER, now=clock.now())
        return False
    except Exception:
        log.exception("Rehearsal %s could not be played.", run_id)
        services.end(run=run, error="The rehearsal could not be played. The server's log says why.", by=PLAYER, now=clock.now())
        return False
    services.end(run=run, result=result, by=PLAYER, now=clock.now())
    return True


def _perform(run: RehearsalRun) -> dict[str, object]:
    found = shelf.find(run.scenario)
    if found is None:
        raise BadInput("This scenario is no longer among those that come with the product.")
    raw = with_policy(found.raw, run.policy.preset, run.policy.changes) if run.policy else found.raw
    return perform(raw).as_json()
