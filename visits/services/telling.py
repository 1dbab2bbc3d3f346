"""The messages of an appointment: to whom, by what way, and with what words (PRI-13)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from homevisits.common.actors import Actor
from homevisits.common.clock import local, local_day
from homevisits.common.errors import BadInput
from homevisits.messaging import outbox
from homevisits.messaging.models import Message
from homevisits.people.models import Contact, School, Staff
from homevisits.people.selectors.pupils import faults_of

from ..links import link_of
from ..models import Appointment, AppointmentMessage
from .common import draft_letter, pupils_of

TEXT, EMAIL, LETTER = "text", "email", "letter"
CHANNELS = (TEXT, EMAIL, LETTER)


def address_of(contact: Contact, channel: str) -> str:
    """The number or address that a channel uses; empty for a letter."""
    return {TEXT: contact.mobile, EMAIL: contact.email}.get(channel, "")


def check_ways(school: School, to: Sequence[tuple[Contact, str]]) -> None:
    """Refuse a way that does not reach the person, or that somebody restricted reads. Raises BadInput."""
    faults = faults_of(school, [contact.mobile for contact, channel in to if channel == TEXT])
    for contact, channel in to:
        if channel not in CHANNELS:
            raise BadInput(f"“{channel}” is not a way to tell a family: text, email or letter.")
        where = address_of(contact, channel)
        if channel != LETTER and not where:
            raise BadInput(f"{contact} has no {'mobile number' if channel == TEXT else 'email address'}.")
        if where in faults:
            raise BadInput(f"The number of {contact} was reported wrong or dead.")
        if where and where in read_by_restricted(contact):
            raise BadInput(f"What is sent to {contact} is read by somebody who is restricted. Use another way.")


def read_by_restricted(contact: Contact) -> set[str]:
    """The numbers and addresses of those who are restricted about the same pupil: what goes there, they read."""
    rows = Contact.objects.filter(pupil=contact.pupil_id, restricted=True, gone=False).values_list("mobile", "landline", "email")
    return {where for row in rows for where in row if where}


def send(appointment: Appointment, to: Sequence[tuple[Contact, str]], *, changed: bool, by: Staff, now: datetime) -> None:
    """Write a message to each, or draft the letter; one a number or address, however many siblings have it."""
    seen: set[str] = set()
    for contact, channel in to:
        where = address_of(contact, channel)
        if where and where in seen:
            continue
        seen.add(where)
        template = "appointment_changed" if changed else "appointment_email" if channel == EMAIL else "appointment"
        message = None if channel == LETTER else _put(appointment, contact, channel, template, _fields(appointment, contact), by, now)
        if channel == LETTER:
            draft_letter(appointment.visit, "appointment", now)
        AppointmentMessage.objects.create(appointment=appointment, contact=contact, channel=channel, message=message, at=now, by=by)


def take_back(appointment: Appointment, *, why: str, by: Actor, now: datetime, say: bool) -> None:
    """Cancel what has not gone; with `say`, tell those whom it reached that it does not take place."""
    rows = list(appointment.messages.select_related("contact", "message"))
    cancelled = set(outbox.cancel(message_ids=[row.message_id for row in rows if row.message_id], now=now, why=why))
    for row in rows if say else []:
        if row.channel == LETTER:
            draft_letter(appointment.visit, "appointment_withdrawn", now)
        elif row.contact and not row.contact.restricted and not row.contact.gone and row.message_id not in cancelled:
            fields = {"kind": kind_of(appointment), "when": when_of(appointment)}
            _put(appointment, row.contact, row.channel, "appointment_withdrawn", fields, by, now)


def _put(
    appointment: Appointment, contact: Contact, channel: str, template: str, fields: dict[str, str], by: Actor, now: datetime
) -> Message | None:
    school = appointment.visit.school
    about: Collection[int] = pupils_of(appointment.visit)
    return outbox.put(
        school=school, day=local_day(now), template=template, to=address_of(contact, channel), channel=channel, language=contact.language,
        purpose=f"{template}:{appointment.pk}:{channel}:{contact.pk}", fields=fields, about=[(pupil, contact.pk) for pupil in about],
        due_at=now, miss_at=appointment.at, by=by, now=now,
    )  # fmt: skip


def _fields(appointment: Appointment, contact: Contact) -> dict[str, str]:
    return {
        "kind": kind_of(appointment), "when": when_of(appointment), "length": length_of(appointment), "what": appointment.what_happens,
        "questions": appointment.questions.rstrip(". "), "link": link_of(appointment.pk, contact.pk),
        "policy": policy_address(appointment.visit.school),
    }  # fmt: skip


def policy_address(school: School) -> str:
    """The whole address of the policy for parents (ATT-02)."""
    return str(settings.BASE_URL) + reverse("policy_public", args=[school.slug])


def kind_of(appointment: Appointment) -> str:
    """What it is, as a family reads it."""
    return "a meeting at school" if appointment.at_school else "a home visit"


def when_of(appointment: Appointment) -> str:
    """Day and time, as a family reads them: Tuesday 24 November at 9:30."""
    at = local(appointment.at)
    return f"{at:%A} {at.day} {at:%B} at {at.hour}:{at.minute:02d}"


def length_of(appointment: Appointment) -> str:
    """How long it takes: 15 minutes."""
    return f"{appointment.length_minutes} minute{'' if appointment.length_minutes == 1 else 's'}"
