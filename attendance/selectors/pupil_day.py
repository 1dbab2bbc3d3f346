"""One pupil's day: the case, the reasons and the arrivals, for the pupil's record and for links to a case."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from homevisits.people.models import Pupil, School

from ..models import AbsenceMessage, Arrival, UnexplainedAbsence

MOST = 12


@dataclass(frozen=True)
class PupilDay:
    """What stands about a pupil on a day; `reasons` and `arrivals` are those that nobody has taken back."""

    case: UnexplainedAbsence | None
    reasons: list[AbsenceMessage]
    arrivals: list[Arrival]

    def __bool__(self) -> bool:
        return bool(self.case or self.reasons or self.arrivals)


def pupil_day(school: School, pupil: Pupil, day: date) -> PupilDay:
    """What is known of a pupil of the school on `day`: in three queries."""
    cases = UnexplainedAbsence.objects.filter(Q(status="open") | Q(first_day__lte=day, day__gte=day), school=school, pupil=pupil)
    reasons = AbsenceMessage.objects.filter(school=school, pupil=pupil, first_day__lte=day, last_day__gte=day, undone_at=None)
    arrivals = Arrival.objects.filter(school=school, pupil=pupil, day=day, undone_at=None)
    return PupilDay(
        case=cases.order_by("-status", "-opened_at").first(),  # an open one before a closed one
        reasons=list(reasons.select_related("by").order_by("-at", "-pk")),
        arrivals=list(arrivals.select_related("by").order_by("-at", "-pk")),
    )


def cases_of(school: School, pupil_ids: Collection[int]) -> list[UnexplainedAbsence]:
    """A case of each of these pupils, the open one before closed ones; flags and urgency play no part. At most twelve."""
    rows = UnexplainedAbsence.objects.filter(school=school, pupil__in=pupil_ids).select_related("pupil")
    found: dict[int, UnexplainedAbsence] = {}
    for case in rows.order_by("-status", "-opened_at"):
        found.setdefault(case.pupil_id, case)
    return sorted(found.values(), key=lambda case: (case.pupil.last_name, case.pupil.first_name))[:MOST]
