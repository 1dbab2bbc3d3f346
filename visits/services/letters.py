"""What becomes of the letters of a visit: drafted, made final, printed; sent, left, or discarded with a reason.

A PDF is made before the transaction that keeps it: nobody waits for a document with the database locked.
"""

import uuid
from datetime import datetime

from django.db import transaction

from homevisits.common.clock import local, local_day
from homevisits.common.errors import BadInput, Block, Blocked, refuse_if
from homevisits.documents import store, zones
from homevisits.documents.models import Document, DocumentWay
from homevisits.documents.render import render_pdf
from homevisits.messaging import outbox
from homevisits.messaging.models import Message, SchoolAccount
from homevisits.people.models import Contact, Staff

from ..letters.content import content_of, html_of
from ..letters.kinds import KINDS, usual_way, words_of
from ..models import HomeVisit, VisitLetter
from ..rules.appointments import contact_blocks
from ..rules.closing import final_blocks, letter_blocks, went_blocks
from ..rules.letters import addressee_blocks, door_blocks, earliest, late_blocks, left_blocks, room_blocks
from .common import locked, note, pupils_of
from .telling import read_by_restricted

Way, State = DocumentWay.Way, Document.State


def draft_pdf(*, letter: VisitLetter, by: Staff, now: datetime) -> bytes:
    """The letter as it would be now, marked as a draft and kept; the kept bytes once it is final. Raises render.PdfUnavailable.

    A letter that nobody has begun (it has no row yet) is only shown.
    """
    if letter.document and letter.document.state == State.FINAL:
        return store.content_of(letter.document)
    said = content_of(letter, now)
    if letter.document and letter.document.data == said:
        return store.content_of(letter.document)
    pdf = render_pdf(html_of(letter, said), draft=True)
    if letter.pk and not final_blocks(letter):
        with transaction.atomic():
            _keep(_locked_letter(letter), said, pdf, State.DRAFT, by, now)
    return pdf


def make_final(*, visit: HomeVisit, kind: str, contact: Contact | None, by: Staff, now: datetime) -> VisitLetter:
    """Make the letter to this contact (None: the parents and carers of the home) as it goes, once; from then on it does not change.

    A letter that is taken along is begun here. Raises Blocked for somebody else, a letter that is final or went already, somebody
    restricted, an appointment that is past, or an address that has no room; render.PdfUnavailable.
    """
    refuse_if(letter_blocks(visit, kind, by, now) + (contact_blocks(visit, [contact]) if contact else []))
    refuse_if(late_blocks(visit, kind, now) + door_blocks(visit, kind, contact))
    with transaction.atomic():
        letter, _ = VisitLetter.objects.get_or_create(visit=locked(visit), kind=kind, defaults={"drafted_at": now, "ahead": True})
        refuse_if(final_blocks(letter))
    letter.contact = None if KINDS[kind].card else contact
    said = content_of(letter, now)
    refuse_if(room_blocks(said["to"]))
    pdf = render_pdf(html_of(letter, said))
    with transaction.atomic():
        row = _locked_letter(letter)
        refuse_if(final_blocks(row))
        row.contact = letter.contact
        _keep(row, said, pdf, State.FINAL, by, now)
        note(visit, "letter_final", by=by, now=now, says=words_of(kind), document=row.document_id)
    return row


def mark_printed(*, letter: VisitLetter, by: Staff, now: datetime) -> None:
    """Record that the final letter is printed. Raises Blocked for a draft, or for somebody whose letter it is not."""
    with transaction.atomic():
        refuse_if(letter_blocks(letter.visit, letter.kind, by, now) + _not_final(letter))
        assert letter.document
        store.record_way(document=letter.document, way=Way.PRINTED, by=by, now=now)
        note(letter.visit, "letter_printed", by=by, now=now, says=words_of(letter.kind))


