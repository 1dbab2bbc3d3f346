"""What the tablet shows to those who go: where the visit stands, the next step, timers, the guide, what is not possible and why."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse

from homevisits.common.clock import instant, local_day
from homevisits.common.errors import Block, Caution
from homevisits.people.models import Contact, Pupil, School, Staff

from .. import alarms, waiting
from ..guide import TITLES, Line, Stage, guide
from ..models import CheckIn, HomeVisit, VisitMember, VisitOutcome
from ..rules.alarm import help_stands_blocks
from ..rules.annex import door_guide
from ..rules.appointments import asked_for_another, said_no
from ..rules.door import arrived_at, finding_blocks, inside_blocks, inside_cautions, inside_since, late_word_blocks, wait_clause, wait_of
from ..rules.filled import needed_blocks
from ..rules.leaving import answers_of, departure_blocks, departure_cautions, lines_for

Status = HomeVisit.Status
Point = CheckIn.Point


@dataclass(frozen=True)
class Next:
    """The next step: a point to check in, or a page to go to."""

    words: str
    point: str = ""
    url: str = ""


@dataclass(frozen=True)
class Shown:
    """One stage of the guide."""

    title: str
    lines: list[Line]


@dataclass(frozen=True)
class Help:
    """A call for help that stands: since when, whether they are kept from leaving, and who deals with it."""

    at: datetime
    kept: bool
    taken_by: str
    taken_at: datetime | None


@dataclass(frozen=True)
class Doorstep:
    """Everything that the tablet page of a visit shows."""

    visit: HomeVisit
    stage: Stage
    next: Next | None
    not_yet: list[Block] = field(default_factory=list)
    guide: list[Shown] = field(default_factory=list)
    wait: waiting.Wait | None = None
    wait_clause: str | None = None
    may_be_late: bool = False
    stay: waiting.Stay | None = None
    may_enter: bool = False
    stay_outside: list[Block] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)
    without_outcome: list[Pupil] = field(default_factory=list)
    help: Help | None = None
    before: list[Caution] = field(default_factory=list)
    family_says: str = ""


def doorstep(visit: HomeVisit, person: Staff, now: datetime) -> Doorstep:
    """The visit as its tablet page shows it to one of those who go, or to the office."""
    stage, wait, since = stage_of(visit), wait_of(visit), inside_since(visit)
    at_door = stage in (Stage.DOOR, Stage.ARRIVING) and visit.status == Status.OUT
    # What would stand against going in whatever staff answer about who is there.
    stands = inside_blocks(visit, visit.policy.values, True, now=now, parent_present=True, invited_by="an adult") if at_door else []
    stands = [*help_stands_blocks(visit, now), *stands] if at_door else []
    return Doorstep(
        visit=visit,
        stage=stage,
        next=_next(visit, person, wait, now),
        not_yet=departure_blocks(visit, now) if visit.status == Status.APPROVED else [],
        guide=_guide(visit, stage, wait, now),
        wait=wait,
        wait_clause=wait_clause(visit.policy.values, wait) if wait else None,
        may_be_late=stage in (Stage.ON_THE_WAY, Stage.ARRIVING, Stage.DOOR) and not late_word_blocks(visit, person, now),
        stay=waiting.Stay(since, visit.length_minutes) if since and not visit.outcomes.exists() else None,
        may_enter=at_door and not stands and since is None and not without_wait_for_arrival(visit),
        stay_outside=stands,
        cautions=inside_cautions(visit.policy.values, None) if at_door else [],
        without_outcome=pupils_without_outcome(visit) if visit.departed_at else [],
        help=help_that_stands(visit),
        before=departure_cautions(visit),
        family_says=family_says(visit),
    )


def help_that_stands(visit: HomeVisit) -> Help | None:
    """The call for help that the pair made and that is not over; never a silent alarm, nor who takes one on (MAT-21)."""
    calls = list(visit.alarms.filter(step=alarms.HELP, over_at=None, covert=False).order_by("at", "pk"))
    if not calls:
        return None
    taken = visit.acknowledgements.filter(at__gte=calls[-1].heard_at).select_related("by").order_by("at").last()
    kept = any(call.kept_from_leaving for call in calls)
    return Help(calls[-1].at, kept, taken.by.name if taken else "", taken.at if taken else None)


def family_says(visit: HomeVisit) -> str:
    """What the family has said against the visit as it stands, for those who go; empty when there is nothing."""
    if visit.returned_at or visit.outcomes.exists():
        return ""
    if said_no(visit):
        return "The family said no to the visit. Nobody goes in."
    row = asked_for_another(visit)
    return f"The family asks for another time{f': “{row.answer_words}”' if row.answer_words else '.'}" if row else ""


def without_wait_for_arrival(visit: HomeVisit) -> bool:
    """Whether nobody has said yet that they are there: then going in is not the next thing."""
    return arrived_at(visit) is None


def stage_of(visit: HomeVisit) -> Stage:
    """Where those who go stand, by what they have said."""
    said = set(visit.check_ins.values_list("point", flat=True))
    if not visit.departed_at:
        return Stage.BEFORE
    if visit.status != Status.OUT or Point.LEFT_PROPERTY in said:
        return Stage.LEAVING
    if Point.INSIDE in said:
        return Stage.INSIDE
    if Point.ARRIVED in said:
        return Stage.DOOR
    return Stage.ARRIVING if Point.ARRIVING in said else Stage.ON_THE_WAY


def pupils_without_outcome(visit: HomeVisit) -> list[Pupil]:
    """The visit's pupils about whom nobody has said what was found."""
    told = VisitOutcome.objects.filter(visit=visit).values("for_pupils__pupil")
    return [one.pupil for one in visit.visit_pupils.exclude(pupil__in=told).select_related("pupil").order_by("pk")]


