"""Incidents of visits, as those who went record them, at the home or afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from homevisits.common.clock import instant, local_day
from homevisits.common.errors import BadInput, refuse_if
from homevisits.people.models import Staff
from safeguarding.models import Incident
from safeguarding.services.incidents import open_incident

from ..heard import heard
from ..models import HomeVisit
from ..rules.incidents import incident_blocks
from .common import pupils_of


@dataclass(frozen=True)
class Happened:
    """What somebody says of an incident. Times are those of a clock on the day of the visit; None is the time at which it is said."""

    kind: str
    note: str
    details: Mapping[str, str]
    happened_at: time | None = None
    police: bool = False
    ambulance: bool = False
    called_at: time | None = None
    reference: str = ""


def record_incident(
    *, visit: HomeVisit, said: Happened, by: Staff, now: datetime, token: UUID | None = None, received: datetime | None = None
) -> Incident:
    """Keep an incident of the visit and tell the headteacher. The same `token` twice is one.

    `received`: when it came in, where it was said without network at `now`: that is when it is recorded (MAT-20). Raises Blocked by a
    rule, BadInput for a time that cannot be.
    """
    refuse_if(incident_blocks(visit, by, now))
    called = _at(visit, said.called_at, now) if said.police or said.ambulance else None
    return open_incident(
        school=visit.school, kind=said.kind, pupil_ids=pupils_of(visit), note=said.note, visit_id=visit.pk, details=said.details,
        happened_at=_at(visit, said.happened_at, now), token=token, by=by, now=heard(now, received),
        police_called_at=called if said.police else None, police_reference=said.reference if said.police else "",
        ambulance_called_at=called if said.ambulance else None, ambulance_reference=said.reference if said.ambulance else "",
    )  # fmt: skip


def _at(visit: HomeVisit, wall: time | None, now: datetime) -> datetime:
    day = day_of(visit, now)
    if wall is not None:
        return instant(day, wall)
    if day != local_day(now):
        raise BadInput("The visit was on another day: say at what time it was.")
    return now


def day_of(visit: HomeVisit, now: datetime) -> date:
    """The day of the visit: times that are typed as on a clock are of that day."""
    return min(local_day(visit.departed_at or now), local_day(now))
