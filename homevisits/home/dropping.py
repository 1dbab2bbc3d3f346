"""Laying documents down for every school that has some, and telling the office when it does not work."""

import logging
from datetime import datetime
from pathlib import Path

from homevisits.common.actors import SystemJob
from homevisits.documents.selectors import schools_that_wait
from homevisits.documents.services.dropping import lay_down
from homevisits.messaging.models import Notice
from homevisits.messaging.notices import tell
from homevisits.people.models import Role, School

log = logging.getLogger(__name__)
BY = SystemJob("the folder of documents")
ABOUT = "documents_not_laid_down"


def drop_everywhere(folder: Path, real: datetime) -> int:
    """Lay down what waits in each school. How many drops are in place now; a school whose folder fails does not stop the others."""
    made = 0
    for school in schools_that_wait():
        now = school.at(real)
        try:
            made += len(lay_down(school=school, folder=folder, by=BY, now=now))
        except OSError as error:
            log.warning("Documents of school %s could not be laid down: %s", school.pk, type(error).__name__)
            _tell(school, error, now)
    return made


def _tell(school: School, error: OSError, now: datetime) -> None:
    """One task for the office until somebody has dealt with it."""
    if Notice.objects.filter(school=school, about=ABOUT, done_at=None).exists():
        return
    tell(
        school=school, role=Role.OFFICE_ADMIN, about=ABOUT, task=True, link=f"/s/{school.slug}/uploads/", by=BY, now=now,
        says=f"Documents could not be written into the folder for the information system ({error.strerror or type(error).__name__}). "
        "They wait, and are written as soon as it works.",
    )  # fmt: skip
