"""The knocks of safeguarding: each finds its work in the database."""

from celery import shared_task

from homevisits.common import clock

from .services import allegations, complaints


@shared_task(name="safeguarding.staff_matters")
def staff_matters_task() -> int:
    """Tell again of what was written about staff and nobody has taken up, and of complaints that are to be answered."""
    real = clock.now()
    return allegations.tell_again(real) + complaints.remind(real)
