"""Letters of a visit as their pages show them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from homevisits.documents.models import Document, DocumentWay
from homevisits.messaging.models import Message
from homevisits.people.models import Contact

from ..letters.kinds import CARD, KINDS, PARENT_COPY, REMINDER, words_of
from ..models import HomeVisit, VisitAgreement, VisitLetter
from ..rules.letters import is_owed_at_door, lives_there, to_the_door

S = HomeVisit.Status
# While these last, a paper to leave at the door can be made ready and taken along (PRI-40).
TAKEN_ALONG = (S.PLANNED, S.APPROVED, S.OUT, S.DONE)


@dataclass(frozen=True)
class Went:
    """One way that a letter went, with what became of the message that carries it."""

    way: str
    to: str
    by: str
    at: datetime
    recorded_at: datetime
    message: Message | None

    @property
    def state(self) -> tuple[str, str]:
        """The message's state as the look shows it; done for what a person did."""
        if self.message is None:
            return "done", self.way
        failed = {Message.Status.FAILED, Message.Status.UNDELIVERED, Message.Status.MISSED, Message.Status.CANCELLED}
        gone = {Message.Status.ACCEPTED, Message.Status.DELIVERED}
        status = Message.Status(self.message.status)
        look = "due" if status in failed else "done" if status in gone else "held" if status == Message.Status.SHADOW else "open"
        return look, f"{self.way}: {str(status.label)[:1].lower()}{str(status.label)[1:]}"


def letter_of(visit: HomeVisit, kind: str, now: datetime) -> VisitLetter | None:
    """The visit's letter of a kind, or one that can be taken along before anybody has begun it. None where there is none.

    What has not been begun has no number: reading it writes nothing.
    """
    if kind not in KINDS:
        return None
    row = visit.letters.filter(kind=kind).select_related("document", "contact", "sent_by", "discarded_by").first()
    if row is None and kind in offered(visit):
        row = VisitLetter(kind=kind, drafted_at=now, ahead=True)
    if row is not None:
        row.visit = visit
        if row.contact is None and row.document is None and not KINDS[kind].card:
            row.contact = next(iter(addressees(visit, kind)), None)  # as the page proposes; kept only when it is made final
    return row


def offered(visit: HomeVisit) -> list[str]:
    """The papers that can be made without being owed: what is left where nobody is home; where the policy has one, the parents' copy;
    the reminder of what was agreed and not kept (ATT-41)."""
    leaves = visit.policy.values.nobody_home_leaves
    found = [leaves] if visit.status in TAKEN_ALONG and leaves in KINDS and is_owed_at_door(visit, leaves) else []
    if leaves == PARENT_COPY and visit.departed_at and leaves not in found:
        found.append(PARENT_COPY)
    if visit.agreements.filter(state=VisitAgreement.State.NOT_KEPT).exists():
        found.append(REMINDER)
    return found if not visit.drill else []


def is_ready(visit: HomeVisit, kind: str) -> bool:
    """Whether a final one of that kind is there to be printed or taken along."""
    return visit.letters.filter(kind=kind, document__state=Document.State.FINAL).exists()


def left_at_door(visit: HomeVisit) -> tuple[str, str, bool] | None:
    """What the policy leaves where nobody is home: its kind, its words, whether a final one is there. None where a drill leaves nothing."""
    kind = visit.policy.values.nobody_home_leaves
    return (kind, words_of(kind), is_ready(visit, kind)) if kind in KINDS and not visit.drill else None


def card_along(visit: HomeVisit) -> str:
    """The number of the calling card that was printed to take along; empty without one."""
    row = visit.letters.filter(kind=CARD, document__state=Document.State.FINAL).select_related("document").first()
    return str(row.document.data.get("number", "")) if row and row.document else ""


def addressees(visit: HomeVisit, kind: str) -> list[Contact]:
    """To whom a letter can go: the family's contacts who are not restricted, those with parental responsibility first, each person once.

    What is for the door of the home is addressed to nobody who lives elsewhere.
    """
    rows = Contact.objects.filter(pupil__visit_pupils__visit=visit, restricted=False, gone=False)
    people: dict[tuple[str, str, str], Contact] = {}
    for contact in rows.order_by("-parental_responsibility", "priority", "pk"):
        people.setdefault((contact.name, contact.mobile, contact.email), contact)
    return [one for one in people.values() if not to_the_door(visit, kind) or lives_there(visit, one)]


def ways_of(document: Document | None) -> list[Went]:
    """How a document went and was printed, in order."""
    if document is None:
        return []
    rows: Sequence[DocumentWay] = list(document.ways.select_related("by").order_by("recorded_at", "pk"))
    carried = {row.reference: row for row in Message.objects.filter(reference__in=[row.reference for row in rows if row.reference])}
    return [
        Went(row.get_way_display(), row.to, row.by.name, row.happened_at, row.recorded_at, carried.get(row.reference or uuid.UUID(int=0)))
        for row in rows
    ]
