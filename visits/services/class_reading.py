"""That a class teacher has read what helps a child to settle (PRI-27): reads of what a family told are on record."""

from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.people.models import Staff

from ..models import FilledForm


def note_read(*, form: FilledForm, by: Staff, now: datetime) -> None:
    """Write the reading into the audit trail."""
    with transaction.atomic():
        record("visits.form.read_by_class", by=by, now=now, school_id=form.visit.school_id, object_type="FilledForm", object_id=form.pk)
