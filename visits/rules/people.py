"""Who may go: number, roles, checks, training, health, other visits. Lone visits and what lifts the rule of two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import roles_of
from homevisits.people.matrix import HEADS, LEADERS
from homevisits.people.models import Role, School, Staff
from homevisits.people.words import CODE_OF_CONDUCT, check_words, training_words
from homevisits.policy.models import PolicyVersion
from homevisits.policy.values import Values

from ..models import HomeVisit
from ..purposes import TRANSPORT, TUTORING
from ..states import TRANSITIONS
from .annex import off_block
from .common import clause
from .facts import Facts, Span, facts_of

NO_VISITORS = frozenset({Role.GOVERNOR, Role.CHAIR_OF_GOVERNORS, Role.TRUST_ADMIN})
# Rules without a setting: the clause of the running preset that demands it, else the first policy's.
MOBILE = {"attendance-officer": "ATT-11", "academy-trust": "MAT-18", "alternative-provision": "ALT-26", "secondary": "SEC-08"}
UNWELL = {"attendance-officer": "ATT-82"}
LONE_WORKER = {"academy-trust": "MAT-10", "alternative-provision": "ALT-23", "secondary": "SEC-02"}
READING = {"attendance-officer": "ATT-02", "academy-trust": "MAT-10", "alternative-provision": "ALT-02"}
CONDUCT = {"alternative-provision": "ALT-27"}
TRANSPORT_ALONE = {"alternative-provision": "ALT-31"}
SENIORS = LEADERS | HEADS


@dataclass(frozen=True)
class Override:
    """That a named senior lets one person go, with the reason (MAT-10, PRI-03)."""

    by: Staff | None
    reason: str


def pair_blocks(
    visit: HomeVisit | None,
    school: School,
    policy: PolicyVersion,
    pair: Sequence[Staff],
    purpose: str,
    due_back: datetime | None,
    now: datetime,
) -> list[Block]:
    """Why these staff cannot make the visit: number, roles, checks, training, illness, conflicts, other visits.

    The time and an override are the visit's own; without a visit it sets off now.
    """
    people = list(dict.fromkeys(pair))
    span = span_of(visit, due_back, now)
    household = visit.household if visit else None
    facts = facts_of(people, school, policy, household, span, visit.pk if visit else None, now)
    override = Override(visit.override_by, visit.override_reason) if visit else None
    blocks = number_blocks(school, policy.values, people, purpose, facts, override, span)
    for person in people:
        blocks += person_blocks(person, facts[person.pk], policy.values, purpose)
    return blocks


def span_of(visit: HomeVisit | None, due_back: datetime | None, now: datetime) -> Span:
    """From setting off to being back; what was to set off earlier and has not sets off now."""
    start = max(visit.due_at, now) if visit else now
    return Span(start, due_back if due_back and due_back > start else start + timedelta(minutes=1))


def number_blocks(
    school: School, values: Values, people: Sequence[Staff], purpose: str, facts: dict[int, Facts], override: Override | None, span: Span
) -> list[Block]:
    """Why so many people are too few (PRI-02, ATT-01, MAT-10, ALT-23, SEC-02)."""
    count = len(people)
    lone = count == 1 and values.minimum_staff == 1 and values.lone_visit_allowed
    if count >= max(values.minimum_staff, 2):
        return []
    blocks = []
    if count == 1 and not lone and override and override.by and values.pair_override == "named_senior_and_reason":
        blocks += override_blocks(school, values, people[0], override, span)
    elif not lone:
        needed = max(values.minimum_staff, 1 if values.lone_visit_allowed else 2)
        blocks.append(Block(f"A visit needs {needed} different members of staff; here {_counted(count)}.", clause(values, "minimum_staff")))
    if count == 1 and not blocks:
        blocks += alone_blocks(values, people[0], purpose, facts[people[0].pk])
    return blocks


def override_blocks(school: School, values: Values, person: Staff, override: Override, span: Span) -> list[Block]:
    """Why nobody's word lifts the rule of two: it takes a named senior, who does not go, and a written reason."""
    blocks, setting = [], clause(values, "pair_override")
    if override.by is None or not roles_of(override.by, school, span.day) & SENIORS:
        blocks.append(Block("Only a senior leader can let one person go alone.", setting))
    if override.by == person:
        blocks.append(Block("Nobody lets themselves go alone: name another senior leader.", setting))
    if not override.reason.strip():
        blocks.append(Block("Going without a second person needs its reason in writing.", setting))
    return blocks