def mark_letter_sent(
    *,
    visit: HomeVisit,
    kind: str,
    way: str = "",
    to: str = "",
    contact: Contact | None = None,
    happened_at: datetime | None = None,
    token: uuid.UUID | None = None,
    by: Staff,
    now: datetime,
) -> None:
    """Record how a letter went, to whom and when: handed over, through the door, posted (MAT-31). A second way is a second record.

    Without `way` it went as such letters do. Raises Blocked when none of that kind waits, or another person does it (PRI-39); BadInput
    for a time that is still to come.
    """
    if happened_at is not None and happened_at > now:
        raise BadInput("The time is still to come.")
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(letter_blocks(visit, kind, by, now))
        letter = visit.letters.select_for_update(of=("self",)).select_related("document").filter(kind=kind, discarded_at=None).first()
        if letter is None or (letter.sent_at and (not way or not letter.document)):
            raise Blocked([Block("There is no such letter waiting to be sent.")])
        letter.visit = visit
        refuse_if(left_blocks(letter))
        before = earliest(letter)
        if happened_at is not None and before is not None and happened_at < before:
            raise BadInput(f"The letter cannot have gone before {_when(before)}.")
        if way:
            refuse_if(went_blocks(letter))
            if way not in KINDS[kind].ways:
                raise BadInput("Choose how the letter went.")
        _went(letter, way or usual_way(kind), to, contact, happened_at or now, None, token, by, now)


def send_by_email(*, visit: HomeVisit, kind: str, contact: Contact, by: Staff, now: datetime) -> Message:
    """Email the final letter to a contact, once. Raises Blocked for a draft or another person; BadInput where it would not reach them."""
    letter = _ready(visit, kind, by, now)
    refuse_if(contact_blocks(visit, [contact]) + addressee_blocks(letter, contact))
    if not contact.email:
        raise BadInput(f"{contact} has no email address.")
    if contact.email in read_by_restricted(contact):
        raise BadInput(f"What is sent to {contact} is read by somebody who is restricted. Use another way.")
    return _hand_to_outbox(letter, Message.Channel.EMAIL, contact.email, contact, by, now)


def send_by_notify(*, visit: HomeVisit, kind: str, by: Staff, now: datetime) -> Message:
    """Have GOV.UK Notify print and post the final letter, once. Raises Blocked, and BadInput with what is out of its place on the paper."""
    letter = _ready(visit, kind, by, now)
    refuse_if(notify_blocks(visit))
    assert letter.document
    wrong = zones.faults(store.content_of(letter.document))
    if wrong:
        raise BadInput("The letter cannot go by GOV.UK Notify. " + " ".join(wrong))
    return _hand_to_outbox(letter, Message.Channel.LETTER, ", ".join(letter.document.data.get("to", []))[:254], letter.contact, by, now)


def notify_blocks(visit: HomeVisit) -> list[Block]:
    """Why this school's letters cannot go by GOV.UK Notify."""
    if SchoolAccount.objects.filter(school=visit.school_id, way=SchoolAccount.Way.NOTIFY).exists():
        return []
    return [Block("The school has no account with GOV.UK Notify: print the letter and post it.")]


def discard_letter(*, visit: HomeVisit, kind: str, reason: str, by: Staff, now: datetime) -> None:
    """Decide that a drafted letter is not sent (PRI-39). Raises BadInput without a reason, Blocked as for sending."""
    if not reason.strip():
        raise BadInput("Say why the letter is not sent.")
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(letter_blocks(visit, kind, by, now))
        waiting = visit.letters.filter(kind=kind, sent_at__isnull=True, discarded_at__isnull=True)
        if not waiting.update(discarded_at=now, discarded_by=by, discarded_because=reason.strip()[:300]):
            raise Blocked([Block("There is no such letter waiting to be sent.")])
        note(visit, "letter_discarded", by=by, now=now, says=f"{words_of(kind)}: {reason}")


def say_left(visit: HomeVisit, kind: str, by: Staff, now: datetime) -> None:
    """Record what was left at the door, in the transaction of the outcome that says so; once."""
    letter = visit.letters.select_related("document").filter(kind=kind, sent_at=None, discarded_at=None).first()
    if letter is not None:
        _went(letter, Way.DOOR, "", None, now, None, None, by, now)


