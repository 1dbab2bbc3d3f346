"""Incidents of a school, for those who review them."""

from django.db.models import QuerySet

from homevisits.people.models import School

from ..models import Incident


def incidents(school: School) -> QuerySet[Incident]:
    """The school's incidents, those to be reviewed first, then the newest."""
    rows = Incident.objects.filter(school=school).select_related("by", "reviewed_by").prefetch_related("pupils")
    return rows.order_by("reviewed_at", "-happened_at")
