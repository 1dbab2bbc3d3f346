"""Who could go: every member of staff with why or why not, and the pairs that suit best (PRI-07, ATT-01)."""

from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from homevisits.common.errors import Block
from homevisits.people.access import holders
from homevisits.people.matrix import LEADERS
from homevisits.people.models import Role, Staff
from homevisits.people.selectors.staff import staff_here

from ..models import HomeVisit, VisitMember
from ..rules.facts import Facts, Span, facts_of
from ..rules.people import NO_VISITORS, alone_blocks, mobile_blocks, person_blocks, span_of

VISITING = frozenset({Role.VISITING_STAFF, Role.ATTENDANCE_OFFICER, Role.EDUCATION_WELFARE_OFFICER, Role.PUPIL_SUPPORT_LEAD})
OF_CLASS = frozenset({Role.CLASS_TEACHER, Role.TEACHING_ASSISTANT})
SHOWN = 4


@dataclass(frozen=True)
class Candidate:
    """A member of staff for one visit: what speaks for them, and what stands against them."""

    staff: Staff
    roles: str
    why: list[str]
    blocks: list[Block]
    score: int
    facts: Facts


@dataclass(frozen=True)
class Suggestion:
    """A pair, or one person alone, with the reasons and the parts they would have; `value` is what the form posts."""

    people: tuple[Staff, ...]
    why: list[str]
    score: int

    @property
    def value(self) -> str:
        """The numbers of those who go, in the order of their parts."""
        return ",".join(str(person.pk) for person in self.people)


def candidates(visit: HomeVisit, now: datetime, due_back: datetime | None = None, span: Span | None = None) -> list[Candidate]:
    """Everybody who works in the school, the most suitable first."""
    span = span or span_of(visit, due_back or visit.due_back, now)
    people = staff_here(visit.school, span.day)
    staff = [person.staff for person in people if {row.role for row in person.roles} - NO_VISITORS]
    facts = facts_of(staff, visit.school, visit.policy, visit.household, span, visit.pk, now)
    classes = {one.pupil.class_name for one in visit.visit_pupils.select_related("pupil") if one.pupil.class_name}
    been = set(
        VisitMember.objects.filter(staff__in=staff, visit__household=visit.household_id, visit__departed_at__isnull=False)
        .exclude(visit=visit.pk)
        .values_list("staff", flat=True)
    )
    words = {person.staff.pk: ", ".join(row.get_role_display() for row in person.roles) for person in people}
    values = visit.policy.values
    found = []
    for person in staff:
        known = facts[person.pk]
        why, score = _speaks_for(known, classes, person.pk in been)
        blocks = person_blocks(person, known, values, visit.purpose) + mobile_blocks([person], values)
        found.append(Candidate(person, words[person.pk], why, blocks, score, known))
    return sorted(found, key=lambda one: (bool(one.blocks), -one.score, one.staff.name))


def _speaks_for(facts: Facts, classes: set[str], been: bool) -> tuple[list[str], int]:
    why, score = [], 0
    if facts.roles & OF_CLASS and facts.classes & classes:
        role = Role.CLASS_TEACHER if Role.CLASS_TEACHER in facts.roles else Role.TEACHING_ASSISTANT
        why.append(f"{role.label} of {', '.join(sorted(facts.classes & classes))}")
        score += 10 if role == Role.CLASS_TEACHER else 9
    if facts.roles & VISITING:
        why.append("Visits homes")
        score += 6
    if been:
        why.append("Has been to this home before")
        score += 3
    if facts.roles & LEADERS:
        score -= 3
    return why, score


def suggested(visit: HomeVisit, found: list[Candidate], now: datetime) -> list[Suggestion]:
    """The best pairs of those who can go, one to talk to the parents and one for the child; one alone only where the policy lets them.

    A pair that would leave nobody to approve is not suggested.
    """
    values, free = visit.policy.values, [one for one in found if not one.blocks and one.score > 0]
    if len(free) < 2:
        free = [one for one in found if not one.blocks]
    approvers = approvers_of(visit, now)
    pairs = []
    for first, second in combinations(free, 2):
        if leaves_somebody(approvers, {first.staff.pk, second.staff.pk}, values.approvals_needed):
            both = Role.CLASS_TEACHER in first.facts.roles and Role.TEACHING_ASSISTANT in second.facts.roles
            why = [f"{one.staff.name}: {', '.join(one.why) or one.roles}" for one in (first, second)]
            pairs.append(Suggestion((first.staff, second.staff), why, first.score + second.score + (2 if both else 0)))
    alone = []
    if values.minimum_staff == 1 and values.lone_visit_allowed:
        alone = [
            Suggestion((one.staff,), [f"{one.staff.name} alone: has a lone-worker assessment that holds"], one.score)
            for one in free
            if not alone_blocks(values, one.staff, visit.purpose, one.facts)
            and leaves_somebody(approvers, {one.staff.pk}, values.approvals_needed)
        ]
    best = sorted(pairs, key=lambda one: -one.score)[:SHOWN]
    return best + sorted(alone, key=lambda one: -one.score)[:2]


def approvers_of(visit: HomeVisit, now: datetime) -> dict[str, set[int]]:
    """Who approves, by each role that the policy names."""
    day = span_of(visit, visit.due_back, now).day
    return {
        role: set(
            holders(visit.school, Role.SENIOR_MANAGER if role == "senior_manager_on_duty" else role, day).values_list("pk", flat=True)
        )
        for role in visit.policy.values.approvers
    }


def leaves_somebody(approvers: dict[str, set[int]], going: set[int], needed: str) -> bool:
    """Whether somebody is left who can approve: nobody approves their own visit. Roles that nobody holds are not the pair's doing."""
    held = [people for people in approvers.values() if people]
    left = [bool(people - going) for people in held]
    return not held or (all(left) if needed == "all" else any(left))
