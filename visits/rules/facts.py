"""What the registers, the policy and the other visits say of those who may go: read for many people at once, in a few queries."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q

from homevisits.common.clock import local, local_day
from homevisits.people.access import roles_held
from homevisits.people.matrix import EVERYONE
from homevisits.people.models import Household, LoneWorkerAssessment, School, Staff, StaffCheck, StaffTraining, StaffUnwell
from homevisits.people.selectors.registers import conflicts, off_visits
from homevisits.people.words import CODE_OF_CONDUCT
from homevisits.policy.models import PolicyRead, PolicyVersion

from ..models import VisitMember
from .annex import isolation_days
from .common import Status

# From being due back to setting off again: the way is never quite as planned, and what was found is written down first.
AFTER_BEING_BACK = timedelta(minutes=30)


@dataclass
class Facts:
    """One person, as far as a visit asks."""

    roles: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)  # of a class teacher or teaching assistant
    checks: set[str] = field(default_factory=set)
    training: set[str] = field(default_factory=set)  # policy_read among it
    unwell: bool = False
    annex: bool = False  # the infection-control annex is on that day
    conflict: bool = False
    busy: str = ""  # what keeps them: another visit, or being out
    lone_worker: bool = False  # has a lone-worker assessment that holds


@dataclass(frozen=True)
class Span:
    """From setting off to being back."""

    start: datetime
    end: datetime

    @property
    def day(self) -> date:
        """The day of the visit."""
        return local_day(self.start)


def facts_of(
    people: Collection[Staff],
    school: School,
    policy: PolicyVersion,
    household: Household | None,
    span: Span,
    leaving_out: int | None,
    now: datetime,
) -> dict[int, Facts]:
    """What holds of each on the day of the visit; `leaving_out` is the visit itself, which keeps nobody from going on it."""
    ids, day = [person.pk for person in people], span.day
    found: dict[int, Facts] = defaultdict(Facts)
    active = {person.pk for person in people if person.is_active}
    for staff_id, role, name in roles_held(school, EVERYONE, day).filter(staff__in=active).values_list("staff", "role", "class_name"):
        found[staff_id].roles.add(role)
        if name:
            found[staff_id].classes.add(name)
    holding = Q(expires_on=None) | Q(expires_on__gte=day)
    for staff_id, level in StaffCheck.objects.filter(holding, staff__in=ids).values_list("staff", "level"):
        found[staff_id].checks.add(level)
    for staff_id, name, version in StaffTraining.objects.filter(holding, staff__in=ids).values_list("staff", "name", "for_version"):
        if name != CODE_OF_CONDUCT or version == policy.pk:
            found[staff_id].training.add(name)
    for staff_id in PolicyRead.objects.filter(staff__in=ids, version=policy).values_list("staff", flat=True):
        found[staff_id].training.add("policy_read")
    days = isolation_days(school, policy.values, day)
    for row in StaffUnwell.objects.filter(staff__in=ids):
        found[row.staff_id].unwell |= off_visits(row, day, days)
        found[row.staff_id].annex = days > 0
    for staff_id in conflicts(household) if household else ():
        found[staff_id].conflict = True
    for staff_id, what in _busy(ids, span, leaving_out, now).items():
        found[staff_id].busy = what
    assessed = LoneWorkerAssessment.objects.filter(school=school, staff__in=ids, replaced_at=None, stale_at=None, review_on__gte=day)
    for staff_id in assessed.values_list("staff", flat=True):
        found[staff_id].lone_worker = True
    return found


def _busy(ids: Collection[int], span: Span, leaving_out: int | None, now: datetime) -> dict[int, str]:
    """Who is on another visit at that time, either way (ATT-01), and what to say of it; who is out needs a while after being due back.

    Of somebody who is late nobody knows when they will be free that day.
    """
    going = VisitMember.objects.filter(staff__in=ids, returned_at=None, visit__due_back__isnull=False, visit__due_at__lt=span.end)
    waiting = Q(visit__status__in=(Status.PLANNED, Status.APPROVED), visit__departed_at=None, visit__due_back__gt=span.start)
    out = Q(visit__departed_at__isnull=False, visit__returned_at=None)
    busy: dict[int, str] = {}
    for row in going.filter(waiting | out).exclude(visit=leaving_out).select_related("visit").order_by("visit__due_back"):
        other = row.visit
        assert other.due_back is not None
        back = f"{local(other.due_back):%-H:%M}"
        if not other.departed_at:
            busy[row.staff_id] = "is on another visit at that time"
        elif other.due_back < now and local_day(other.due_at) == span.day:
            busy[row.staff_id] = f"is out, was due back at {back} and is not back yet"
        elif other.due_back + AFTER_BEING_BACK > span.start:
            busy[row.staff_id] = f"is out until {back}; half an hour after that is kept free"
    return busy
