"""The call in which a visit is agreed, with the hazards asked about (SEC-04, PRI-14)."""

import uuid
from datetime import datetime

from django.db import transaction

from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, Block, refuse_if
from homevisits.people.models import Contact, Staff
from safeguarding.selectors.warnings import warnings_for
from safeguarding.services.warnings import warn

from ..models import AgreementCall, Appointment, HomeVisit
from ..rules.appointments import AGREED, OPEN, TOLD, contact_blocks, current, still_outside
from ..rules.common import Status
from ..states import PENDING
from .common import locked, note
from .outside import refused_outside, tell_pair
from .requests import family_refuses

ANIMALS = "animals"


def record_agreement_call(
    *,
    visit: HomeVisit,
    contact: Contact,
    agreed: bool,
    animals: str,
    says: str,
    by: Staff,
    now: datetime,
    token: uuid.UUID | None = None,
) -> AgreementCall:
    """Record what the family said on the telephone. `animals` holds what they said of animals and other hazards (PRI-14).

    Hazards become a warning about the home; an appointment that was offered is confirmed by the call; a no ends the visit
    (PRI-15), or keeps staff who are out already at the door. Raises Blocked for somebody restricted or not of the family, or once staff
    are inside; BadInput when a no has no words.
    """
    with transaction.atomic():
        visit = locked(visit)
        before = AgreementCall.objects.filter(token=token).first() if token else None
        if before is not None:
            return before
        refuse_if(call_blocks(visit) + contact_blocks(visit, [contact]))
        if not agreed and not says.strip():
            raise BadInput("Write down what the family said.")
        call = AgreementCall.objects.create(
            visit=visit, contact=contact, agreed=agreed, animals=animals.strip(), says=says.strip(), token=token, at=now, by=by
        )
        note(visit, "agreement_call", by=by, now=now, says=says.strip() or "Agreed", agreed=agreed, contact=contact.pk)
        if call.animals:
            _warn(visit, call, by, now)
        if not agreed and visit.departed_at:
            refused_outside(visit, by, now)
        elif not agreed:
            family_refuses(visit=visit, reason=says, by=by, now=now)
        else:
            if visit.departed_at:
                _agreed_outside(visit, by, now)
            visit.appointments.filter(state__in=OPEN).update(
                state=Appointment.State.CONFIRMED, answered_at=now, answered_by=by, answer_words="Agreed by telephone"
            )
    return call


def call_blocks(visit: HomeVisit) -> list[Block]:
    """Why no agreement can be recorded for the visit."""
    if (visit.departed_at is None and visit.status in PENDING | {Status.MEETING}) or still_outside(visit):
        return []
    return [Block("The visit is past being agreed.", AGREED.get(visit.policy.values.preset, TOLD))]


def _agreed_outside(visit: HomeVisit, by: Staff, now: datetime) -> None:
    """The family agrees while staff are out: the time is now, kept as the appointment that was missing (ATT-14), and the pair hears it."""
    if current(visit) is None:
        Appointment.objects.create(
            visit=visit, at=visit.arrive_at or now, length_minutes=visit.length_minutes, place=visit.place or "At home",
            what_happens="Agreed by telephone while staff were out", questions="", link_expires_at=now, link_closed_at=now, made_at=now,
            made_by=by, state=Appointment.State.CONFIRMED, answered_at=now, answered_by=by, answer_words="Agreed by telephone",
        )  # fmt: skip
    tell_pair(visit, "appointment_answered", "The family agrees to the visit, by telephone.", by, now)


def _warn(visit: HomeVisit, call: AgreementCall, by: Staff, now: datetime) -> None:
    """What the family says of hazards goes with the home to whoever goes there, this time and later; said again it is not doubled.

    It is not this visit's own finding, so its risk assessment has to go through it.
    """
    there = warnings_for(visit.household, local_day(now)).filter(about=ANIMALS, says=call.animals)
    if not there.exists():
        warn(household=visit.household, about=ANIMALS, says=call.animals, source="The family, when the visit was agreed", by=by, now=now)
