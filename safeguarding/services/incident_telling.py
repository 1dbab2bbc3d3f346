"""Telling again of incidents that nobody has reviewed: the headteacher, then the safeguarding team, without a word of what happened."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from homevisits.audit.services import record
from homevisits.common.actors import SystemJob
from homevisits.common.said import count
from homevisits.messaging.models import Notice
from homevisits.messaging.notices import end_alarms, tell
from homevisits.people.models import Role, School

from ..climbing import TELLS_TEAM, next_incident_telling
from ..models import Incident
from .incidents import WAITING

TELLING = SystemJob("Safeguarding reminders")


def tell_again(real: datetime) -> int:
    """Tell again of incidents that are not reviewed, each school by its own clock, in one notice a role. How many incidents."""
    own_clock = Q(school__clock_from__isnull=False)
    waiting = Incident.objects.filter(own_clock | Q(next_action_at__lte=real), next_action_at__isnull=False).select_related("school")
    by_school: dict[School, list[Incident]] = {}
    for incident in waiting.order_by("pk"):
        if incident.next_action_at is not None and incident.next_action_at <= incident.school.at(real):
            by_school.setdefault(incident.school, []).append(incident)
    return sum(_tell_again(school, rows, school.at(real)) for school, rows in by_school.items())


def tell_in_school(school: School, now: datetime) -> int:
    """Tell again in one school of all that is due there by `now` on its clock."""
    return _tell_again(school, list(Incident.objects.filter(school=school, next_action_at__lte=now).order_by("pk")), now)


def _tell_again(school: School, rows: Sequence[Incident], now: datetime) -> int:
    """One telling; what somebody has reviewed since, or another worker tells of, is left out."""
    with transaction.atomic():
        mine = [row for row in rows if _claim(row, now)]
        if not mine:
            return 0
        end_alarms(list(Notice.objects.filter(school=school, about=WAITING, done_at=None)), by=TELLING, now=now)
        says = f"{count(len(mine), 'incident of a home visit waits', 'incidents of home visits wait')} to be reviewed."
        team = any(row.told_again + 1 >= TELLS_TEAM for row in mine)
        for role in (Role.HEADTEACHER, Role.DSL) if team else (Role.HEADTEACHER,):
            tell(
                school=school, role=role, about=WAITING, says=says, link=f"/s/{school.slug}/incidents/", alarm=True, clause="MAT-20",
                by=TELLING, now=now,
            )  # fmt: skip
        record("safeguarding.incident.told_again", by=TELLING, now=now, school_id=school.pk, detail={"incidents": [row.pk for row in mine]})
    return len(mine)


def _claim(row: Incident, now: datetime) -> bool:
    again = row.told_again + 1
    due = Incident.objects.filter(pk=row.pk, next_action_at=row.next_action_at, reviewed_at=None)
    return bool(due.update(next_action_at=next_incident_telling(again, now), told_again=again))
