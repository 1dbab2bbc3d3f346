"""Who may go: number, roles, checks, training, other visits."""

from collections.abc import Sequence
from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import roles_of
from homevisits.people.models import Role, School, Staff
from homevisits.policy.models import PolicyRead, PolicyVersion
from homevisits.policy.values import Values

from ..models import HomeVisit
from .common import Status, clause, words

NO_VISITORS = frozenset({Role.GOVERNOR, Role.CHAIR_OF_GOVERNORS, Role.TRUST_ADMIN})
# Rules without a setting: the clause of the running preset that demands it, else the first policy's.
MOBILE = {"attendance-officer": "ATT-11", "academy-trust": "MAT-18", "alternative-provision": "ALT-26", "secondary": "SEC-08"}


def pair_blocks(
    visit: HomeVisit | None,
    school: School,
    policy: PolicyVersion,
    pair: Sequence[Staff],
    purpose: str,
    due_back: datetime | None,
    now: datetime,
) -> list[Block]:
    """Why these staff cannot make the visit: number, roles, checks, training, other visits."""
    values = policy.values
    people = list(dict.fromkeys(pair))
    blocks = []
    if len(people) < values.minimum_staff or (len(people) == 1 and not values.lone_visit_allowed):
        needed = max(values.minimum_staff, 1 if values.lone_visit_allowed else 2)
        blocks.append(
            Block(f"A visit needs {needed} different members of staff; here {_counted(len(people))}.", clause(values, "minimum_staff"))
        )
    for person in people:
        blocks += _person_blocks(person, school, policy, purpose, now)
        blocks += _busy_blocks(visit, person, school, values, due_back, now)
    return blocks


def _counted(count: int) -> str:
    return {0: "there is nobody", 1: "there is one"}.get(count, f"there are {count}")


def _person_blocks(person: Staff, school: School, policy: PolicyVersion, purpose: str, now: datetime) -> list[Block]:
    values, day = policy.values, local_day(now)
    if not roles_of(person, school, day) - NO_VISITORS:
        return [Block(f"{person} is not staff of this school who may visit homes.", clause(values, "minimum_staff"))]
    blocks = []
    checks = {check.level for check in person.checks.all() if check.expires_on is None or check.expires_on >= day}
    missing = [level for level in _checks_for(values, purpose) if level not in checks]
    if missing:
        blocks.append(Block(f"{person} lacks a current check: {words(missing)}.", clause(values, "required_checks")))
    done = {row.name for row in person.training.all() if row.expires_on is None or row.expires_on >= day}
    if PolicyRead.objects.filter(staff=person, version=policy).exists():
        done.add("policy_read")
    lacking = [name for name in values.required_training if name not in done]
    if lacking:
        blocks.append(Block(f"{person} has not done: {words(lacking)}.", clause(values, "required_training")))
    return blocks


def _checks_for(values: Values, purpose: str) -> list[str]:
    """The checks that the policy asks for; where the level goes by purpose, tutoring and transport need the barred list too (ALT-32)."""
    levels: list[str] = []
    for level in values.required_checks:
        if level == "dbs_level_by_purpose":
            levels += ["enhanced_dbs", "barred_list"] if purpose in ("tutoring", "transport") else ["enhanced_dbs"]
        else:
            levels.append(level)
    return levels


def _busy_blocks(
    visit: HomeVisit | None, person: Staff, school: School, values: Values, due_back: datetime | None, now: datetime
) -> list[Block]:
    """Somebody who is out, or planned for another visit at that time, is not available (ATT-01)."""
    others = HomeVisit.objects.filter(school=school, members__staff=person, returned_at__isnull=True).exclude(pk=visit.pk if visit else 0)
    busy = [
        other for other in others
        if other.departed_at or (other.status in (Status.PLANNED, Status.APPROVED) and other.due_back and other.due_back > now)
    ]  # fmt: skip
    return [Block(f"{person} is on another visit at that time.", clause(values, "minimum_staff"))] if busy else []


def mobile_blocks(pair: Sequence[Staff], values: Values, clause_id: str | None = None) -> list[Block]:
    """Who has no mobile number on file, where the policy demands one before the visit."""
    demanded = clause_id or MOBILE.get(values.preset)
    return [Block(f"There is no mobile number for {person}.", demanded) for person in pair if demanded and not person.mobile]
