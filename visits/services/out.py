"""Out and back: check-ins, delays, help, and the alarm that climbs until somebody acts."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min, QuerySet

from homevisits.audit.services import record
from homevisits.common.actors import Actor, SystemJob
from homevisits.common.errors import BadInput, refuse_if
from homevisits.messaging.notices import tell
from homevisits.people.models import Role, School, Staff

from .. import alarms
from ..models import AlarmAcknowledgement, CheckIn, HomeVisit, VisitAlarm, VisitMember
from ..rules.alarm import acknowledge_blocks
from ..rules.check_ins import check_in_blocks
from ..rules.common import clause
from ..rules.door import outcome_blocks
from .common import link_to, locked, note, pupils_of

ALARM = SystemJob("the return alarm")
Point = CheckIn.Point
Status = HomeVisit.Status
# Whom a step of the alarm reaches; every step reaches those of the steps before it as well.
REACHES = {
    "staff": ("pair",), "office": (Role.OFFICE_ADMIN,), "senior_manager": (Role.SENIOR_MANAGER,), "headteacher": (Role.HEADTEACHER,),
    "police_prompt": (Role.HEADTEACHER, Role.SENIOR_MANAGER, Role.OFFICE_ADMIN),
    alarms.HELP: (Role.OFFICE_ADMIN, Role.SENIOR_MANAGER, Role.HEADTEACHER, Role.DSL),
}  # fmt: skip


def check_in(*, visit: HomeVisit, point: str, by: Staff, now: datetime, adult_present: bool | None = None) -> CheckIn:
    """Record a point reached, by one of the pair or by the office for them. `departed` by one counts for all.

    Raises Blocked with every rule that stands against it, BadInput for a point that does not exist.
    """
    if point not in Point.values:
        raise BadInput(f"“{point}” is not a point of a visit.")
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(check_in_blocks(visit, visit.policy.values, point, by, adult_present, now))
        row = CheckIn.objects.create(visit=visit, point=point, at=now, by=by, adult_present=adult_present)
        record(
            "visits.check_in",
            by=by,
            now=now,
            school_id=visit.school_id,
            object_type="HomeVisit",
            object_id=visit.pk,
            detail={"point": point},
        )
        if point == Point.DEPARTED:
            _depart(visit, by, now)
        elif point == Point.ARRIVED:
            _of(visit, by).filter(arrived_at__isnull=True).update(arrived_at=now)
        elif point == Point.RETURNED:
            _return(visit, by, now)
    return row


def _of(visit: HomeVisit, by: Staff) -> QuerySet[VisitMember]:
    """The members for whom a check-in counts: the member's own, or all of them when the office says it."""
    mine = visit.members.filter(staff=by)
    return mine if mine.exists() else visit.members.all()


def _depart(visit: HomeVisit, by: Staff, now: datetime) -> None:
    visit.status, visit.departed_at = Status.OUT, now
    visit.save(update_fields=["status", "departed_at"])
    set_alarm(visit)
    note(visit, "departed", by=by, now=now)
    names = " and ".join(member.staff.name for member in visit.members.select_related("staff"))
    for role in visit.policy.values.departure_tells:
        tell(
            school=visit.school, role=role, about="departed", says=f"{names} have left for a home visit.", pupils=pupils_of(visit),
            link=link_to(visit.school, visit), clause=clause(visit.policy.values, "departure_tells") or "", by=by, now=now,
        )  # fmt: skip


def _return(visit: HomeVisit, by: Staff, now: datetime) -> None:
    _of(visit, by).filter(returned_at__isnull=True).update(returned_at=now)
    if visit.members.filter(returned_at__isnull=True).exists():
        return
    visit.returned_at, visit.alarm_at = now, None
    visit.save(update_fields=["returned_at", "alarm_at"])
    note(visit, "returned", by=by, now=now)


def delay(*, visit: HomeVisit, minutes: int, by: Staff, now: datetime) -> None:
    """Move the time due back by so many minutes; steps of the alarm not yet raised move with it (ALT-24)."""
    if minutes < 1:
        raise BadInput("A delay is of one minute or more.")
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(outcome_blocks(visit, by, now))
        if visit.returned_at or visit.due_back is None:
            raise BadInput("They are back already.")
        visit.due_back = visit.due_back + timedelta(minutes=minutes)
        visit.save(update_fields=["due_back"])
        set_alarm(visit)
        note(visit, "delayed", by=by, now=now, says=f"{minutes} minutes", minutes=minutes)
        tell(school=visit.school, role=Role.OFFICE_ADMIN, about="delayed", says=f"The pair is due back {minutes} minutes later.",
             link=link_to(visit.school, visit), pupils=pupils_of(visit), by=by, now=now)  # fmt: skip


