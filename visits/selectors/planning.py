"""Whom a plan can name besides those who go."""

from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.people.access import roles_held
from homevisits.people.models import School, Staff

from ..rules.people import SENIORS


def seniors_of(school: School, now: datetime) -> list[Staff]:
    """The senior leaders, who can let one person go alone where the policy allows it, by name."""
    held = roles_held(school, SENIORS, local_day(now)).values("staff")
    return list(Staff.objects.filter(pk__in=held).order_by("name", "pk"))
