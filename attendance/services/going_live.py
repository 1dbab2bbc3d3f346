"""Shadow mode on and off: one decision of the headteacher."""

from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.errors import BadInput, Block, refuse_if
from homevisits.messaging.notices import tell
from homevisits.people.models import School, Staff

from ..rules import person_blocks


def live_blocks(school: School, staff: Staff, sending: str, now: datetime) -> list[Block]:
    """Why this person cannot switch the school to `sending`."""
    if school.sending == sending:
        says = "The school is live already." if sending == School.Sending.LIVE else "The school is in shadow mode already."
        return [Block(says)]
    return person_blocks(school, staff, "go_live", now)


def set_sending(*, school: School, sending: str, reason: str, by: Staff, now: datetime) -> School:
    """Go live, or back to shadow mode, with the reason. What waits goes, or is kept back, from the next knock on.

    Raises BadInput without a reason, Blocked for whoever may not decide it or when it is so already.
    """
    if not reason.strip():
        raise BadInput("Say why: the reason stays on record.")
    with transaction.atomic():
        school = School.objects.select_for_update().get(pk=school.pk)
        refuse_if(live_blocks(school, by, sending, now))
        school.sending = sending
        school.save(update_fields=["sending"])
        live = sending == School.Sending.LIVE
        record(
            "attendance.sending.live" if live else "attendance.sending.shadow", by=by, now=now, school_id=school.pk, object_type="School",
            object_id=school.pk, detail={"reason": reason.strip()},
        )  # fmt: skip
        says = "texts now go to parents" if live else "nothing is sent to parents any more: shadow mode"
        for role in ("office_admin", "senior_manager"):
            tell(school=school, role=role, about="sending_changed", says=f"{by.name} decided: {says}. {reason.strip()}", by=by, now=now)
    return school
