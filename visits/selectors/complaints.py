"""What the pages of complaints ask of visits."""

from collections.abc import Collection

from homevisits.common.clock import local_day
from homevisits.people.models import School, Staff

from ..models import HomeVisit
from .access import visible


def to_complain_of(school: School, person: Staff, roles: Collection[str]) -> list[tuple[int, str]]:
    """The latest visits that somebody may open, as (number, words), for the choice of what a complaint is about."""
    rows = visible(school, person, roles).filter(drill=False).prefetch_related("visit_pupils__pupil").order_by("-due_at", "-pk")[:100]
    return [(visit.pk, f"{local_day(visit.due_at):%-d %B %Y}: {_children(visit)}") for visit in rows]


def _children(visit: HomeVisit) -> str:
    return ", ".join(str(one.pupil) for one in visit.visit_pupils.all())
