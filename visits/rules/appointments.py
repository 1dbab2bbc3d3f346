"""Telling a family of a time, and the family's answer."""

from collections.abc import Iterable
from datetime import datetime

from homevisits.common.errors import Block, Caution
from homevisits.people.models import Contact, Staff
from homevisits.policy.values import Values

from ..models import Appointment, CheckIn, HomeVisit
from .common import Status, clause, sent_at_once

State = Appointment.State
# Rules without a setting: every preset has them from the first policy, but for those that say it themselves.
TOLD = "PRI-13"
AGREED = {"secondary": "SEC-04"}
TELLING = {"academy-trust": "MAT-02", "alternative-provision": "ALT-11"}
REFUSES = "PRI-15"
# How the office's word stands in the history: the family asked for another time, and staff go at the old one.
KEPT = "appointment_kept"
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
    if still_outside(visit):
        return []
    if visit.departed_at or visit.status not in BEFORE_LEAVING | {Status.RAISED, Status.SENT_BACK, Status.MEETING}:
        return [Block(f"The visit is “{Status(visit.status).label.lower()}”.", TOLD)]
    return []


def still_outside(visit: HomeVisit) -> bool:
    """Whether staff are on the way or at the door: the office may still hear from the family, and tell them."""
    if visit.status != Status.OUT or visit.drill or visit.returned_at:
        return False
    return not visit.check_ins.filter(point=CheckIn.Point.INSIDE).exists() and not visit.outcomes.exists()


def telling_clause(values: Values) -> str:
    """The clause of the running preset by which a family is told of a visit."""
    return TELLING.get(values.preset, TOLD)


def is_told(visit: HomeVisit) -> bool:
    """Whether the family knows of the visit: a time was sent to it, it agreed by telephone, or the letter has gone."""
    told = visit.appointments.filter(state__in=CURRENT).exclude(state=State.OFFERED).exists()
    sent = visit.appointments.filter(state__in=CURRENT, messages__message__isnull=False).exists()
    called = visit.agreement_calls.filter(agreed=True).exists()
    return told or sent or called or visit.letters.filter(kind="appointment", sent_at__isnull=False).exists()


def told_cautions(visit: HomeVisit) -> list[Caution]:
    """That an announced visit has not reached the family yet, and what that means at the door (PRI-13, MAT-02, ALT-11, ATT-14)."""
    if not visit.announced or visit.drill or sent_at_once(visit):
        return []
    values, cautions = visit.policy.values, []
    if not is_told(visit):
        cautions.append(Caution("The visit is announced, and nobody has told the family of it yet.", telling_clause(values)))
    if values.entry_needs_appointment and not is_confirmed(visit):
        says = "The family has not confirmed an appointment: the visit stays at the door."
        cautions.append(Caution(says, clause(values, "entry_needs_appointment")))
    return cautions


def asked_for_another(visit: HomeVisit) -> Appointment | None:
    """The appointment for which the family asks another time and nobody has answered it; None when there is none."""
    row = visit.appointments.filter(state=State.CHANGE_ASKED).first()
    if row is None:
        return None
    last = visit.events.filter(what__in=(KEPT, "appointment_change_asked")).order_by("-pk").values_list("what", flat=True).first()
    return None if last == KEPT else row


def asked_blocks(visit: HomeVisit) -> list[Block]:
    """Why nobody leaves while the family waits for an answer to its asking for another time (PRI-13)."""
    row = asked_for_another(visit)
    if row is None or sent_at_once(visit):
        return []
    words = f" (“{row.answer_words}”)" if row.answer_words else ""
    says = f"The family asks for another time{words}. The office answers it first: a new time, their yes, or why you go all the same."
    return [Block(says, telling_clause(visit.policy.values))]


def keep_blocks(appointment: Appointment, by: Staff, now: datetime) -> list[Block]:
    """Why it cannot be said that staff go all the same: nothing was asked, or those who go would decide it for themselves."""
    blocks, demanded = answer_blocks(appointment, now), telling_clause(appointment.visit.policy.values)
    if appointment.state != State.CHANGE_ASKED:
        blocks.append(Block("The family has not asked for another time.", demanded))
    if appointment.visit.members.filter(staff=by).exists():
        blocks.append(Block("Those who go do not decide this themselves: the office does.", demanded))
    return blocks


def said_no(visit: HomeVisit) -> bool:
    """Whether the family's last word is a no."""
    last = visit.agreement_calls.order_by("-at", "-pk").first()
    refused = visit.appointments.filter(state=State.REFUSED).first()
    if last is not None and (refused is None or refused.answered_at is None or refused.answered_at < last.at):
        return not last.agreed
    return refused is not None


def link_blocks(appointment: Appointment, now: datetime) -> list[Block]:
    """Why the link does not open the appointment any more, besides what `answer_blocks` says."""
    if appointment.link_closed_at is not None or appointment.link_expires_at <= now:
        return [Block("This link is closed.", TOLD)]
    if appointment.visit.departed_at:
        return [Block("Staff are on their way: ring the school.", TOLD)]
    return answer_blocks(appointment, now)
