"""Texts from parents that nobody has dealt with, each with the pupils whose contact has that number."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from homevisits.messaging.models import InboundText
from homevisits.people.models import Contact, School

from ..models import UnexplainedAbsence


@dataclass(frozen=True)
class Reply:
    """A reply, the contacts of its number (one a child), and which of these children have an open case."""

    text: InboundText
    contacts: list[Contact]
    open_pupils: frozenset[int]

    @property
    def likely(self) -> list[Contact]:
        """The contacts whose child has an open case, else all of them."""
        return [contact for contact in self.contacts if contact.pupil_id in self.open_pupils] or self.contacts


def open_replies(school: School, day: date, most: int = 20) -> list[Reply]:
    """Replies to deal with, oldest first, in three queries."""
    texts = list(InboundText.objects.filter(school=school, dealt_at=None).order_by("received_at", "pk")[:most])
    return with_contacts(school, texts)


def with_contacts(school: School, texts: list[InboundText]) -> list[Reply]:
    """These replies with whom their numbers belong to."""
    numbers = {text.number for text in texts}
    known: dict[str, list[Any]] = {}
    contacts = Contact.objects.filter(pupil__school=school, gone=False).filter(Q(mobile__in=numbers) | Q(landline__in=numbers))
    for contact in contacts.select_related("pupil").order_by("pupil__first_name", "priority"):
        for number in contact.numbers:
            if not any(one.pupil_id == contact.pupil_id for one in known.get(number, [])):
                known.setdefault(number, []).append(contact)
    pupils = {contact.pupil_id for rows in known.values() for contact in rows}
    still = UnexplainedAbsence.objects.filter(school=school, status="open", pupil__in=pupils).values_list("pupil_id", flat=True)
    missing = frozenset(still)
    return [Reply(text, known.get(text.number, []), missing) for text in texts]


def reply_of(school: School, pk: int) -> Reply | None:
    """One reply of this school, dealt with or not."""
    text = InboundText.objects.filter(school=school, pk=pk).first()
    return with_contacts(school, [text])[0] if text else None


def replies_about(school: School, numbers: set[str], since: date) -> list[InboundText]:
    """Replies from these numbers since a day, newest first: for a case's timeline."""
    found = InboundText.objects.filter(school=school, number__in=numbers, received_at__date__gte=since)
    return list(found.select_related("dealt_by").order_by("-received_at"))
