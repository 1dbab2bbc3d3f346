"""The appointment with the family: offered, answered by a link or by the office, replaced by another time, taken back."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from homevisits.common.actors import Actor, SystemJob
from homevisits.common.errors import BadInput, refuse_if
from homevisits.messaging.notices import tell
from homevisits.people.models import Contact, Pupil, Role, Staff

from ..models import Appointment, HomeVisit
from ..rules.appointments import KEPT, LONG_ENOUGH, TOLD, answer_blocks, contact_blocks, current, keep_blocks, link_blocks, offer_blocks
from . import telling
from .appointment_changes import LINK_AFTER, end
from .common import link_to, locked, note, pupils_of, visit_words
from .outside import refused_outside, tell_pair
from .requests import family_refuses

State = Appointment.State
FAMILY = SystemJob("the family, by the link")
ANSWERS = (State.CONFIRMED, State.CHANGE_ASKED, State.REFUSED)


def offer(
    *,
    visit: HomeVisit,
    at: datetime,
    length_minutes: int,
    place: str,
    what_happens: str,
    questions: str,
    to: Sequence[tuple[Contact, str]],
    by: Staff,
    now: datetime,
    at_school: bool = False,
    token: uuid.UUID | None = None,
) -> Appointment:
    """Offer the family a time and tell `to`, pairs of a contact and "text", "email" or "letter" (PRI-13). It replaces an earlier one.

    Raises Blocked by the visit's state or for somebody restricted; BadInput for a time that has passed or is not the plan's, for
    words that are missing, too long or hold a child's surname, and for a way that does not reach the person.
    """
    with transaction.atomic():
        visit = locked(visit)
        sent_before = Appointment.objects.filter(token=token).first() if token else None
        if sent_before is not None:
            return sent_before
        refuse_if(offer_blocks(visit, at_school, now) + contact_blocks(visit, [contact for contact, _ in to]))
        _check(visit, at, length_minutes, at_school, now, what_happens, questions, place)
        if not to:
            raise BadInput("Choose whom to tell, and how.")
        telling.check_ways(visit.school, to)
        earlier = current(visit)
        if earlier is not None:
            end(earlier, State.REPLACED, by, now, say=False)
        made = Appointment.objects.create(
            visit=visit, at=at, length_minutes=length_minutes, place=place.strip(), at_school=at_school, what_happens=what_happens.strip(),
            questions=questions.strip(), link_expires_at=at + LINK_AFTER, token=token, made_at=now, made_by=by,
        )  # fmt: skip
        telling.send(made, to, changed=earlier is not None and earlier.at_school == at_school, by=by, now=now)
        if all(channel != telling.LETTER for _, channel in to):
            drafted = visit.letters.filter(kind="appointment", sent_at__isnull=True, discarded_at__isnull=True)
            drafted.update(discarded_at=now, discarded_by=by, discarded_because="The family was told by a message")
        note(visit, "appointment_offered", by=by, now=now, says=telling.when_of(made), appointment=made.pk)
    return made


def _check(visit: HomeVisit, at: datetime, length: int, at_school: bool, now: datetime, *words: str) -> None:
    what, questions, _ = words
    if at <= now:
        raise BadInput("The time has passed already.")
    if not 1 <= length <= 600:
        raise BadInput("Enter how many minutes it takes.")
    if not at_school and visit.arrive_at is not None and at != visit.arrive_at:
        raise BadInput("The plan has another time at the door: change the plan first.")
    if not what.strip() or not questions.strip():
        raise BadInput("Say what will happen and what kinds of question there are.")
    if len(what) + len(questions) > LONG_ENOUGH:
        raise BadInput(f"Say it in fewer words: {LONG_ENOUGH} characters in all.")
    names = Pupil.objects.filter(visit_pupils__visit=visit).values_list("last_name", flat=True)
    said = " ".join(words).casefold().replace(",", " ").replace(".", " ").split()
    if any(name.casefold() in said for name in names):
        raise BadInput("Leave the family's name out: others may read the message.")


def answer(*, appointment: Appointment, state: str, words: str = "", by: Staff | None, now: datetime) -> Appointment:
    """Record what the family says: confirmed, another time asked for, or refused. `by` None: the family itself, by its link.

    The same answer again changes nothing. A refusal ends the visit and tells the safeguarding team (PRI-15); another time asked
    for is told to the office and to whoever planned. Raises Blocked when it can no longer be answered.
    """
    if state not in ANSWERS:
        raise BadInput("Choose one of the answers.")
    with transaction.atomic():
        visit = locked(appointment.visit)
        row = Appointment.objects.select_for_update().get(pk=appointment.pk)
        row.visit = visit
        if row.state == state and row.answer_words == words.strip()[:500]:
            return row
        refuse_if(answer_blocks(row, now) if by else link_blocks(row, now))
        row.state, row.answered_at, row.answered_by, row.answer_words = State(state), now, by, words.strip()[:500]
        row.save(update_fields=["state", "answered_at", "answered_by", "answer_words"])
        note(visit, f"appointment_{state}", by=by or FAMILY, now=now, says=row.answer_words, appointment=row.pk)
        if state == State.REFUSED:
            _refused(visit, row.answer_words, by or FAMILY, now)
        elif state == State.CHANGE_ASKED:
            _tell_change(visit, row, by or FAMILY, now)
        elif visit.departed_at:
            tell_pair(visit, "appointment_answered", "The family confirms the time.", by or FAMILY, now)
    return row


def go_all_the_same(*, appointment: Appointment, reason: str, by: Staff, now: datetime) -> None:
    """The family asked for another time and staff go at the old one, with the reason; the pair is told. Their own decision it is not.

    Raises Blocked when nothing was asked or by one of those who go, BadInput without a reason.
    """
    if not reason.strip():
        raise BadInput("Say why staff go all the same.")
    with transaction.atomic():
        visit = locked(appointment.visit)
        row = Appointment.objects.select_for_update().get(pk=appointment.pk)
        row.visit = visit
        refuse_if(keep_blocks(row, by, now))
        note(visit, KEPT, by=by, now=now, says=reason.strip()[:500], appointment=row.pk)
        says = f"The family asked for another time; you go all the same: {reason.strip()}"
        tell_pair(visit, "appointment_answered", says, by, now)


def _refused(visit: HomeVisit, words: str, by: Actor, now: datetime) -> None:
    if visit.departed_at:
        refused_outside(visit, by, now)
        return
    family_refuses(visit=visit, reason=words or "Said no to the appointment", by=by, now=now)


def _tell_change(visit: HomeVisit, row: Appointment, by: Actor, now: datetime) -> None:
    asks = f"The family asks for another time than {telling.when_of(row)}: {row.answer_words or 'ring them'}"
    says = f"{visit_words(visit, now)}: {asks}"
    planned = visit.events.filter(what="planned", by__isnull=False).order_by("-pk").select_related("by").first()
    people: dict[str, list[Staff] | None] = {Role.OFFICE_ADMIN: None}
    if planned and planned.by:
        people["planner"] = [planned.by]
    for role, who in people.items():
        tell(
            school=visit.school, role=role, about="appointment_change", says=says, people=who, pupils=pupils_of(visit), clause=TOLD,
            link=link_to(visit.school, visit), task=role == Role.OFFICE_ADMIN, by=by, now=now,
        )  # fmt: skip
    tell_pair(visit, "appointment_change", asks, by, now, alarm=visit.departed_at is not None)


def close_link(*, appointment: Appointment, by: Staff, now: datetime) -> None:
    """Shut the link: it opens nothing from now on; the office can still record an answer."""
    with transaction.atomic():
        visit = locked(appointment.visit)
        if Appointment.objects.filter(pk=appointment.pk, link_closed_at__isnull=True).update(link_closed_at=now):
            note(visit, "appointment_link_closed", by=by, now=now, appointment=appointment.pk)
