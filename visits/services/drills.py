"""Drills: the return alarm tried with real people on the real path, marked as such everywhere, counted nowhere."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, Block, Blocked, refuse_if
from homevisits.people import access
from homevisits.people.models import Household, School, Staff
from homevisits.policy.selectors import version_in_force

from ..models import HomeVisit, VisitMember
from ..purposes import DRILL
from .common import note
from .out import tell_departure
from .setting import set_alarm

PLACE = "A drill: nobody is visited"


def drill_blocks(school: School, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot start a drill."""
    if access.may(by, school, "run_drill", local_day(now)):
        return []
    return [Block("Only leaders, the safeguarding team and the office start a drill.")]


def start_drill(*, school: School, staff: Sequence[Staff], minutes: int, by: Staff, now: datetime, token: UUID | None = None) -> HomeVisit:
    """Send these people on a drill that is due back in so many minutes; from then the alarm climbs as it would. A `token` starts one.

    Raises Blocked for whoever may not, or while one of them is out already; BadInput without people or for less than a minute.
    """
    if not staff:
        raise BadInput("Choose who takes part.")
    if minutes < 1:
        raise BadInput("A drill takes a minute or more.")
    with transaction.atomic():
        School.objects.select_for_update().get(pk=school.pk)  # two taps at once start one
        if token and (again := HomeVisit.objects.filter(school=school, token=token).first()):
            return again
        refuse_if(drill_blocks(school, by, now))
        day = local_day(now)
        if strangers := [one.name for one in staff if not access.roles_of(one, school, day)]:
            raise BadInput(f"{strangers[0]} does not work at this school.")
        out = VisitMember.objects.filter(staff__in=staff, visit__departed_at__isnull=False, returned_at=None, visit__returned_at=None)
        if away := out.select_related("staff").first():
            raise Blocked([Block(f"{away.staff.name} is out on a visit.")])
        visit = HomeVisit.objects.create(
            school=school, household=_nowhere(school), policy=version_in_force(school, day), status=HomeVisit.Status.OUT, purpose=DRILL,
            reason="A drill of the return alarm.", place=PLACE, due_at=now, departed_at=now, due_back=now + timedelta(minutes=minutes),
            drill=True, token=token, raised_at=now, raised_by=by,
        )  # fmt: skip
        VisitMember.objects.bulk_create([VisitMember(visit=visit, staff=one) for one in dict.fromkeys(staff)])
        set_alarm(visit)
        note(visit, "drill_started", by=by, now=now, says=f"Due back in {minutes} minutes.", minutes=minutes)
        tell_departure(visit, by, now)
    return visit


def _nowhere(school: School) -> Household:
    """The household of drills: no pupil lives there, so that no list shows it."""
    return Household.objects.get_or_create(school=school, address=PLACE, postcode="")[0]
