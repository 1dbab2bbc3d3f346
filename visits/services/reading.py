"""Reading what is sensitive goes on the trail: who read it, and when (PRI-20)."""

from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.people.models import Staff

from ..models import HomeVisit


def risk_read(*, visit: HomeVisit, by: Staff, now: datetime) -> None:
    """Somebody opened the risk assessment of a visit, on screen or on paper."""
    with transaction.atomic():
        record("visits.risk.read", by=by, now=now, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk)
