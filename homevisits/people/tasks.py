"""The knocks of people: imports that were confirmed are loaded, and gone on with after a crash; access ends with the last role."""

import logging

from celery import shared_task

from homevisits.common import clock
from homevisits.common.actors import Actor, SystemJob
from homevisits.common.errors import BadInput

from .models import ImportRun
from .services import imports, leavers, wrong_tries

log = logging.getLogger(__name__)


@shared_task(name="people.load_import")
def load_import(run_id: int) -> bool:
    """Load one confirmed import; a run that another worker is at, or that is done, is left alone."""
    run = ImportRun.objects.select_related("by", "school").filter(pk=run_id, status=ImportRun.Status.COMMITTING).first()
    if run is None:
        return False
    by: Actor = run.by or SystemJob("Import")
    try:
        return imports.load(run_id=run_id, by=by, now=clock.now())
    except BadInput as error:
        imports.fail(run_id=run_id, error=str(error), by=by, now=clock.now())
    return False


@shared_task(name="people.go_on_with_imports")
def go_on_with_imports() -> int:
    """Load what waits because its knock was lost or its worker died."""
    return sum(load_import(run_id) for run_id in imports.waiting(clock.now()))


@shared_task(name="people.end_access")
def end_access() -> int:
    """Close the accounts whose last role has ended, and forget sessions that nobody can use any more."""
    now = clock.now()
    leavers.forget_dead_sessions()
    return leavers.close_accounts(by=SystemJob("Access"), now=now)


@shared_task(name="people.wrong_tries")
def tell_of_wrong_tries() -> int:
    """Tell by email whoever had many wrong passwords tried at their account."""
    return wrong_tries.tell_of_wrong_tries(by=SystemJob("Access"), now=clock.now())
