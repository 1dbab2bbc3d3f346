"""The board: who is out, where, with whom, since when, due when; alarms first, then whoever is due back soonest (PRI-18, ATT-11, ATT-17).

It names no more than the office needs: family, child, address, telephone, time due back, and how to reach the staff.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from homevisits.common.clock import instant, local_day
from homevisits.common.said import wall
from homevisits.people.models import Contact, School, Staff

from .. import alarms
from ..models import CheckIn, HomeVisit, VisitAlarm
from ..rules.alarm import goes
from ..states import ENDED
from .silence import SAID_AT, silent_since

S = HomeVisit.Status
SOON = timedelta(minutes=10)
# Worst first; a call for help while they are kept from leaving stands above everything (MAT-25).
KEPT, HELP, OVERDUE, MISSED, FINE = range(5)
STEP_WORDS = {
    "staff": "the staff themselves", "office": "the office", "senior_manager": "the senior manager on duty",
    "headteacher": "the headteacher", "police_prompt": "decide about the police",
}  # fmt: skip
POINT_WORDS = {
    "departed": "departed", "arriving": "about to arrive", "arrived": "arrived", "inside": "inside", "left_property": "left the property",
    "returned": "back",
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """One of those who go."""

    pk: int
    name: str
    mobile: str
    back: bool
    arrived: bool


@dataclass(frozen=True)
class Line:
    """Something that was raised: its words, when, and whether it waits for somebody."""

    words: str
    at: datetime
    open: bool
    covert: bool = False


@dataclass(frozen=True)
class Taken:
    """Somebody deals with it."""

    name: str
    at: datetime
    says: str


@dataclass(frozen=True)
class Over:
    """Somebody has seen or spoken to both: the call for help is over."""

    name: str
    at: datetime
    how: str


@dataclass(frozen=True)
class Police:
    """The call, or the decision against it."""

    called: bool
    at: datetime
    name: str
    reference: str
    reason: str


@dataclass(frozen=True)
class Row:
    """A visit as the board shows it. `state` is a status of the look, `words` its word; `rank` orders what is wrong."""

    pk: int
    people: tuple[Person, ...]
    family: str
    children: str
    telephone: str
    where: str
    since: datetime | None
    due_back: datetime | None
    last: str
    last_at: datetime | None
    last_heard: datetime | None
    vehicle: str
    device: str
    rank: int
    state: str
    words: str
    drill: bool
    at_once: bool
    to_home: bool
    leaves_at: datetime
    back_at: datetime | None
    base_contact: str = ""
    base_mobile: str = ""
    location: str = ""
    lines: tuple[Line, ...] = ()
    taken: tuple[Taken, ...] = ()
    police: tuple[Police, ...] = ()
    # Nobody has taken it on: it sounds, but for a silent alarm, which a caller must not hear through the telephone (MAT-21).
    waits: bool = False
    sounds: bool = False
    covert: bool = False
    decide: bool = False
    # A call for help, silent or not, that nobody has ended; and how the last one ended.
    stands: bool = False
    # The first time due back that passed: a delay said afterwards does not take it out of sight.
    overdue_since: datetime | None = None
    over: Over | None = None
    # Nothing was heard since then, and word was expected meanwhile: nobody knows where they are.
    silent_since: datetime | None = None

    @property
    def names(self) -> str:
        """Those who go."""
        return " and ".join(person.name for person in self.people)

    @property
    def alarmed(self) -> bool:
        """Whether it stands among the alarms."""
        return self.rank < FINE and bool(self.lines)


@dataclass(frozen=True)
class Board:
    """What the wall shows."""

    alarms: tuple[Row, ...]
    out: tuple[Row, ...]
    leaving: tuple[Row, ...]
    back: tuple[Row, ...]
    sounds: bool = field(default=False)

    @property
    def out_count(self) -> int:
        """Everybody who is out, in alarm or not."""
        return len(self.out) + self.out_in_alarm

    @property
    def out_in_alarm(self) -> int:
        """Visits that are out and stand among the alarms."""
        return sum(row.since is not None and row.back_at is None for row in self.alarms)


def visits_shown(school: School, now: datetime) -> QuerySet[HomeVisit]:
    """Who is out, whose alarm still waits, who leaves today, who came back today: one query, and one for each kind of row beside it."""
    day = local_day(now)
    start = instant(day, datetime.min.time())
    end = start + timedelta(days=1)
    out = Q(departed_at__isnull=False, returned_at__isnull=True)
    today = Q(departed_at__isnull=True, due_at__gte=start, due_at__lt=end) & ~Q(status__in=[*ENDED, S.MEETING, S.NOT_VISITING, S.RAISED])
    waiting = Q(pk__in=VisitAlarm.objects.filter(repeat_at__isnull=False).values("visit"))
    return shown(HomeVisit.objects.filter(out | today | Q(returned_at__gte=start, returned_at__lt=end) | waiting, school=school))


def shown(visits: QuerySet[HomeVisit]) -> QuerySet[HomeVisit]:
    """Visits with everything that a row of the board asks for."""
    contacts = Contact.objects.filter(restricted=False, gone=False).order_by("priority", "pk")
    found = visits.annotate(said_at=SAID_AT)
    return found.select_related("vehicle", "device", "base_contact", "household", "policy", "break_glass").prefetch_related(
        "members__staff", Prefetch("visit_pupils__pupil__contacts", queryset=contacts), "check_ins", "alarms__over_by", "delays",
        "acknowledgements__by", "police_calls__by",
    )  # fmt: skip


def row_of(visit: HomeVisit, now: datetime) -> Row:
    """One visit as the board shows it."""
    return make_row(shown(HomeVisit.objects.filter(pk=visit.pk)).get(), now)


def board(school: School, now: datetime, person: Staff) -> Board:
    """The board of a school at its instant `now`; a silent alarm stays hidden from those who are out, who may look at it on their phone."""
    rows = [make_row(visit, now, loud_only=goes(visit, person)) for visit in visits_shown(school, now)]
    rows.sort(key=lambda row: (row.due_back or row.leaves_at, row.pk))
    wrong = tuple(sorted((row for row in rows if row.alarmed), key=lambda row: (row.rank, not row.waits)))
    listed = {row.pk for row in wrong}
    rest = [row for row in rows if row.pk not in listed]
    back = sorted((row for row in rest if row.back_at is not None), key=lambda row: row.back_at or now, reverse=True)
    return Board(
        alarms=wrong,
        out=tuple(row for row in rest if row.since is not None and row.back_at is None),
        leaving=tuple(sorted((row for row in rest if row.since is None), key=lambda row: (row.leaves_at, row.pk))),
        back=tuple(back),
        sounds=any(row.sounds for row in wrong),
    )


def make_row(visit: HomeVisit, now: datetime, *, loud_only: bool = False) -> Row:
    """A visit, fetched with `shown`, as a row; `loud_only` without its silent alarms."""
    raised = [row for row in sorted(visit.alarms.all(), key=lambda row: (row.at, row.pk)) if not (loud_only and row.covert)]
    out_still = visit.returned_at is None
    rank = _rank(visit, raised, now)
    state, words = _state(visit, rank, now)
    last = max(visit.check_ins.all(), key=lambda row: (row.at, row.pk), default=None)
    pupils = [one.pupil for one in visit.visit_pupils.all()]
    taken = sorted(visit.acknowledgements.all(), key=lambda row: row.at)
    waits = _waits(visit, raised, now)
    loud = [alarm for alarm in raised if not alarm.covert]
    police = sorted(visit.police_calls.all(), key=lambda row: row.at)
    helps = [alarm for alarm in raised if alarm.step == alarms.HELP]
    return Row(
        pk=visit.pk,
        people=_people(visit),
        family=" / ".join(dict.fromkeys(pupil.last_name for pupil in pupils)),
        children=", ".join(pupil.first_name for pupil in pupils),
        telephone=_telephone(visit),
        where=visit.where or str(visit.household),
        since=visit.departed_at,
        due_back=visit.due_back,
        overdue_since=_overdue_since(visit, now) if out_still and visit.departed_at else None,
        last=_last_words(visit, last),
        last_at=last.at if last else None,
        last_heard=last.received_at if last else None,
        silent_since=silent_since(visit, now),
        vehicle=str(visit.vehicle) if visit.vehicle else visit.vehicle_words,
        device=str(visit.device) if visit.device else "",
        rank=rank,
        state=state,
        words=words,
        drill=visit.drill,
        at_once=hasattr(visit, "break_glass"),
        to_home=visit.to_home,
        leaves_at=visit.due_at,
        back_at=visit.returned_at,
        base_contact=visit.base_contact.name if visit.base_contact else visit.base_contact_words,
        base_mobile=visit.base_contact.mobile if visit.base_contact else "",
        location=next((alarm.location for alarm in reversed(helps) if alarm.location), ""),
        lines=tuple(Line(_line_words(alarm), alarm.at, alarm.repeat_at is not None, alarm.covert) for alarm in raised),
        taken=tuple(Taken(row.by.name, row.at, row.says) for row in taken),
        police=tuple(Police(row.called, row.at, row.by.name, row.reference, row.reason) for row in police),
        waits=waits,
        sounds=waits and bool([alarm for alarm in loud if alarm.repeat_at is not None]),
        covert=any(alarm.covert and alarm.over_at is None and (out_still or alarm.repeat_at) for alarm in raised),
        stands=any(alarm.over_at is None and (out_still or alarm.repeat_at) for alarm in helps),
        over=next((Over(one.over_by.name, one.over_at, one.over_how) for one in reversed(helps) if one.over_at and one.over_by), None),
        decide=any(alarm.step == "police_prompt" for alarm in raised) and not police and out_still,
    )


def _people(visit: HomeVisit) -> tuple[Person, ...]:
    return tuple(
        Person(one.staff_id, one.staff.name, one.staff.mobile, one.returned_at is not None, one.arrived_at is not None)
        for one in sorted(visit.members.all(), key=lambda one: one.pk)
    )


def _overdue_since(visit: HomeVisit, now: datetime) -> datetime | None:
    return alarms.overdue_since(visit.due_back, [(one.before, one.at) for one in visit.delays.all()], now)


def _rank(visit: HomeVisit, raised: Sequence[VisitAlarm], now: datetime) -> int:
    """What is wrong with it, worst first."""
    live = [alarm for alarm in raised if alarm.over_at is None and (visit.returned_at is None or alarm.repeat_at is not None)]
    if any(alarm.kept_from_leaving for alarm in live):
        return KEPT
    if any(alarm.step == alarms.HELP for alarm in live):
        return HELP
    if visit.returned_at is not None or visit.departed_at is None:
        return FINE
    if any(alarm.step in visit.policy.values.return_alarm_steps for alarm in live) or _overdue_since(visit, now):
        return OVERDUE
    return MISSED if any(alarm.repeat_at is not None for alarm in live) else FINE


def _state(visit: HomeVisit, rank: int, now: datetime) -> tuple[str, str]:
    """Shape and colour, and the word."""
    if rank == KEPT:
        return "due", "Kept from leaving"
    if rank == HELP:
        return "due", "Help needed"
    if visit.returned_at is not None:
        return "resting", "Back"
    if visit.departed_at is None:
        return ("open", "Not approved yet") if visit.status != S.APPROVED else ("resting", "To leave")
    if rank == OVERDUE:
        return "due", "Overdue"
    if rank == MISSED:
        return "open", "Check-in missed"
    if visit.due_back and visit.due_back - now <= SOON:
        return "open", "Due soon"
    return "done", "On time"


def _waits(visit: HomeVisit, raised: Sequence[VisitAlarm], now: datetime) -> bool:
    """Whether nobody has taken it on. After a rest it waits again."""
    waiting = [alarm for alarm in raised if alarm.repeat_at is not None]
    if alarms.resting(visit.alarm_quiet_until, now):
        taken = max((row.at for row in visit.acknowledgements.all()), default=None)
        return any(alarm.step == alarms.HELP and (taken is None or alarm.heard_at > taken) for alarm in waiting)
    return bool(waiting)


def _telephone(visit: HomeVisit) -> str:
    """The family's number: of the first contact by priority who has one and may be rung."""
    contacts = [contact for one in visit.visit_pupils.all() for contact in one.pupil.contacts.all()]
    numbers = [number for contact in contacts for number in (contact.mobile, contact.landline) if number]
    return numbers[0] if numbers else ""


