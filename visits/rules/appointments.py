"""Telling a family of a time, and the family's answer."""

from collections.abc import Iterable
from datetime import datetime

from homevisits.common.errors import Block, Caution
from homevisits.people.models import Contact

from ..models import Appointment, HomeVisit
from .common import Status

State = Appointment.State
# Rules without a setting: every preset has them from the first policy, but for those that say it themselves.
TOLD = "PRI-13"
AGREED = {"secondary": "SEC-04"}
CURRENT = frozenset({State.OFFERED, State.CONFIRMED, State.CHANGE_ASKED, State.REFUSED})
# What the family can still answer to.
OPEN = frozenset({State.OFFERED, State.CONFIRMED, State.CHANGE_ASKED})
BEFORE_LEAVING = frozenset({Status.PLANNED, Status.APPROVED})
LONG_ENOUGH = 400  # characters of what goes into a message


def current(visit: HomeVisit) -> Appointment | None:
    """The appointment that holds; None when none was made, or it was taken back."""
    return visit.appointments.filter(state__in=CURRENT).first()


def is_confirmed(visit: HomeVisit) -> bool:
    """Whether the family has confirmed the time that holds (ATT-14)."""
    return visit.appointments.filter(state=State.CONFIRMED).exists()


def offer_blocks(visit: HomeVisit, at_school: bool, now: datetime) -> list[Block]:
    """Why no time can be offered to the family."""
    if at_school and visit.status in BEFORE_LEAVING | {Status.RAISED, Status.SENT_BACK, Status.MEETING}:
        return []
    if visit.status == Status.MEETING:
        return [Block("The family is met at school: offer a time at school.", "PRI-12")]
    if visit.status not in BEFORE_LEAVING:
        return [Block(f"The visit is “{Status(visit.status).label.lower()}”: there is no time to offer.", TOLD)]
    if not visit.announced:
        return [Block("The visit goes unannounced: its plan says so.", TOLD)]
    return []


def offer_cautions(visit: HomeVisit) -> list[Caution]:
    """What to think of before the family is told."""
    if visit.status == Status.PLANNED:
        return [Caution("The visit is not approved yet: the family may have to be told that it does not take place.", TOLD)]
    return []


def contact_blocks(visit: HomeVisit, contacts: Iterable[Contact]) -> list[Block]:
    """Why these people cannot be told of the visit: not of the family, gone, or restricted."""
    pupils = set(visit.visit_pupils.values_list("pupil_id", flat=True))
    blocks = []
    for contact in contacts:
        if contact.restricted:
            blocks.append(Block(f"{contact} is restricted and is never called, texted or visited."))
        elif contact.pupil_id not in pupils or contact.gone:
            blocks.append(Block(f"{contact} is not among the family's contacts."))
    return blocks


def answer_blocks(appointment: Appointment, now: datetime) -> list[Block]:
    """Why the family's answer can no longer be taken, by the link or by the office."""
    visit = appointment.visit
    if appointment.state not in OPEN:
        return [Block(f"The appointment is “{State(appointment.state).label.lower()}”.", TOLD)]
    if visit.departed_at or visit.status not in BEFORE_LEAVING | {Status.RAISED, Status.SENT_BACK, Status.MEETING}:
        return [Block(f"The visit is “{Status(visit.status).label.lower()}”.", TOLD)]
    return []


def link_blocks(appointment: Appointment, now: datetime) -> list[Block]:
    """Why the link does not open the appointment any more, besides what `answer_blocks` says."""
    if appointment.link_closed_at is not None or appointment.link_expires_at <= now:
        return [Block("This link is closed.", TOLD)]
    return answer_blocks(appointment, now)
