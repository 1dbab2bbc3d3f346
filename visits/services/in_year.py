"""Reminding of in-year visits that are due soon or overdue (PRI-06): told once each, never a block."""

from datetime import datetime

from django.db import transaction

from homevisits.common.actors import SystemJob
from homevisits.messaging.models import Notice
from homevisits.messaging.notices import tell
from homevisits.people.models import School
from homevisits.policy.selectors import version_in_force

from ..selectors.in_year import SOON, Due, in_year_due

BY = SystemJob("in-year visits")
ABOUT = "in_year_due"


def remind_of_in_year(now: datetime) -> int:
    """Tell the designated person of each visit that is due within a week, and again when it is overdue; how many were told.

    `now` is the real time: each school goes by its own clock.
    """
    schools = School.objects.filter(pupils__started_on__isnull=False).distinct().order_by("pk")
    return sum(_remind(school, school.at(now)) for school in schools)


def _remind(school: School, now: datetime) -> int:
    return sum(_tell(school, row, now) for row in in_year_due(school, now) if row.due_on - row.today <= SOON)


def _tell(school: School, row: Due, now: datetime) -> int:
    overdue = row.due_on < row.today
    says = f"The in-year visit {'was' if overdue else 'is'} due by {row.due_on:%-d %B %Y}."
    with transaction.atomic():
        School.objects.select_for_update().get(pk=school.pk)  # of two knocks at once one tells
        if Notice.objects.filter(school=school, about=ABOUT, says=says, pupils=row.pupil).exists():
            return 0
        role = version_in_force(school, row.today).values.designated_person
        link = f"/s/{school.slug}/visits/in-year/"
        tell(school=school, role=role, about=ABOUT, says=says, pupils=[row.pupil], link=link, clause="PRI-06", by=BY, now=now)
    return 1
