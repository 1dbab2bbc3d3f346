"""What was agreed with families."""

from django.db.models import QuerySet

from homevisits.people.models import Pupil

from ..models import HomeVisit, VisitAgreement


def agreements_of(visit: HomeVisit) -> QuerySet[VisitAgreement]:
    """What was agreed on a visit, what is due first."""
    return VisitAgreement.objects.filter(visit=visit).select_related("owner", "ended_by").order_by("due_on", "pk")


def agreements_about(pupil: Pupil) -> QuerySet[VisitAgreement]:
    """What was agreed about a pupil on any visit, open ones first: part of the attendance record (ATT-40)."""
    found = VisitAgreement.objects.filter(visit__school=pupil.school_id, visit__visit_pupils__pupil=pupil)
    return found.select_related("owner", "visit", "ended_by").order_by("ended_at", "due_on", "pk")
