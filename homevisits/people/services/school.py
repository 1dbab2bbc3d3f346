"""What a school says of itself: on letters, in texts, on its pages."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from homevisits.audit import services as audit
from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput

from ..models import School

DETAILS = (
    "name", "address", "postcode", "phone", "email", "colour", "welfare_officer", "welfare_officer_phone", "welfare_officer_email"
)  # fmt: skip


def save_details(*, school: School, details: Mapping[str, str], by: Actor, now: datetime) -> School:
    """Change what stands at the head of letters and whom a calling card names (SEC-07). Raises BadInput for what is none of these."""
    if set(details) - set(DETAILS):
        raise BadInput("That is not among the school’s details.")
    with transaction.atomic():
        row = School.objects.select_for_update().get(pk=school.pk)
        changed = [name for name, value in details.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, details[name])
        if changed:
            row.save(update_fields=changed)
            audit.record(
                "people.school.changed", by=by, now=now, school_id=row.pk, object_type="school", object_id=row.pk,
                detail={name: details[name] for name in changed},
            )  # fmt: skip
    return row
