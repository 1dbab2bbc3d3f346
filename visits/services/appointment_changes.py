"""What becomes of an appointment when the visit's plan changes or ends."""

from datetime import datetime, timedelta

from homevisits.audit.services import record
from homevisits.common.actors import Actor
from homevisits.people.models import Staff

from ..models import Appointment, HomeVisit
from ..rules.appointments import OPEN, current
from . import telling
from .common import note

State = Appointment.State
# The link lives until the appointment, and a little longer for those who are late with their answer.
LINK_AFTER = timedelta(hours=2)


def withdraw(*, visit: HomeVisit, why: str, by: Actor, now: datetime, say: bool = True) -> None:
    """Take the appointment back when the visit does not take place; those who were told are told so. Nothing where there is none.

    Call it in the transaction, and under the lock, of the act that ends the visit.
    """
    row = current(visit)
    if row is not None:
        end(row, State.WITHDRAWN, by, now, say=say, why=why)


def refuse_with_visit(*, visit: HomeVisit, words: str, by: Actor, now: datetime) -> None:
    """The family refused the visit, however it said so: its appointment says the same, and the link asks nothing more."""
    visit.appointments.filter(state__in=OPEN).update(
        state=State.REFUSED, answered_at=now, answered_by_id=by.pk, answer_words=words.strip()[:500], link_closed_at=now
    )
    record("visits.appointment.refused", by=by, now=now, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk)


def follow_plan(*, visit: HomeVisit, by: Actor, now: datetime) -> None:
    """When the plan's time or length is another one, the appointment is replaced and the family told (PRI-13).

    Call it under the lock, when the plan is saved. A meeting at school has a time of its own and stays.
    """
    row = current(visit)
    at = visit.arrive_at
    if row is None or row.at_school or row.state == State.REFUSED or at is None or by.pk is None:
        return
    if (row.at, row.length_minutes) == (at, visit.length_minutes) or at <= now:
        return
    to = [(one.contact, one.channel) for one in row.messages.select_related("contact").order_by("pk")]
    reached = [(contact, channel) for contact, channel in to if contact and not contact.restricted and not contact.gone]
    end(row, State.REPLACED, by, now, say=False)
    staff = Staff.objects.get(pk=by.pk)
    made = Appointment.objects.create(
        visit=visit, at=at, length_minutes=visit.length_minutes, place=row.place, what_happens=row.what_happens, questions=row.questions,
        link_expires_at=at + LINK_AFTER, made_at=now, made_by=staff,
    )  # fmt: skip
    telling.send(made, reached, changed=True, by=staff, now=now)
    note(visit, "appointment_moved", by=by, now=now, says=telling.when_of(made), appointment=made.pk)


def end(row: Appointment, state: str, by: Actor, now: datetime, *, say: bool, why: str = "Another time was offered") -> None:
    """Replace or withdraw an appointment: its link is shut, what has not gone is cancelled, with `say` those it reached are told."""
    refused = row.state == State.REFUSED
    row.state, row.link_closed_at = State(state), row.link_closed_at or now
    row.save(update_fields=["state", "link_closed_at"])
    telling.take_back(row, why=why, by=by, now=now, say=say and not refused)
    if state == State.WITHDRAWN:
        note(row.visit, "appointment_withdrawn", by=by, now=now, says=why, appointment=row.pk)
