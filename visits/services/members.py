"""Those who go, and who go no longer: somebody says no (MAT-24, ATT-19), falls ill or leaves (PRI-02)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db import transaction

from homevisits.common.actors import Actor, SystemJob
from homevisits.common.errors import refuse_if
from homevisits.messaging.notices import tell
from homevisits.people.access import roles_held
from homevisits.people.matrix import STAFF
from homevisits.people.models import Role, Staff, StaffUnwell

from ..heard import heard, in_words, late
from ..models import HomeVisit, VisitMember
from ..rules.facts import facts_of
from ..rules.people import NO_VISITORS, UNWELL, refusal_blocks, span_of
from .changes import plan_changed
from .common import link_to, locked, note, pupils_of, visit_words
from .packs import drop_packs

Status = HomeVisit.Status
WAITING = (Status.PLANNED, Status.SENT_BACK, Status.APPROVED)
SAID_NO = {"academy-trust": "MAT-24", "attendance-officer": "ATT-19"}


def say_no(*, visit: HomeVisit, by: Staff, now: datetime, received: datetime | None = None) -> None:
    """A member of staff does not go, or stops: no reason is asked or kept, and approver and planner hear it (MAT-24, ATT-19).

    Before anybody sets off they are taken off and the visit goes back to be planned; on the way or inside the visit stays as it is, so that
    check-ins and alarms go on. Said twice, it is said once. `received`: when it came in, where it was said without network.
    Raises Blocked for somebody who is not to go.
    """
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(refusal_blocks(visit, by))
        clause = SAID_NO.get(visit.policy.values.preset, "MAT-24")
        if visit.departed_at:
            if visit.events.filter(what="stopped", by=by).exists():
                return
            note(visit, "stopped", by=by, now=now, received=received)
            then = f" Said at {in_words(now, received)}." if late(now, received) else ""
            _tell(visit, "said_stop", f"{by} stops the visit. No reason is asked.{then}", clause, by, heard(now, received), alarm=True)
            return
        now = heard(now, received)
        _take_off(visit, [by], f"{by} does not go", by, now)
        note(visit, "said_no", by=by, now=now)
        _tell(visit, "said_no", f"{by} does not go: the visit is to be planned again.", clause, by, now)


def drop_those_who_cannot_go(now: datetime) -> int:
    """Take those who have fallen ill or left off the visits that wait, which go back to be planned (PRI-02, ATT-71).

    `now` is the real time: each school goes by its own clock. Answers how many visits.
    """
    waiting = HomeVisit.objects.filter(status__in=WAITING, departed_at=None, members__isnull=False).distinct().order_by("pk")
    visits = list(waiting.select_related("policy", "household", "school").prefetch_related("members"))
    return sum(drop_from(visit, visit.school.at(now)) for visit in _doubtful(visits, now))


def _doubtful(visits: Sequence[HomeVisit], now: datetime) -> Iterator[HomeVisit]:
    """The visits of somebody who was ever unwell, or has no role on the day: few of many, found in a query a school and day."""
    unwell = set(StaffUnwell.objects.filter(staff__visits__visit__in=visits).values_list("staff", flat=True))
    able: dict[tuple[int, date], set[int]] = {}
    for visit in visits:
        day = span_of(visit, visit.due_back, visit.school.at(now)).day
        if (visit.school_id, day) not in able:
            held = roles_held(visit.school, STAFF, day)
            able[visit.school_id, day] = set(held.values_list("staff", flat=True))
        going = {member.staff_id for member in visit.members.all()}
        if going & unwell or going - able[visit.school_id, day]:
            yield visit


def _cannot_go(visit: HomeVisit, now: datetime) -> list[Staff]:
    people = [member.staff for member in visit.members.select_related("staff")]
    span = span_of(visit, visit.due_back, now)
    facts = facts_of(people, visit.school, visit.policy, visit.household, span, visit.pk, now)
    return [person for person in people if facts[person.pk].unwell or not facts[person.pk].roles - NO_VISITORS]


def drop_from(visit: HomeVisit, now: datetime) -> int:
    """Take those who cannot go off one visit that waits; 1 when somebody was, else 0."""
    job = SystemJob("the check of who can go")
    with transaction.atomic():
        visit = locked(visit)
        gone = _cannot_go(visit, now) if visit.status in WAITING and not visit.departed_at else []
        if not gone:
            return 0
        names = " and ".join(person.name for person in gone)
        _take_off(visit, gone, f"{names} cannot go", job, now)
        note(visit, "dropped_out", by=job, now=now, says=f"{names} cannot go.", staff=[person.pk for person in gone])
        clause = UNWELL.get(visit.policy.values.preset, "PRI-02")
        _tell(visit, "dropped_out", f"{names} cannot go: the visit is to be planned again.", clause, job, now)
    return 1


def _take_off(visit: HomeVisit, people: Sequence[Staff], says: str, by: Actor, now: datetime) -> None:
    """Take people off the visit, with what they carried, and send it back to be planned."""
    VisitMember.objects.filter(visit=visit, staff__in=people).delete()
    drop_packs(visit=visit, gone=people, by=by, now=now)
    if visit.device_carrier in people:
        visit.device_carrier = None
    visit.save(update_fields=["device_carrier"])
    plan_changed(visit, says=says, by=by, now=now)
    visit.status = Status.RAISED
    visit.save(update_fields=["status"])


def _tell(visit: HomeVisit, about: str, says: str, clause: str, by: Actor, now: datetime, alarm: bool = False) -> None:
    """The approvers by role, whoever planned it, and the others of the pair."""
    approvers = [Role.SENIOR_MANAGER if role == "senior_manager_on_duty" else role for role in visit.policy.values.approvers]
    last = visit.events.filter(what="planned").order_by("-pk").select_related("by").first()
    people: dict[str, list[Staff] | None] = dict.fromkeys(approvers)
    if last and last.by and last.by_id != by.pk:
        people["planner"] = [last.by]
    others = [member.staff for member in visit.members.select_related("staff") if member.staff_id != by.pk]
    if others:
        people["pair"] = others
    for role, named in people.items():
        tell(
            school=visit.school, role=role, about=about, says=f"{visit_words(visit, now)}: {says}", pupils=pupils_of(visit), people=named,
            link=link_to(visit.school, visit), clause=clause, alarm=alarm, by=by, now=now,
        )  # fmt: skip
