"""The system jobs of attendance, and the sentences that name children to staff."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from homevisits.common.actors import SystemJob
from homevisits.people.models import Pupil, PupilFlag, School

LADDER = SystemJob("the first-day ladder")


def named(school: School, pupil_ids: Iterable[int], most: int = 3) -> str:
    """Children's full names for a sentence to staff: three at most, those with a safeguarding flag first, then how many more."""
    ids = set(pupil_ids)
    flagged = Exists(PupilFlag.objects.filter(pupil=OuterRef("pk")))
    pupils = Pupil.objects.filter(school=school, pk__in=ids).annotate(flagged=flagged).order_by("-flagged", "last_name", "first_name", "pk")
    names = [str(pupil) for pupil in pupils[:most]]
    if len(ids) > most:
        return f"{', '.join(names)} and {len(ids) - most} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else "nobody"


def plan_link(school: School, visit_ids: Iterable[int | None]) -> str:
    """Path of the page on which the visit is planned; where there are several, of the visits that are to be planned."""
    visits = {visit_id for visit_id in visit_ids if visit_id}
    return f"/s/{school.slug}/visits/" + (f"{visits.pop()}/plan/" if len(visits) == 1 else "")


def today_link(school: School) -> str:
    """Path of the office's Today page."""
    return f"/s/{school.slug}/today/"
