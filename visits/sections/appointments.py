"""The appointment on the page of a visit: what the family was told, how, and what it said."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from homevisits.messaging.models import Message
from homevisits.people.matrix import allows
from homevisits.people.models import Staff

from ..models import Appointment, HomeVisit
from ..rules.appointments import OPEN, answer_blocks
from ..selectors.appointments import calls_of, of_visit

State = Appointment.State
LOOK = {
    State.OFFERED: "open", State.CONFIRMED: "done", State.CHANGE_ASKED: "due", State.REFUSED: "due", State.REPLACED: "resting",
    State.WITHDRAWN: "resting",
}  # fmt: skip
WENT_WRONG = {Message.Status.FAILED, Message.Status.UNDELIVERED, Message.Status.MISSED}


def appointment(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> dict[str, Any] | None:
    """The appointments and agreement calls; nothing before the first of either."""
    rows = [(row, LOOK[State(row.state)], row.state in OPEN and not answer_blocks(row, now)) for row in of_visit(visit)]
    calls = list(calls_of(visit))
    if not rows and not calls:
        return None
    return {"rows": rows, "calls": calls, "may_answer": allows("offer_appointment", roles), "wrong": WENT_WRONG}