def _next(visit: HomeVisit, person: Staff, wait: waiting.Wait | None, now: datetime) -> Next | None:
    slug, points = visit.school.slug, visit.policy.values.check_in_points
    said = set(visit.check_ins.values_list("point", flat=True))
    mine = visit.members.filter(staff=person).first()
    if not visit.departed_at:
        return _before_leaving(visit, mine, now) if visit.status == Status.APPROVED else None
    if visit.returned_at or (mine and mine.returned_at):
        if visit.status != Status.DONE:
            return None
        if needed_blocks(visit):
            return Next("Go on with the form", url=reverse("visit_form", args=[slug, visit.pk]))
        return Next("Write the report", url=reverse("visit_report", args=[slug, visit.pk]))
    if visit.status == Status.OUT:
        if Point.ARRIVING in points and not said & {Point.ARRIVING, Point.ARRIVED}:
            return Next("We are about to arrive", Point.ARRIVING)
        if Point.ARRIVED not in said or (mine and mine.arrived_at is None):
            return Next("I have arrived" if mine else "They have arrived", Point.ARRIVED)
        if wait and wait.is_over(now):
            return Next("Nobody came: cancel the visit", url=reverse("visit_outcome", args=[slug, visit.pk, "parents_absent"]))
        return Next("Say what you found", url=reverse("visit_outcomes", args=[slug, visit.pk]))
    if visit.status == Status.DONE and pupils_without_outcome(visit):
        return Next("Say what you found about the others", url=reverse("visit_outcomes", args=[slug, visit.pk]))
    if Point.LEFT_PROPERTY not in said and (Point.LEFT_PROPERTY in points or Point.INSIDE in said):
        return Next("We have left the property", Point.LEFT_PROPERTY)
    return Next("I am back" if mine else "They are back", Point.RETURNED)


def _before_leaving(visit: HomeVisit, mine: VisitMember | None, now: datetime) -> Next | None:
    """The briefing, then the checklist, then off; nothing where it is somebody else who is waited for."""
    slug = visit.school.slug
    if mine and mine.briefed_version != visit.version:
        return Next("Read the briefing", url=reverse("visit_briefing", args=[slug, visit.pk]))
    if mine and {line.code for line in lines_for(visit, mine.staff, now)} - answers_of(visit, mine.staff).keys():
        return Next("Answer the checklist", url=reverse("visit_leaving", args=[slug, visit.pk]))
    return None if departure_blocks(visit, now) else Next("We are leaving now", Point.DEPARTED)


def _guide(visit: HomeVisit, stage: Stage, wait: waiting.Wait | None, now: datetime) -> list[Shown]:
    """The stage's own lines first; on the way those of arriving, at the door those of waiting and those for once inside."""
    stages = [stage, *{Stage.ON_THE_WAY: [Stage.ARRIVING], Stage.DOOR: [Stage.INSIDE], Stage.ARRIVING: [Stage.DOOR]}.get(stage, [])]
    if wait:
        stages.insert(0, Stage.WAITING)
    shown = [Shown(TITLES[one], guide(one, visit.policy.values, visit.purpose)) for one in stages]
    annex = [Line(words, "ATT-73") for words in door_guide(visit, now)] if stage != Stage.BEFORE else []
    if annex:
        shown.insert(0, Shown("While the infection-control annex is on", annex))
    return [one for one in shown if one.lines]


def may_say_found(visit: HomeVisit, person: Staff, now: datetime) -> list[Block]:
    """Why this person cannot say what the visit found; before departure the family may still decline."""
    return finding_blocks(visit, VisitOutcome.Kind.CHILD_SEEN, person, now)


def to_meet(visit: HomeVisit) -> list[Contact]:
    """Whom staff may ask for: contacts that are not restricted, those with parental responsibility first, each person once."""
    found = Contact.objects.filter(pupil__visit_pupils__visit=visit, gone=False, restricted=False)
    named = {one.name: one for one in found.order_by("parental_responsibility", "-priority", "-pk")}
    return sorted(named.values(), key=lambda one: (not one.parental_responsibility, one.priority, one.pk))


def restricted_names(visit: HomeVisit) -> list[str]:
    """The names of restricted people: nothing is told to them."""
    found = Contact.objects.filter(pupil__visit_pupils__visit=visit, gone=False, restricted=True)
    return list(found.order_by("name").values_list("name", flat=True).distinct())


def visits_of_today(school: School, person: Staff, now: datetime) -> QuerySet[HomeVisit]:
    """The visits that a person makes today, or is still out on, the earliest first."""
    day = local_day(now)
    start, end = instant(day, datetime.min.time()), instant(day + timedelta(days=1), datetime.min.time())
    mine = HomeVisit.objects.filter(school=school, members__staff=person)
    today = Q(due_at__gte=start, due_at__lt=end, status__in=[Status.PLANNED, Status.APPROVED, Status.OUT, Status.DONE, Status.STOOD_DOWN])
    still_out = Q(departed_at__isnull=False, returned_at__isnull=True)
    found = mine.filter(today | still_out).select_related("policy", "school", "household").distinct()
    return found.prefetch_related("visit_pupils__pupil", "members__staff").order_by("due_at", "pk")


def still_to_make(school: School, person: Staff, now: datetime) -> int:
    """How many visits of today a person has yet to make, or is out on."""
    return visits_of_today(school, person, now).filter(status__in=[Status.PLANNED, Status.APPROVED, Status.OUT]).count()
