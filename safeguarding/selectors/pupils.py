"""Whom a concern is about."""

from collections.abc import Iterable

from homevisits.people.models import Pupil, School


def pupils_chosen(school: School, numbers: Iterable[str]) -> list[Pupil]:
    """The pupils of the school with these numbers, as an address or a form gives them; what is no number of theirs is left out."""
    ids = [int(one) for one in numbers if one.isdecimal() and len(one) < 12]
    return list(Pupil.objects.filter(school=school, pk__in=ids).order_by("last_name", "first_name", "pk"))
