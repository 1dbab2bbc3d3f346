"""What goes into the school's own safeguarding system: found by itself, entered by a person (ALT-16, ALT-18).

CPOMS and systems like it take nothing from a program. So each entry of these sources waits on a list, as text to paste and as a file to
attach, until somebody says that it is entered, and under which reference.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from homevisits.common.actors import SystemJob
from homevisits.common.clock import instant, local_day
from homevisits.messaging.models import Notice
from homevisits.messaging.notices import end_alarms, tell
from homevisits.people.models import Role, School
from homevisits.policy.clauses import clause_for
from homevisits.policy.models import PolicyVersion
from homevisits.policy.selectors import find_version_in_force, versions_for_school
from homevisits.policy.shown import shown
from safeguarding.models import ChronologyNote, Concern, ConcernAmendment, ConcernDecision, Incident, Referral, SystemEntry
from safeguarding.selectors.chronology import system_counts
from safeguarding.services.system_entries import queue_entries
from visits.models import OutcomeDecision, VisitOutcomePupil

from . import whom_of
from .entry import Entry, Whom
from .of_concerns import concerns
from .of_concerns import decisions as decisions_on_concerns
from .of_incidents import ABOUT_STAFF, incidents, referrals
from .of_safeguarding import notes
from .of_visits import ALWAYS, WELFARE, decisions, outcomes

BUILT_IN, SETTING = "built_in", "safeguarding_system"
BY = SystemJob("the list for the safeguarding system")
ABOUT = "to_enter_elsewhere"
MOST = 500  # rows of a source at once; the next knock takes more
# Which functions of the chronology give the entries of these sources.
GIVE: tuple[Callable[[Whom], Iterable[Entry]], ...] = (
    concerns, decisions_on_concerns, outcomes, decisions, incidents, referrals, notes,
)  # fmt: skip


@dataclass(frozen=True)
class System:
    """The system that the policy names, and since when it names one."""

    name: str
    since: date
    clause: str


def system_of(school: School, day: date) -> System | None:
    """The school's own safeguarding system; None where the record is kept in this product."""
    version = find_version_in_force(school, day)
    if version is None or version.values.safeguarding_system == BUILT_IN:
        return None
    agreed = versions_for_school(school).filter(status=PolicyVersion.Status.AGREED)
    days = [one.effective_from for one in agreed if one.effective_from and one.values.safeguarding_system != BUILT_IN]
    words = shown(SETTING, version.values.safeguarding_system)
    return System(words, min(days, default=day), clause_for(version.preset, SETTING) or "")


def fill(real: datetime) -> int:
    """For each school whose policy names a system of its own: what is new waits there, and the safeguarding lead is told once.

    How many entries were new. `real` is the real time; each school lives by its own clock.
    """
    return sum(fill_school(school, school.at(real)) for school in School.objects.order_by("pk"))


def fill_school(school: School, now: datetime) -> int:
    """The same for one school, at its own time."""
    system = system_of(school, local_day(now))
    if system is None:
        return 0
    since, new = instant(system.since, time()), 0
    for source, rows in _rows(school, since).items():
        there = SystemEntry.objects.filter(source=source, row=OuterRef(rows.row), pupil=OuterRef(rows.pupil))
        pairs = list(rows.found.filter(~Exists(there)).order_by(rows.row, rows.pupil).values_list(rows.row, rows.pupil).distinct()[:MOST])
        if pairs:
            new += queue_entries(school=school, system=system.name, source=source, pairs=pairs, by=BY, now=now)
    with transaction.atomic():
        _tell(school, system, now)
    return new


def _tell(school: School, system: System, now: datetime) -> None:
    """One task for the safeguarding lead while something waits; it ends by itself when nothing does."""
    waits = system_counts(school)[SystemEntry.State.TO_ENTER]
    told = list(Notice.objects.filter(school=school, about=ABOUT, done_at=None))
    if waits and not told:
        tell(
            school=school, role=Role.DSL, about=ABOUT, says=f"There are entries to enter in {system.name}.", task=True,
            link=reverse("system_entries", args=[school.slug]), clause=system.clause, by=BY, now=now,
        )  # fmt: skip
    elif told and not waits:
        end_alarms(told, by=BY, now=now)


@dataclass(frozen=True)
class Rows:
    """The rows of a source with their pupils: the query, and what its columns for row and pupil are called."""

    found: QuerySet[Any]
    row: str
    pupil: str


def _rows(school: School, since: datetime) -> Mapping[str, Rows]:
    """What belongs into the system: concerns and decisions, welfare visits and those that ended unsafe, incidents, referrals, notes."""
    of = {"school": school, "pupils__isnull": False}
    found_at_visits = VisitOutcomePupil.objects.filter(
        Q(outcome__visit__purpose__in=WELFARE) | Q(outcome__kind__in=ALWAYS), outcome__visit__school=school, outcome__visit__drill=False,
        outcome__at__gte=since,
    )  # fmt: skip
    decided = OutcomeDecision.objects.filter(outcome__visit__school=school, outcome__visit__drill=False, at__gte=since)
    incident = Incident.objects.filter(**of, at__gte=since)
    referral = Referral.objects.filter(**of, opened_at__gte=since).exclude(kind=ABOUT_STAFF)
    amended = ConcernAmendment.objects.filter(concern__school=school, concern__pupils__isnull=False, at__gte=since)
    on_concern = ConcernDecision.objects.filter(concern__school=school, concern__pupils__isnull=False, at__gte=since)
    return {
        "concern": Rows(Concern.objects.filter(**of, at__gte=since), "pk", "pupils"),
        "amendment": Rows(amended, "pk", "concern__pupils"),
        "concern_decision": Rows(on_concern, "pk", "concern__pupils"),
        "outcome": Rows(found_at_visits, "outcome_id", "pupil_id"),
        "decision": Rows(decided.filter(outcome__for_pupils__isnull=False), "pk", "outcome__for_pupils__pupil"),
        "incident": Rows(incident, "pk", "pupils"),
        "incident_review": Rows(incident.filter(reviewed_at__isnull=False), "pk", "pupils"),
        "referral": Rows(referral, "pk", "pupils"),
        "referral_sent": Rows(referral.filter(sent_at__isnull=False), "pk", "pupils"),
        "referral_not_sent": Rows(referral.filter(not_sent_at__isnull=False), "pk", "pupils"),
        "note": Rows(ChronologyNote.objects.filter(**of, at__gte=since), "pk", "pupils"),
    }


def read(rows: Collection[SystemEntry]) -> tuple[list[tuple[SystemEntry, Entry]], dict[int, str]]:
    """The rows of the list, each with its entry as the chronology has it now, and the names of the households.

    One whose source is gone is left out. The number of queries does not grow with the rows.
    """
    pupils = {row.pupil_id: row.pupil for row in rows}
    if not pupils:
        return [], {}
    whom = whom_of(pupils.values())
    found = {(entry.source, entry.row): entry for give in GIVE for entry in give(whom)}
    return [(row, found[row.source, row.row]) for row in rows if (row.source, row.row) in found], dict(whom.family)
