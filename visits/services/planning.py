"""Giving a visit its pair, times and means. The plan is written and then looked at by the rules: refused, nothing of it stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from homevisits.common.clock import local_day
from homevisits.common.errors import Block, refuse_if
from homevisits.people.access import roles_of
from homevisits.people.matrix import allows
from homevisits.people.models import AlarmDevice, Pupil, School, Staff, Vehicle
from homevisits.policy.selectors import version_in_force

from ..models import HomeVisit, VisitMember, VisitPupil
from ..purposes import BY_CODE, OTHER
from ..rules.people import pair_blocks
from ..rules.plans import lone_risk_blocks, plan_ready_blocks, plannable_blocks
from ..snapshot import lines
from .changes import plan_changed, replanned_blocks, what_changed
from .common import locked, note
from .packs import drop_packs
from .plan_notices import tell_who_goes

Status = HomeVisit.Status
# Each one's part, by default: one talks to the parents, the other is with the child (PRI-07).
TASKS = ("Talks to the parents", "Is with the child")
TASK_ALONE = "Talks to the parents and sees the child"
TASK_MORE = "Supports the other two"


@dataclass(frozen=True)
class Plan:
    """Everything about a plan besides who goes and when they are due back. None leaves what the visit has."""

    sets_off: datetime | None = None
    arrive_at: datetime | None = None
    length_minutes: int | None = None
    place: str | None = None
    vehicle: Vehicle | None = None
    vehicle_words: str | None = None
    device: AlarmDevice | None = None
    device_carrier: Staff | None = None
    safe_word: str | None = None
    from_home: bool | None = None
    to_home: bool | None = None
    hours_reason: str | None = None
    no_alternative: bool | None = None
    base_contact: Staff | None = None
    base_contact_words: str | None = None
    override_by: Staff | None = None
    override_reason: str | None = None
    whom_to_see: str | None = None
    why_not_at_school: str | None = None
    reason: str | None = None
    purpose_words: str | None = None
    answers: Mapping[str, str] | None = None
    # Of those who go, by their numbers.
    tasks: Mapping[int, str] = field(default_factory=dict)
    driver: Staff | None = None


NOT_ON_THE_ROW = {"sets_off", "tasks", "driver", "answers"}
ON_THE_ROW = tuple(one.name for one in fields(Plan) if one.name not in NOT_ON_THE_ROW)


def plan_visit(
    *,
    school: School,
    pupil: Pupil,
    visit: HomeVisit | None,
    pair: Sequence[Staff],
    due_back: datetime,
    by: Staff,
    now: datetime,
    purpose: str = "",
    unannounced_reason: str = "",
    plan: Plan | None = None,
    version: int | None = None,
) -> HomeVisit:
    """Give the visit its pair and the time it is due back, or plan a new one when `visit` is None.

    Planning again voids approvals given before and tells whom the policy names (ATT-36). `version` is that of the plan on the page, None
    where nobody says: a page older than the plan is refused. Raises Blocked with every rule against it.
    """  # fmt: skip
    plan, pair = plan or Plan(), list(dict.fromkeys(pair))
    with transaction.atomic():
        visit = locked(visit) if visit else None
        _may(visit.school if visit else school, by, now)
        refuse_if(plannable_blocks(visit) or replanned_blocks(visit, version) if visit else [])
        before = lines(visit) if visit else {}
        went = [member.staff for member in visit.members.select_related("staff")] if visit else []
        visit = visit or _new(school, pupil, purpose, unannounced_reason, by, now)
        _write(visit, plan, due_back, unannounced_reason, now)
        _write_members(visit, plan, pair)
        drop_packs(visit=visit, gone=[person for person in went if person not in pair], by=by, now=now)
        note(visit, "planned", by=by, now=now, pair=[person.pk for person in pair])
        refuse_if(
            plan_ready_blocks(visit, now)
            + pair_blocks(visit, visit.school, visit.policy, pair, visit.purpose, due_back, now)
            + lone_risk_blocks(visit)
        )
        plan_changed(visit, says=what_changed(visit, before), by=by, now=now)
        if visit.status != Status.PLANNED:
            visit.status = Status.PLANNED
            visit.save(update_fields=["status"])
        tell_who_goes(visit, went, pair, by, now)
    return visit


def _may(school: School, by: Staff, now: datetime) -> None:
    """Nobody but staff plans, whatever way the service is reached (PRI-03); which of them, the pages ask."""
    if not allows("request_visit", roles_of(by, school, local_day(now))):
        refuse_if([Block("Only staff of the school plan a visit.")])


def _new(school: School, pupil: Pupil, purpose: str, unannounced_reason: str, by: Staff, now: datetime) -> HomeVisit:
    """A visit that is planned at once. A purpose that no list has is another purpose with its words (ALT-10)."""
    known = not purpose or purpose in BY_CODE
    visit = HomeVisit.objects.create(
        school=school, household=pupil.household, policy=version_in_force(school, local_day(now)), purpose=purpose if known else OTHER,
        purpose_words="" if known else purpose.replace("_", " ").capitalize()[:200], reason=unannounced_reason,
        announced=not unannounced_reason, unannounced_reason=unannounced_reason, address=pupil.household.address,
        postcode=pupil.household.postcode, due_at=now, token=uuid4(), raised_at=now, raised_by=by,
    )  # fmt: skip
    VisitPupil.objects.create(visit=visit, pupil=pupil)
    return visit


def _write(visit: HomeVisit, plan: Plan, due_back: datetime, unannounced_reason: str, now: datetime) -> None:
    for name in ON_THE_ROW:
        value = getattr(plan, name)
        if value is not None:
            setattr(visit, name, value.strip() if isinstance(value, str) else value)
    if plan.vehicle is not None:
        visit.vehicle_words = ""
    elif plan.vehicle_words:
        visit.vehicle = None
    if plan.answers:
        visit.purpose_answers = {**visit.purpose_answers, **plan.answers}
    if unannounced_reason:
        visit.announced, visit.unannounced_reason = False, unannounced_reason
    if plan.sets_off is not None:
        visit.due_at = plan.sets_off
    elif local_day(visit.due_at) < local_day(now) or visit.due_at >= due_back:
        visit.due_at = now
    visit.due_back = due_back
    visit.save()


def _write_members(visit: HomeVisit, plan: Plan, pair: Sequence[Staff]) -> None:
    """Those who go, each with their part; whoever stays on keeps what they have read and acknowledged."""
    visit.members.exclude(staff__in=pair).delete()
    if visit.override_by_id and len(pair) > 1:
        visit.override_by, visit.override_reason = None, ""
        visit.save(update_fields=["override_by", "override_reason"])
    kept = {member.staff_id: member for member in visit.members.all()}
    parts = [TASK_ALONE] if len(pair) == 1 else [*TASKS, *[TASK_MORE] * len(pair)]
    taken = {member.task for member in kept.values()}
    for person in pair:
        member = kept.get(person.pk) or VisitMember(visit=visit, staff=person)
        given = plan.tasks.get(person.pk, "").strip()
        free = next((part for part in parts if part not in taken), parts[0])
        member.task = given or (member.task if len(pair) > 1 else "") or free
        taken.add(member.task)
        if plan.driver is not None:
            member.driver = plan.driver == person
        member.save()