def set_alarm(visit: HomeVisit) -> None:
    """Write down when the next step of the return alarm is due."""
    if visit.due_back is None or visit.departed_at is None or visit.returned_at is not None:
        return
    raised = set(visit.alarms.exclude(step=alarms.HELP).values_list("step", flat=True))
    visit.alarm_at = alarms.next_at(visit.policy.values.return_alarm_steps, visit.due_back, raised, visit.alarm_quiet_until)
    visit.save(update_fields=["alarm_at"])


def call_for_help(*, visit: HomeVisit, by: Staff, now: datetime) -> VisitAlarm:
    """The help button: office and senior staff are alarmed at once (PRI-25). Raises Blocked for a visit nobody is out on."""
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(outcome_blocks(visit, by, now))
        place = visit.alarms.filter(step=alarms.HELP).count() + 1
        alarm = VisitAlarm.objects.create(visit=visit, step=alarms.HELP, place=place, due_at=now, at=now, by=by)
        _tell_step(visit, alarms.HELP, by, now)
        record("visits.alarm.help", by=by, now=now, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk)
    return alarm


def acknowledge(*, visit: HomeVisit, by: Staff, now: datetime) -> AlarmAcknowledgement:
    """Somebody deals with the alarm: no step comes for `alarm_rest` minutes. Raises Blocked for the pair, or without an alarm."""
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(acknowledge_blocks(visit, visit.policy.values, by))
        visit.alarm_quiet_until = now + timedelta(minutes=visit.policy.values.alarm_rest)
        visit.save(update_fields=["alarm_quiet_until"])
        set_alarm(visit)
        row = AlarmAcknowledgement.objects.create(visit=visit, at=now, by=by)
        record("visits.alarm.acknowledged", by=by, now=now, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk)
    return row


def sweep_alarms(real: datetime) -> int:
    """Raise the steps of the return alarm that are due, each school by its own clock. How many visits had one."""
    count = 0
    for school in School.objects.filter(visits__alarm_at__isnull=False).distinct():
        now = school.at(real)
        for visit in HomeVisit.objects.filter(school=school, alarm_at__lte=now).order_by("alarm_at"):
            count += _climb(visit, now)
    return count


def _climb(visit: HomeVisit, now: datetime) -> bool:
    with transaction.atomic():
        visit = locked(visit)
        if visit.alarm_at is None or visit.alarm_at > now or visit.due_back is None or visit.returned_at:
            return False
        steps = visit.policy.values.return_alarm_steps
        raised = set(visit.alarms.exclude(step=alarms.HELP).values_list("step", flat=True))
        for step in alarms.steps_due(steps, visit.due_back, raised, visit.alarm_quiet_until, now):
            _raise_step(visit, step, alarms.due_at(step, steps, visit.due_back), now)
        set_alarm(visit)
    return True


def _raise_step(visit: HomeVisit, step: str, due: datetime, now: datetime) -> None:
    # A rest that somebody asked for puts a step off: that is not late.
    since = max(due, visit.alarm_quiet_until) if visit.alarm_quiet_until else due
    seconds = max(0, int((now - since).total_seconds()))
    late = seconds if seconds > visit.policy.values.late_tolerance else 0
    VisitAlarm.objects.get_or_create(visit=visit, step=step, place=0, defaults={"due_at": since, "at": now, "late_seconds": late})
    _tell_step(visit, step, ALARM, now)
    record(
        "visits.alarm.raised",
        by=ALARM,
        now=now,
        school_id=visit.school_id,
        object_type="HomeVisit",
        object_id=visit.pk,
        detail={"step": step},
    )


def _tell_step(visit: HomeVisit, step: str, by: Actor, now: datetime) -> None:
    names = " and ".join(member.staff.name for member in visit.members.select_related("staff"))
    says = f"{names} ask for help on a home visit." if step == alarms.HELP else f"{names} are not back from a home visit."
    for role in REACHES.get(step, (Role.OFFICE_ADMIN,)):
        people = [member.staff for member in visit.members.select_related("staff")] if role == "pair" else None
        tell(
            school=visit.school, role=role, about="overdue" if step != alarms.HELP else "help", says=says, alarm=True, people=people,
            link=link_to(visit.school, visit), clause=clause(visit.policy.values, "return_alarm_steps") or "", by=by, now=now,
        )  # fmt: skip


def next_due() -> datetime | None:
    """The earliest instant at which a step of an alarm is due; None when nobody is out."""
    at: datetime | None = HomeVisit.objects.aggregate(at=Min("alarm_at"))["at"]
    return at
