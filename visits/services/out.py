"""Out and back: check-ins and delays."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from homevisits.audit.services import record
from homevisits.common.clock import local
from homevisits.common.errors import BadInput, refuse_if
from homevisits.common.said import wall
from homevisits.messaging.models import Notice
from homevisits.messaging.notices import tell
from homevisits.people import access
from homevisits.people.models import Role, Staff

from .. import alarms
from ..heard import heard, in_words, late
from ..models import CheckIn, HomeVisit, VisitDelay, VisitMember
from ..rules.appointments import is_confirmed
from ..rules.check_ins import check_in_blocks, delay_blocks, late_delay_blocks
from ..rules.common import clause
from .alarm_telling import tell_over
from .alarm_words import about, marked, names_of, where_of
from .common import happened, link_to, locked, note, pupils_of, repeated
from .setting import set_alarm
from .wellbeing import agree_first, move_checks

# So much before the planned time of setting off is no more than being early.
EARLY = timedelta(minutes=15)
Point = CheckIn.Point
Status = HomeVisit.Status
ORDER = list(Point.values)


def check_in(
    *,
    visit: HomeVisit,
    point: str,
    by: Staff,
    now: datetime,
    adult_present: bool | None = None,
    parent_present: bool | None = None,
    invited_by: str | None = None,
    for_staff: Staff | None = None,
    going_home: bool = False,
    token: UUID | None = None,
    received: datetime | None = None,
) -> CheckIn:
    """Record a point reached, by one of those who go or by the office for one or all of them. `departed` by one counts for all.

    `going_home` with left_property: this person does not come back to school, and is back with it (MAT-13). The same `token` twice
    changes nothing. `received`: when it came in, where it was said without network at `now`.
    Raises Blocked with every rule that stands against it, BadInput for a point that does not exist.
    """
    if point not in Point.values:
        raise BadInput(f"“{point}” is not a point of a visit.")
    with transaction.atomic():
        visit = locked(visit)
        if again := repeated(CheckIn.objects.all(), visit, token):
            return again
        blocks = check_in_blocks(
            visit, visit.policy.values, point, by, adult_present, now, parent_present=parent_present, invited_by=invited_by,
            for_staff=for_staff, offline=late(now, received) is not None,
        )  # fmt: skip
        refuse_if(blocks)
        row = CheckIn.objects.create(
            visit=visit, point=point, at=now, received_at=late(now, received), by=by, for_staff=for_staff, adult_present=adult_present,
            parent_present=parent_present, invited_by=(invited_by or "")[:150], token=token,
        )  # fmt: skip
        record(
            "visits.check_in", by=by, now=heard(now, received), school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk,
            detail={"point": point, "for": for_staff.pk if for_staff else None} | happened(now, received),
        )  # fmt: skip
        _follow(visit, row, for_staff or by, going_home)
    return row


def _follow(visit: HomeVisit, row: CheckIn, person: Staff, going_home: bool) -> None:
    """What a point does to the visit and to those for whom it counts. Of two people's words the earlier time stands."""
    members, point, now = _of(visit, person), row.point, row.at
    if point == Point.DEPARTED:
        _depart(visit, row)
        return
    if point in (Point.ARRIVED, Point.INSIDE):
        members.filter(Q(arrived_at=None) | Q(arrived_at__gt=now)).update(arrived_at=now)
    elif point == Point.LEFT_PROPERTY:
        members.filter(Q(left_at=None) | Q(left_at__gt=now)).update(left_at=now)
    visit.alarms.filter(step__in=_settled(row)).update(repeat_at=None)
    if point == Point.RETURNED or (point == Point.LEFT_PROPERTY and (going_home or visit.to_home)):
        _return(visit, members, row)
    else:
        set_alarm(visit)


def _settled(row: CheckIn) -> list[str]:
    """The missed check-ins that this one answers: they have come after all and are not told again.

    Said now, all of them: staff have been heard. What came in later says nothing of the points after it.
    """
    asked = list(alarms.WATCHED_POINTS)
    if row.received_at is not None:
        asked = [point for point in asked if ORDER.index(point) <= ORDER.index(row.point)]
    return [alarms.MISSED + point for point in asked]


