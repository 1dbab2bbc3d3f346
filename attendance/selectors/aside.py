"""Steps that the engine put aside, with the pupil where it was a case's."""

from dataclasses import dataclass

from homevisits.people.models import School

from ..models import SetAside, UnexplainedAbsence


@dataclass(frozen=True)
class Aside:
    """One row put aside, with its case where it is one."""

    row: SetAside
    case: UnexplainedAbsence | None

    @property
    def words(self) -> str:
        """What could not be done."""
        rung = self.row.what.partition(":")[2]
        return {
            "first_text_at": "The first text",
            "call_at": "Putting the family on the call list",
            "welfare_visit_at": "Raising the home visit",
            "school_day_ends": "Telling people at the end of the day",
        }.get(rung, self.row.what.replace("_", " ").replace(":", " ").capitalize())


def open_aside(school: School) -> list[Aside]:
    """What nobody has dealt with, oldest first."""
    rows = list(SetAside.objects.filter(school=school, dealt_at=None).order_by("at", "pk"))
    ids = {row.row_id for row in rows if row.what.startswith("case:")}
    found = {case.pk: case for case in UnexplainedAbsence.objects.filter(school=school, pk__in=ids).select_related("pupil")}
    return [Aside(row, found.get(row.row_id) if row.what.startswith("case:") else None) for row in rows]


def aside_of(school: School, pk: int) -> SetAside | None:
    """One row of this school."""
    return SetAside.objects.filter(school=school, pk=pk).first()
