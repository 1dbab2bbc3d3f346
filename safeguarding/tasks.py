"""The knocks of safeguarding: each finds its work in the database."""

from celery import shared_task

from homevisits.common import clock

from .services import allegations, complaints, handed_to_chair, incident_telling, warnings


@shared_task(name="safeguarding.staff_matters")
def staff_matters_task() -> int:
    """Tell again of incidents not reviewed, of what was written about staff and nobody has taken up, of complaints that are to be answered,
    and of warnings about homes that nobody has looked at for their time; and once of what has come to the chair of governors.
    """
    real = clock.now()
    told = incident_telling.tell_again(real) + handed_to_chair.hand_on(real)
    return told + warnings.remind_of_reviews(real) + allegations.tell_again(real) + complaints.remind(real)