def _of(visit: HomeVisit, person: Staff) -> QuerySet[VisitMember]:
    """The members for whom a check-in counts: the person's own, or all of them when the office says it for all."""
    mine = visit.members.filter(staff=person)
    return mine if mine.exists() else visit.members.all()


def _depart(visit: HomeVisit, row: CheckIn) -> None:
    by, now = row.by, row.at
    if visit.departed_at is not None:  # the other one's tablet said so first: the earlier time stands
        HomeVisit.objects.filter(pk=visit.pk, departed_at__gt=now).update(departed_at=now)
        return
    visit.status, visit.departed_at = Status.OUT, now
    visit.save(update_fields=["status", "departed_at"])
    _back_earlier(visit, by, now, row.received_at)
    agree_first(visit)
    set_alarm(visit)
    told = tell_departure(visit, by, now, row.received_at)
    says = f"Told: {', '.join(told)}." if told else "Nobody holds the role that is told."
    note(visit, "departed", by=by, now=now, received=row.received_at, says=says, told=told)


def _back_earlier(visit: HomeVisit, by: Staff, now: datetime, received: datetime | None) -> None:
    """Who leaves long before the plan is due back as much earlier, so that the alarm still guards the planned length.

    Not where the family confirmed a time: they are at the door when it was agreed, however early they left.
    """
    early, before = visit.due_at - now, visit.due_back
    if early <= EARLY or before is None or visit.arrive_at is None or is_confirmed(visit):
        return
    visit.due_back = before - early
    visit.save(update_fields=["due_back"])
    minutes = int(early.total_seconds() // 60)
    says = f"Left {minutes} minutes before the plan: due back at {local(visit.due_back):%-H:%M}, not {local(before):%-H:%M}."
    note(visit, "back_earlier", by=by, now=now, received=received, says=says)


def tell_departure(visit: HomeVisit, by: Staff, now: datetime, received: datetime | None = None) -> list[str]:
    """Tell those whom the policy names who is out, where, and when they are due back; answers with the names of those told (SEC-08)."""
    values, told = visit.policy.values, set[int]()
    back = f", due back at {local(visit.due_back):%-H:%M}" if visit.due_back else ""
    ends = " They end at home." if visit.to_home else ""
    then = in_words(now, received)
    left = f"left for a home visit at {then}" if then else "have left for a home visit"
    says = marked(visit, f"{names_of(visit)} {left}: {where_of(visit)}{back}.{ends}")
    names: list[str] = []
    for role in values.departure_tells:
        people = [one for one in access.holders(visit.school, role, local(now).date()) if one.pk not in told]
        notice: Notice = tell(
            school=visit.school, role=role, about=about(visit, "departed"), says=says, pupils=pupils_of(visit), people=people,
            link=link_to(visit.school, visit), clause=clause(values, "departure_tells") or "", by=by, now=heard(now, received),
        )  # fmt: skip
        told |= {one.pk for one in people}
        names += list(notice.people.order_by("staff__name").values_list("staff__name", flat=True))
    return names


def _return(visit: HomeVisit, members: QuerySet[VisitMember], row: CheckIn) -> None:
    by, now, received = row.by, row.at, row.received_at
    back = list(members.filter(returned_at__isnull=True).select_related("staff"))
    members.filter(Q(returned_at=None) | Q(returned_at__gt=now)).update(returned_at=now)
    if row.point == Point.LEFT_PROPERTY and back:
        names = " and ".join(member.staff.name for member in back)
        note(visit, "going_home", by=by, now=now, received=received, says=f"{names}: left the property, not coming back to school.")
    if visit.members.filter(returned_at__isnull=True).exists():
        set_alarm(visit)
        return
    known = visit.returned_at is not None
    # Of two who came back the later one's time, whichever word came in last.
    visit.returned_at, visit.alarm_at = max(one.returned_at or now for one in visit.members.all()), None
    visit.save(update_fields=["returned_at", "alarm_at"])
    if known:
        return
    # What the clock raised ends with the return; a call for help stands until somebody has seen or spoken to them.
    visit.alarms.exclude(step=alarms.HELP).update(repeat_at=None)
    note(visit, "returned", by=by, now=now, received=received)
    _tell_back(visit, row)
    if visit.drill:
        end_drill(visit, by, heard(now, received))


def _tell_back(visit: HomeVisit, row: CheckIn) -> None:
    """Whoever heard that they were not back hears that they are; not while a call for help stands, which taps of the pair do not end."""
    beyond = set(visit.policy.values.return_alarm_steps) - {"staff"}
    if visit.alarms.filter(step__in=beyond).exists() and not visit.alarms.filter(step=alarms.HELP, over_at=None).exists():
        since = f" since {wall(visit.returned_at)}" if row.received_at and visit.returned_at else ""
        tell_over(visit, f"{names_of(visit)} are back{since}.", row.by, heard(row.at, row.received_at))


def end_drill(visit: HomeVisit, by: Staff, now: datetime) -> None:
    """A drill is over when everybody is back: there is no report."""
    for visit.status in (Status.DONE, Status.CLOSED):
        visit.save(update_fields=["status"])
    visit.closed_at = now
    visit.save(update_fields=["closed_at"])
    note(visit, "drill_ended", by=by, now=now)


def set_end_at_home(*, visit: HomeVisit, at_home: bool, by: Staff, now: datetime, received: datetime | None = None) -> None:
    """Choose that the visit ends at home, with a check-in instead of the return to school, or that it does not (SEC-09, MAT-13)."""
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(delay_blocks(visit, by, now))
        if visit.to_home == at_home:
            return
        visit.to_home = at_home
        visit.save(update_fields=["to_home"])
        note(visit, "ends_at_home" if at_home else "ends_at_school", by=by, now=now, received=received)


def delay(
    *, visit: HomeVisit, minutes: int, by: Staff, now: datetime, says: str = "", token: UUID | None = None, received: datetime | None = None
) -> VisitDelay:
    """Move the time due back by so many minutes; steps of the alarm not yet raised move with it (ALT-24). A `token` counts once.

    Once it has passed a delay has its reason, the pair's is of an hour at most, what was raised stays, and the board keeps the first time.
    `received`: when it came in, where it was said without network at `now`.
    Raises Blocked, or BadInput for less than a minute.
    """
    if minutes < 1:
        raise BadInput("A delay is of one minute or more.")
    with transaction.atomic():
        visit = locked(visit)
        if again := repeated(VisitDelay.objects.all(), visit, token):
            return again
        refuse_if(delay_blocks(visit, by, now) or late_delay_blocks(visit, minutes, says, by, now))
        before = visit.due_back
        if before is None:
            raise BadInput("They are back already.")
        visit.due_back = before + timedelta(minutes=minutes)
        visit.save(update_fields=["due_back"])
        row = VisitDelay.objects.create(
            visit=visit, minutes=minutes, before=before, after=visit.due_back, says=says[:200], at=now, by=by, token=token,
            received_at=late(now, received),
        )  # fmt: skip
        move_checks(visit, timedelta(minutes=minutes))
        set_alarm(visit)
        moved = f"{minutes} minutes: due back at {local(visit.due_back):%-H:%M}, not {local(before):%-H:%M}."
        note(visit, "delayed", by=by, now=now, received=received, says=f"{moved} {says}".strip(), minutes=minutes)
        then = f" Said at {in_words(now, received)}." if late(now, received) else ""
        for role in dict.fromkeys((Role.OFFICE_ADMIN, *visit.policy.values.changes_told_to)):
            tell(school=visit.school, role=role, about=about(visit, "delayed"), pupils=pupils_of(visit), by=by, now=heard(now, received),
                 says=marked(visit, f"{names_of(visit)} are delayed: {moved} {says}".strip() + then), link=link_to(visit.school, visit),
                 clause=clause(visit.policy.values, "changes_told_to") or "ALT-24")  # fmt: skip
    return row
