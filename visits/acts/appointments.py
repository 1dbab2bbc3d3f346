"""The acts of an appointment."""

from collections.abc import Collection
from datetime import datetime

from homevisits.common.errors import Block
from homevisits.people.matrix import allows
from homevisits.people.models import Staff

from ..models import HomeVisit
from ..rules.appointments import offer_blocks
from ..services.agreement_calls import call_blocks
from .act import Act

S = HomeVisit.Status


_CALLED = frozenset({S.RAISED, S.PLANNED, S.SENT_BACK, S.APPROVED, S.OUT})


def _mine(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    return allows("offer_appointment", roles)


def _offer(visit: HomeVisit, person: Staff, now: datetime) -> list[Block]:
    return offer_blocks(visit, visit.status == S.MEETING, now)


def _call(visit: HomeVisit, person: Staff, now: datetime) -> list[Block]:
    return call_blocks(visit)


APPOINTMENT_ACTS = (
    Act("agreement_call", "Agree it by telephone", "agreement_call", _CALLED, _mine, _call),
    Act("offer_appointment", "Tell the family the time", "appointment_offer", frozenset({S.PLANNED, S.APPROVED, S.MEETING}), _mine, _offer),
)
