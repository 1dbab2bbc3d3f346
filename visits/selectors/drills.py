"""The drills of a school, with who took each on and when."""

from django.db.models import QuerySet

from homevisits.people.models import School

from ..models import HomeVisit
from .board import shown


def drills(school: School, count: int = 50) -> QuerySet[HomeVisit]:
    """The last drills, the newest first."""
    return shown(HomeVisit.objects.filter(school=school, drill=True).order_by("-pk"))[:count]
