"""Who of the safeguarding team is there on a day, and who covers."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from homevisits.people.access import holders, staff_with_role
from homevisits.people.models import Role, School, Staff, StaffUnwell

from ..models import LeadAway


@dataclass(frozen=True)
class Member:
    """One of the team on a day: the lead or a deputy, and why they are not there."""

    staff: Staff
    lead: bool
    away: str = ""
    absence: LeadAway | None = None


def team(school: School, day: date) -> list[Member]:
    """The safeguarding lead and deputies of a day, leads first, each with whether they are there."""
    leads = {person.pk for person in staff_with_role(school, Role.DSL, day)}
    unwell = set(
        StaffUnwell.objects.filter(Q(until=None) | Q(until__gte=day), school=school, symptoms_from__lte=day, ended_at=None).values_list(
            "staff_id", flat=True
        )
    )
    rows = LeadAway.objects.filter(school=school, first_day__lte=day, last_day__gte=day, ended_at=None).order_by("last_day")
    away = {row.staff_id: row for row in rows}
    found = []
    for person in holders(school, Role.DSL, day):
        row = away.get(person.pk)
        why = f"away until {row.last_day:%A} {row.last_day.day} {row.last_day:%B}" if row else "unwell" if person.pk in unwell else ""
        found.append(Member(person, person.pk in leads, why, row))
    return sorted(found, key=lambda one: (not one.lead, one.staff.name))


def team_there(school: School, day: date) -> list[Staff]:
    """Those of the team who are there on a day."""
    return [one.staff for one in team(school, day) if not one.away]


def aways(school: School, day: date) -> QuerySet[LeadAway]:
    """Who is or will be away, the next first."""
    return LeadAway.objects.filter(school=school, last_day__gte=day, ended_at=None).select_related("staff").order_by("first_day", "pk")
