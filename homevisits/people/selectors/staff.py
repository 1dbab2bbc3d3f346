"""Who works in a school, for the pages that administer them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from homevisits.common import clock

from ..access import roles_held, today_of
from ..matrix import LEADERS, STAFF
from ..models import Role, School, Staff, StaffRole


@dataclass(frozen=True)
class Person:
    """A member of staff with their roles in one school."""

    staff: Staff
    roles: list[StaffRole]
    here: bool

    @property
    def invited(self) -> bool:
        """Whether they have an account and no password yet."""
        return not self.staff.has_usable_password()


def staff_in(school: School) -> QuerySet[Staff]:
    """Everybody who holds, held or will hold a role in a school, in the school itself or through its trust."""
    held = StaffRole.objects.filter(Q(school=school) | Q(trust=school.trust_id) if school.trust_id else Q(school=school))
    return Staff.objects.filter(pk__in=held.values("staff"))


def roles_in(school: School) -> QuerySet[StaffRole]:
    """The rows of roles in the school itself; those of its trust are not the school's to change."""
    return StaffRole.objects.filter(school=school).select_related("staff", "school")


def held_now(staff: Staff, school: School) -> frozenset[str]:
    """The roles of a person's own in a school that have not been over before today: held, to come, or ended this very day or yesterday."""
    since = today_of(school) - timedelta(days=1)
    return frozenset(StaffRole.objects.filter(staff=staff, school=school).exclude(ends_on__lt=since).values_list("role", flat=True))


def roles_not_over(school: School, roles: Collection[str], on: date) -> QuerySet[StaffRole]:
    """The rows of these roles in the school itself that hold on a day or are still to come, by role and name."""
    rows = roles_in(school).filter(role__in=roles, staff__is_active=True).exclude(ends_on__lt=on)
    return rows.order_by("role", "staff__name", "pk")


def people_of(school: School, on: date) -> list[Person]:
    """Everybody of a school by name, with their roles; `here` says whether any role holds on the day or is still to come."""
    where = Q(school=school) | Q(trust=school.trust_id) if school.trust_id else Q(school=school)
    rows: dict[int, list[StaffRole]] = {}
    for row in StaffRole.objects.filter(where).order_by("role", "pk"):
        rows.setdefault(row.staff_id, []).append(row)
    people = Staff.objects.filter(pk__in=rows).order_by("name", "pk")
    return [
        Person(staff, rows[staff.pk], staff.is_active and any(row.ends_on is None or row.ends_on >= on for row in rows[staff.pk]))
        for staff in people
    ]


def people_over() -> list[Staff]:
    """Those with an open account whose every role has ended, each by the clock of its school; who runs the installation is none of them."""
    lasting = StaffRole.objects.filter(ends_on=None).values("staff")
    some = Staff.objects.filter(is_active=True, is_staff=False, is_superuser=False).exclude(pk__in=lasting).exclude(roles=None)
    rows: dict[Staff, list[StaffRole]] = {}
    for role in StaffRole.objects.filter(staff__in=some).select_related("staff", "school"):
        rows.setdefault(role.staff, []).append(role)
    today = clock.local_day(clock.now())
    return [staff for staff, roles in rows.items() if all(_is_over(role, today) for role in roles)]


def _is_over(role: StaffRole, today: date) -> bool:
    """Whether a role has ended; one through the trust by the real day."""
    return role.ends_on is not None and role.ends_on < (today_of(role.school) if role.school else today)


def staff_here(school: School, on: date) -> list[Person]:
    """Those who work in a school on a day and might go on a visit, by name, with the roles that hold then.

    Governors and trust officers do not.
    """
    found = []
    for person in people_of(school, on):
        held = [row for row in person.roles if _holds(row, on)]
        if person.staff.is_active and any(row.role in STAFF for row in held):
            found.append(Person(person.staff, held, True))
    return found


def _holds(row: StaffRole, on: date) -> bool:
    return (row.starts_on is None or row.starts_on <= on) and (row.ends_on is None or row.ends_on >= on)


def people_here(school: School, on: date) -> list[Staff]:
    """Everybody who holds any role in a school on a day, by name; governors and trust officers too."""
    return list(Staff.objects.filter(pk__in=roles_held(school, list(Role), on).values("staff")).order_by("name", "pk"))


def leaders_here(school: School, on: date) -> list[Staff]:
    """Who may stand in for the senior manager on duty, by name."""
    return list(Staff.objects.filter(pk__in=roles_held(school, LEADERS, on).values("staff")).order_by("name", "pk"))


def senior_managers(school: School, on: date) -> QuerySet[StaffRole]:
    """The rows of a school's senior managers that hold on a day, by name."""
    holding = (Q(starts_on=None) | Q(starts_on__lte=on)) & (Q(ends_on=None) | Q(ends_on__gte=on))
    held = roles_in(school).filter(holding, role=Role.SENIOR_MANAGER, staff__is_active=True)
    return held.order_by("staff__name", "pk")
