"""Appointments of a visit: the one that holds, those before it, the one behind a link."""

from datetime import datetime

from django.db.models import Prefetch, QuerySet

from homevisits.people.models import Contact

from .. import links
from ..models import AgreementCall, Appointment, AppointmentMessage, HomeVisit
from ..rules.appointments import current as current
from ..rules.appointments import is_confirmed as is_confirmed


def of_visit(visit: HomeVisit) -> QuerySet[Appointment]:
    """Every appointment of a visit, the newest first, with whom it was sent to."""
    sent = AppointmentMessage.objects.select_related("contact", "message").order_by("pk")
    return visit.appointments.select_related("answered_by", "made_by").prefetch_related(Prefetch("messages", queryset=sent)).order_by("-pk")


def calls_of(visit: HomeVisit) -> QuerySet[AgreementCall]:
    """The calls in which the visit was agreed or not, the newest first."""
    return visit.agreement_calls.select_related("contact", "by").order_by("-at", "-pk")


def by_link(link: str) -> tuple[Appointment, Contact | None] | None:
    """The appointment that a link was made for, and to whom it went; None for a link that we did not make."""
    read = links.read(link)
    if read is None:
        return None
    found = Appointment.objects.select_related("visit__school", "visit__policy").filter(pk=read[0]).first()
    if found is None:
        return None
    contact = Contact.objects.filter(pk=read[1], pupil__visit_pupils__visit=found.visit_id).first() if read[1] else None
    return found, contact


def family(visit: HomeVisit) -> list[Contact]:
    """Those of the family who may be told, in the order in which they are rung."""
    pupils = visit.visit_pupils.values("pupil")
    found = Contact.objects.filter(pupil__in=pupils, restricted=False, gone=False).select_related("pupil")
    return list(found.order_by("priority", "pk"))


def at_the_door(visit: HomeVisit) -> datetime:
    """When the family may expect staff: the time at the door, else when the visit sets off."""
    return visit.arrive_at or visit.due_at
