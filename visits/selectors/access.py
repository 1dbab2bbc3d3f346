"""Which visits a person may see: those who run them see all of the school's, everybody else their own (PRI-20, MAT-14)."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from homevisits.people.matrix import OFFICE
from homevisits.people.models import Role, School, Staff

from ..models import HomeVisit

SEES_ALL = OFFICE | {Role.LINE_MANAGER}


def visible(school: School, person: Staff, roles: Collection[str]) -> QuerySet[HomeVisit]:
    """The visits of a school that a person with these roles may open."""
    found = HomeVisit.objects.filter(school=school).select_related("policy", "household", "school", "raised_by", "break_glass")
    if SEES_ALL & set(roles):
        return found
    return found.filter(Q(members__staff=person) | Q(raised_by=person) | Q(base_contact=person)).distinct()


def find(school: School, person: Staff, roles: Collection[str], visit_id: int) -> HomeVisit | None:
    """One visit, None where it does not exist for this person."""
    return visible(school, person, roles).filter(pk=visit_id).first()
