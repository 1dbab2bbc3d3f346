"""When what a visit became can be recorded and closed."""

from datetime import datetime

from homevisits.common.errors import Block

from ..models import Appointment, HomeVisit
from .common import Status


def end_blocks(visit: HomeVisit, status: str, now: datetime) -> list[Block]:
    """Why the end cannot be recorded: the visit is not in `status`, or the time of the meeting is still to come."""
    if visit.status != status:
        return [Block(f"The visit is “{Status(visit.status).label.lower()}”: that cannot be done now.")]
    to_come = (Appointment.State.OFFERED, Appointment.State.CONFIRMED)
    if status == Status.MEETING and visit.appointments.filter(at_school=True, at__gt=now, state__in=to_come).exists():
        return [Block("The meeting is still to come.", "PRI-12")]
    return []
