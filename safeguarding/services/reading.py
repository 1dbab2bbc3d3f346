"""Reading what is sensitive goes on the trail: who read it, and when (PRI-20)."""

from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.people.models import Household, Staff

from ..models import Incident


def incident_read(*, incident: Incident, by: Staff, now: datetime) -> None:
    """Somebody opened an incident."""
    with transaction.atomic():
        record("safeguarding.incident.read", by=by, now=now, school_id=incident.school_id, object_type="Incident", object_id=incident.pk)


def warnings_read(*, household: Household, by: Staff, now: datetime) -> None:
    """Somebody opened what is known of a home."""
    with transaction.atomic():
        record("safeguarding.warnings.read", by=by, now=now, school_id=household.school_id, object_type="Household", object_id=household.pk)
