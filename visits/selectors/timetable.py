"""The timetable that a visit belongs to."""

from django.db.models import QuerySet

from ..models import HomeVisit


def timetable_of(visit: HomeVisit) -> QuerySet[HomeVisit]:
    """Every visit of the timetable, the first included, by time; empty where it does not repeat."""
    first = visit.series_id or visit.pk
    found = HomeVisit.objects.filter(series=first) | HomeVisit.objects.filter(pk=first)
    return found.order_by("due_at", "pk") if HomeVisit.objects.filter(series=first).exists() else HomeVisit.objects.none()