def alone_blocks(values: Values, person: Staff, purpose: str, facts: Facts) -> list[Block]:
    """Why this person cannot go alone where the policy, or an override, lets one go (ATT-10, ALT-23)."""
    blocks = []
    if not facts.lone_worker:
        says = f"{person} has no current lone-worker risk assessment: nobody works alone without one."
        blocks.append(Block(says, LONE_WORKER.get(values.preset, "ATT-10")))
    if purpose == TRANSPORT:
        says = "Nobody takes a pupil anywhere alone: a second member of staff goes too."
        blocks.append(Block(says, TRANSPORT_ALONE.get(values.preset, "ATT-52")))
    return blocks


def _counted(count: int) -> str:
    return {0: "there is nobody", 1: "there is one"}.get(count, f"there are {count}")


def person_blocks(person: Staff, facts: Facts, values: Values, purpose: str) -> list[Block]:
    """Why one person cannot go, whoever comes with them. An illness and a conflict are not told to the planner in words of their own."""
    if not facts.roles - NO_VISITORS:
        return [Block(f"{person} is not staff of this school who may visit homes.", clause(values, "minimum_staff"))]
    blocks = []
    missing = [level for level in checks_for(values, purpose) if level not in facts.checks]
    if missing:
        says = f"{person} lacks a current check: {', '.join(check_words(level) for level in missing)}."
        blocks.append(Block(says, clause(values, "required_checks")))
    blocks += _training_blocks(person, facts, values)
    if facts.unwell:
        off = Block(f"{person} is off visits on that day.", UNWELL.get(values.preset, "ATT-82"))
        blocks.append(off_block(person) if facts.annex else off)
    if facts.conflict:
        blocks.append(Block(f"{person} does not visit this household."))
    if facts.busy:
        blocks.append(Block(f"{person} {facts.busy}.", clause(values, "minimum_staff")))
    return blocks


def _training_blocks(person: Staff, facts: Facts, values: Values) -> list[Block]:
    """What somebody has not done or confirmed; each person confirms policy and code of conduct for themselves (ALT-27)."""
    lacking = [name for name in values.required_training if name not in facts.training]
    setting = clause(values, "required_training")
    done = [training_words(name) for name in lacking if name not in ("policy_read", CODE_OF_CONDUCT)]
    blocks = [Block(f"{person} has not done: {', '.join(done)}.", setting)] if done else []
    if "policy_read" in lacking:
        blocks.append(Block(f"{person} has not confirmed reading the policy in force.", READING.get(values.preset, setting)))
    if CODE_OF_CONDUCT in lacking:
        blocks.append(Block(f"{person} has not confirmed the code of conduct in force.", CONDUCT.get(values.preset, setting)))
    return blocks


def checks_for(values: Values, purpose: str) -> list[str]:
    """The checks that the policy asks for; where the level goes by purpose, tutoring and transport need the barred list too (ALT-32)."""
    levels: list[str] = []
    for level in values.required_checks:
        if level == "dbs_level_by_purpose":
            levels += ["enhanced_dbs", "barred_list"] if purpose in (TUTORING, TRANSPORT) else ["enhanced_dbs"]
        else:
            levels.append(level)
    return levels


def mobile_blocks(pair: Sequence[Staff], values: Values, clause_id: str | None = None) -> list[Block]:
    """Who has no mobile number on file, where the policy demands one before the visit."""
    demanded = clause_id or MOBILE.get(values.preset)
    return [Block(f"There is no mobile number for {person}.", demanded) for person in pair if demanded and not person.mobile]


def refusal_blocks(visit: HomeVisit, person: Staff) -> list[Block]:
    """Why this person cannot say that they do not go: only because they were never to go, or it is over. Nothing else is asked (MAT-24)."""
    if not visit.pk or not visit.members.filter(staff=person).exists():
        return [Block("Only somebody who is to go on this visit says no to it.")]
    still_out = visit.departed_at and not visit.returned_at
    if not still_out and HomeVisit.Status.RAISED not in TRANSITIONS[visit.status]:
        return [Block("This visit is over.")]
    return []


def knows_safe_word(visit: HomeVisit, person: Staff, now: datetime) -> bool:
    """Whether a person sees the safe word: those who go, and those whom the alarm reaches (MAT-21)."""
    if visit.members.filter(staff=person).exists() or person == visit.base_contact:
        return True
    told = {Role.OFFICE_ADMIN, Role.SENIOR_MANAGER, *HEADS} if visit.policy.values.return_alarm_steps else frozenset()
    return bool(roles_of(person, visit.school, local_day(now)) & told)
