"""Whom somebody may send at once, and about whom."""

from datetime import datetime

from django.db.models import QuerySet

from homevisits.common.clock import local_day
from homevisits.people.access import roles_held
from homevisits.people.matrix import STAFF
from homevisits.people.models import Pupil, School, Staff


def staff_of(school: School, but: Staff, now: datetime) -> QuerySet[Staff]:
    """Everybody else who works in the school today, by name."""
    held = roles_held(school, STAFF, local_day(now))
    return Staff.objects.filter(pk__in=held.values("staff")).exclude(pk=but.pk).order_by("name", "pk")


def pupils_on_roll(school: School) -> QuerySet[Pupil]:
    """The school's pupils by name."""
    return (
        Pupil.objects.filter(school=school, status=Pupil.Status.ON_ROLL)
        .select_related("household")
        .order_by("last_name", "first_name", "pk")
    )
