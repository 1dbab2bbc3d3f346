"""One lock a school for the acts that decide whether a case exists at all."""

from homevisits.people.models import School


def lock_school(school: School) -> None:
    """Make those who open cases and those who record reasons wait for one another (R5): neither then misses the other's row.

    Held until the transaction ends; it does not disturb rows that only point to the school.
    """
    School.objects.select_for_update(no_key=True).get(pk=school.pk)
