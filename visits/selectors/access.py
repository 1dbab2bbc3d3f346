"""Which visits a person may see: those who run them see all of the school's, everybody else their own (PRI-20, MAT-14)."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from homevisits.people.matrix import OFFICE
from homevisits.people.models import Pupil, Role, School, Staff

from ..models import HomeVisit
from ..states import PENDING

SEES_ALL = OFFICE | {Role.LINE_MANAGER}


def visible(school: School, person: Staff, roles: Collection[str]) -> QuerySet[HomeVisit]:
    """The visits of a school that a person with these roles may open."""
    found = HomeVisit.objects.filter(school=school).select_related("policy", "household", "school", "raised_by", "break_glass")
    if SEES_ALL & set(roles):
        return found
    return found.filter(Q(members__staff=person) | Q(raised_by=person) | Q(base_contact=person)).distinct()


def open_for(school: School, person: Staff, roles: Collection[str], pupil: Pupil) -> list[HomeVisit]:
    """The visits to a pupil's home that are still to be made, as far as this person may know of them; the next one first."""
    still = visible(school, person, roles).filter(household=pupil.household_id, status__in=PENDING, drill=False)
    return list(still.order_by("due_at", "pk")[:10])


def find(school: School, person: Staff, roles: Collection[str], visit_id: int) -> HomeVisit | None:
    """One visit, None where it does not exist for this person."""
    return visible(school, person, roles).filter(pk=visit_id).first()
