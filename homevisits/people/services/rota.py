"""The duty rota: who is the senior manager on duty on a day, and who stands in."""

from datetime import date, datetime

from django.db import transaction

from homevisits.audit import services as audit
from homevisits.common import clock
from homevisits.common.actors import Actor, staff_id
from homevisits.common.errors import BadInput

from ..access import roles_of
from ..matrix import LEADERS
from ..models import DutyDay, Role, School, Staff


def set_duty_day(*, school: School, day: date, staff: Staff | None, deputy: Staff | None = None, by: Actor, now: datetime) -> None:
    """Put a senior manager, and who stands in, on one day of the rota; `staff` None clears the day, which then goes as without a rota.

    Raises BadInput when one of them does not hold such a role on that day, when both are the same
    person, and for a day that is past.
    """
    before = DutyDay.objects.filter(school=school, day=day).first()
    wanted = (staff.pk if staff else None, deputy.pk if deputy else None)
    if wanted == ((before.staff_id, before.deputy_id) if before else (None, None)):
        return
    if day < clock.local_day(now):
        raise BadInput(f"{day:%A} is past: who was on duty then stays as it was.")
    if staff is None and deputy is not None:
        raise BadInput(f"{day:%A}: choose the senior manager before the deputy.")
    if staff is not None and Role.SENIOR_MANAGER not in roles_of(staff, school, day):
        raise BadInput(f"{day:%A}: {staff.name} is not a senior manager on that day.")
    if deputy is not None and not LEADERS & roles_of(deputy, school, day):
        raise BadInput(f"{day:%A}: {deputy.name} does not lead the school on that day.")
    if deputy is not None and deputy == staff:
        raise BadInput(f"{day:%A}: the deputy has to be another person.")
    with transaction.atomic():
        if staff is None:
            DutyDay.objects.filter(school=school, day=day).delete()
        else:
            values = {"staff": staff, "deputy": deputy, "by_id": staff_id(by), "at": now}
            DutyDay.objects.update_or_create(school=school, day=day, defaults=values)
        detail = {"day": day, "staff": wanted[0], "deputy": wanted[1]}
        audit.record("people.rota.set", by=by, now=now, school_id=school.pk, object_type="duty_day", detail=detail)
