"""Whom nobody has to look for on a day: pupils with a reason, pupils seen at school."""

from datetime import date, time

from homevisits.common.clock import instant
from homevisits.people.models import School

from ..models import AbsenceMessage, Arrival
from ..models.registers import Session

NOON = time(12)


def explained_ids(school: School, day: date) -> set[int]:
    """Pupils with a reason for the day, given then or before for days to come."""
    messages = AbsenceMessage.objects.filter(school=school, first_day__lte=day, last_day__gte=day, undone_at__isnull=True)
    return set(messages.values_list("pupil_id", flat=True))


def arrived_ids(school: School, day: date, session: str) -> set[int]:
    """Pupils seen at school that day. An arrival of the morning does not account for the afternoon."""
    arrivals = Arrival.objects.filter(school=school, day=day, undone_at__isnull=True)
    if session == Session.PM:
        arrivals = arrivals.filter(at__gte=instant(day, NOON))
    return set(arrivals.values_list("pupil_id", flat=True))
