"""The system jobs of attendance, and the sentences that name children to staff."""

from collections.abc import Iterable

from homevisits.common.actors import SystemJob
from homevisits.people.models import Pupil, School

LADDER = SystemJob("the first-day ladder")


def named(school: School, pupil_ids: Iterable[int], most: int = 3) -> str:
    """Children's full names for a sentence to staff: three at most, then how many more."""
    ids = sorted(set(pupil_ids))
    pupils = Pupil.objects.filter(school=school, pk__in=ids[: most + 1]).order_by("last_name", "first_name")
    names = [str(pupil) for pupil in pupils][: most if len(ids) > most else most + 1]
    if len(ids) > most:
        return f"{', '.join(names)} and {len(ids) - most} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else "nobody"


def today_link(school: School) -> str:
    """Path of the office's Today page."""
    return f"/s/{school.slug}/today/"