def _ready(visit: HomeVisit, kind: str, by: Staff, now: datetime) -> VisitLetter:
    refuse_if(letter_blocks(visit, kind, by, now) + late_blocks(visit, kind, now))
    letter = visit.letters.select_related("document", "contact").filter(kind=kind, discarded_at=None).first()
    if letter is None:
        raise Blocked([Block("There is no such letter waiting to be sent.")])
    refuse_if(_not_final(letter))
    letter.visit = visit
    return letter


def _when(at: datetime) -> str:
    then = local(at)
    return f"{then.day} {then:%B %Y}, {then:%H:%M}, when it was made or taken along"


def _not_final(letter: VisitLetter) -> list[Block]:
    if letter.document and letter.document.state == State.FINAL:
        return []
    return [Block("Make the letter final first: what goes to a family is kept as it went.")]


def _locked_letter(letter: VisitLetter) -> VisitLetter:
    row = VisitLetter.objects.select_for_update(of=("self",)).select_related("document").get(pk=letter.pk)
    row.visit = letter.visit
    return row


def _keep(letter: VisitLetter, said: dict[str, object], pdf: bytes, state: Document.State, by: Staff, now: datetime) -> None:
    """Keep the PDF as the letter's, in the place of an earlier draft."""
    visit, kind = letter.visit, KINDS[letter.kind]
    final = state == State.FINAL
    if letter.document is not None:
        store.make_again(document=letter.document, data=said, content=pdf, final=final, by=by, now=now)
    else:
        about = store.About("visit", visit.pk, pupils_of(visit))
        letter.document = store.keep(
            school=visit.school, kind=letter.kind, title=kind.words, template=kind.template, data=said, content=pdf, state=state,
            about=about, language=str(said["language"]), by=by, now=now,
        )  # fmt: skip
    letter.save(update_fields=["document", "contact"])
    letter.document.refresh_from_db()


def _hand_to_outbox(letter: VisitLetter, channel: Message.Channel, to: str, contact: Contact | None, by: Staff, now: datetime) -> Message:
    visit, way = letter.visit, Way.EMAILED if channel == Message.Channel.EMAIL else Way.NOTIFY
    with transaction.atomic():
        row = _locked_letter(letter)
        message = outbox.put(
            school=visit.school, day=local_day(now), template="letter", to=to, channel=channel, document=row.document,
            purpose=f"letter:{row.pk}:{channel}:{contact.pk if contact else 0}", language=contact.language if contact else "",
            about=[(pupil, contact.pk if contact else None) for pupil in pupils_of(visit)], due_at=now, by=by, now=now,
        )  # fmt: skip
        if message is None:
            raise BadInput("It has been sent this way already.")
        _went(row, way, f"{contact}, {to}" if contact and way == Way.EMAILED else to, contact, now, message.reference, None, by, now)
    return message


def _went(
    letter: VisitLetter, way: str, to: str, contact: Contact | None, at: datetime, reference: uuid.UUID | None, token: uuid.UUID | None,
    by: Staff, now: datetime,
) -> None:  # fmt: skip
    """Record one way, on the document where there is a final one, and the first one on the letter."""
    to = to.strip() or (str(contact) if contact else "")
    if letter.document and letter.document.state == State.FINAL:
        if token and DocumentWay.objects.filter(token=token).exists():
            return
        store.record_way(
            document=letter.document, way=way, to=to, contact=contact, happened_at=at, reference=reference, token=token, by=by, now=now
        )
    if letter.sent_at is None:
        VisitLetter.objects.filter(pk=letter.pk).update(sent_at=at, sent_by=by, way=way, sent_to=to[:200], ahead=False)
    label = str(Way(way).label)
    note(letter.visit, "letter_sent", by=by, now=now, says=": ".join(filter(None, [f"{words_of(letter.kind)}, {label.lower()}", to])))
