"""A family says no to a visit before anybody has left: it ends the visit, and the safeguarding team hears at once (PRI-15)."""

from datetime import datetime

from django.db import transaction

from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput, refuse_if
from homevisits.messaging.notices import tell
from homevisits.people.models import Role, Staff

from ..models import Appointment, HomeVisit
from ..rules.appointments import OPEN
from ..rules.common import status_blocks
from .changes import void_approvals
from .common import link_to, locked, note, pupils_of

Status = HomeVisit.Status


def family_refuses(*, visit: HomeVisit, reason: str, by: Actor, now: datetime) -> None:
    """End the visit as refused by the family; safeguarding team and pair are told. Twice changes nothing.

    Raises Blocked once somebody has left (the door has its own outcome for that), BadInput without a reason.
    """
    if not reason.strip():
        raise BadInput("Write down what the family said.")
    with transaction.atomic():
        visit = locked(visit)
        if visit.status == Status.REFUSED:
            return
        refuse_if(status_blocks(visit, Status.REFUSED))
        void_approvals(visit, now)
        visit.status = Status.REFUSED
        visit.save(update_fields=["status"])
        visit.appointments.filter(state__in=OPEN).update(
            state=Appointment.State.REFUSED, answered_at=now, answered_by_id=by.pk, answer_words=reason.strip()[:500], link_closed_at=now
        )
        note(visit, "refused", by=by, now=now, says=reason.strip())
        pair: list[Staff] = [member.staff for member in visit.members.select_related("staff")]
        says = f"The family has said no to a home visit: {reason.strip()}"[:400]
        for role, people in ((Role.DSL, None), *([("pair", pair)] if pair else [])):
            tell(
                school=visit.school, role=role, about="family_declined", says=says, people=people, pupils=pupils_of(visit), by=by, now=now,
                link=link_to(visit.school, visit), clause="PRI-15", alarm=role == Role.DSL,
            )  # fmt: skip
