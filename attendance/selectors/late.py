"""Steps that were taken late, with whom they were about."""

from dataclasses import dataclass
from datetime import date, datetime

from homevisits.people.models import Pupil, School

from ..models import LateStep


@dataclass(frozen=True)
class LateRow:
    """One step that was late: its setting, by how many seconds, when it was taken, for whom."""

    rung: str
    seconds: int
    at: datetime
    pupils: list[Pupil]


def late_steps(school: School, day: date) -> list[LateRow]:
    """The late steps of a day, newest first."""
    steps = list(LateStep.objects.filter(school=school, day=day).order_by("-at", "-pk"))
    ids = {pk for step in steps for pk in step.pupils}
    pupils = Pupil.objects.filter(school=school).in_bulk(list(ids))
    return [LateRow(step.rung, step.late_seconds, step.at, [pupils[pk] for pk in step.pupils if pk in pupils]) for step in steps]
