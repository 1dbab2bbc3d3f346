"""One look: the schools that share a clock, the instant, and the rows that several checks need."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from attendance.models import LadderStep, SchoolDay, UnexplainedAbsence
from homevisits.people.models import School
from homevisits.policy.models import PolicyVersion
from homevisits.policy.values import Values

LONDON = ZoneInfo("Europe/London")
SLACK = timedelta(seconds=120)  # what the engine may take before it counts as late
LADDER_TEXTS = ("first_day_absence", "first_day_absence_escalation")
FAMILY_TEXTS = (*LADDER_TEXTS, "all_clear")
FIRST_TEXT, CALL, VISIT, DAY_END = "first_text_at", "call_at", "welfare_visit_at", "school_day_ends"


@dataclass(frozen=True)
class Found:
    """One thing that is not as it should be. `key` tells it from others of its kind; `says` is for people."""

    school_id: int | None
    kind: str
    key: str
    says: str
    pupils: tuple[int, ...] = ()


@dataclass
class Look:
    """Schools whose clocks show the same instant."""

    schools: Mapping[int, School]
    now: datetime

    @property
    def day(self) -> date:
        """The calendar day of these schools."""
        return self.now.astimezone(LONDON).date()

    @property
    def before(self) -> datetime:
        """What was due by then should have happened."""
        return self.now - SLACK

    @property
    def ids(self) -> list[int]:
        """The schools' numbers."""
        return list(self.schools)

    @cached_property
    def open_cases(self) -> list[UnexplainedAbsence]:
        """Open cases, but for those that were set aside: people were told of them."""
        return list(UnexplainedAbsence.objects.filter(school__in=self.ids, status="open", set_aside_at=None))

    @cached_property
    def steps(self) -> dict[tuple[int, date, str], datetime]:
        """When each rung of the open cases was taken."""
        rows = LadderStep.objects.filter(case__school__in=self.ids, case__status="open")
        return {(case, day, rung): at for case, day, rung, at in rows.values_list("case_id", "day", "rung", "taken_at")}

    @cached_property
    def open_days(self) -> set[int]:
        """The schools that have pupils in today."""
        return set(SchoolDay.objects.filter(school__in=self.ids, day=self.day, is_open=True).values_list("school_id", flat=True))

    @cached_property
    def _policies(self) -> dict[int, Values]:
        used = {case.policy_id for case in self.open_cases}
        return {version.pk: version.values for version in PolicyVersion.objects.filter(pk__in=used)}

    def values(self, case: UnexplainedAbsence) -> Values:
        """The settings of the policy that was frozen when the case opened."""
        return self._policies[case.policy_id]

    def due(self, case: UnexplainedAbsence, rung: str) -> datetime:
        """When a rung of a case was due: the policy's wall time, moved with the close of an afternoon register, never before it opened."""
        wall: time = getattr(self.values(case), rung)
        at = on_clock(case.day, wall)
        if case.session == "PM" and rung != DAY_END:
            school = self.schools[case.school_id]
            moved = at + (on_clock(case.day, school.pm_closes) - on_clock(case.day, school.am_closes))
            at = min(moved, max(on_clock(case.day, self.values(case).school_day_ends), at))
        return max(at, case.due_from)

    def taken(self, case: UnexplainedAbsence, rung: str) -> bool:
        """Whether a rung of the day that the case climbs was taken."""
        return (case.pk, case.day, rung) in self.steps

    def climbed(self, rung: str) -> list[UnexplainedAbsence]:
        """The open cases whose rung was taken longer ago than the slack."""
        return [case for case in self.open_cases if self.steps.get((case.pk, case.day, rung), self.now) < self.before]


def on_clock(day: date, wall: time) -> datetime:
    """The instant at which clocks in England show a time on a day."""
    return datetime.combine(day, wall, tzinfo=LONDON).astimezone(ZoneInfo("UTC"))


def of_cases(kind: str, says: str, cases: Iterable[UnexplainedAbsence]) -> Iterable[Found]:
    """A finding a case."""
    return [Found(case.school_id, kind, f"case {case.pk} {case.day}", says, (case.pupil_id,)) for case in cases]