def _last_words(visit: HomeVisit, last: CheckIn | None) -> str:
    if last is None:
        return ""
    return POINT_WORDS.get(last.point, last.point)


def _line_words(alarm: VisitAlarm) -> str:
    if alarm.covert:
        return "The safe word was used"
    if alarm.step == alarms.HELP:
        kept = ": kept from leaving" if alarm.kept_from_leaving else ""
        return f"Called for help{kept}{f' (heard at {wall(alarm.received_at)})' if alarm.received_at else ''}"
    if alarm.step.startswith(alarms.MISSED):
        return f"Did not check in: {POINT_WORDS.get(alarm.step.removeprefix(alarms.MISSED), alarm.step)}"
    if alarm.step == alarms.WELLBEING:
        return "Nobody recorded that they are well"
    if alarm.step == "police_prompt":
        return "Not back: decide about the police"
    return f"Not back: told {STEP_WORDS.get(alarm.step, alarm.step.replace('_', ' '))}"


def day_rows(school: School, now: datetime) -> list[Row]:
    """Every visit of the day, by the time it sets off, drills left out (PRI-18)."""
    rows = [make_row(visit, now, loud_only=True) for visit in visits_shown(school, now) if not visit.drill]
    return sorted(rows, key=lambda row: (row.leaves_at, row.pk))
