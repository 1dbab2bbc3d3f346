"""What is held of messages, notices and papers."""

from collections.abc import Iterator

from homevisits.documents.models import Attachment, Document, DocumentWay, QueuedUpload
from homevisits.messaging.models import DeliveryEvent, InboundText, Message, MessageAbout, Notice
from homevisits.people.matrix import SAFEGUARDING
from homevisits.people.models import Pupil

from .facts import day_of, facts, in_words, lines
from .registry import Found, found, held, others_of

EVERYBODYS = "see_pupils"
CONCERN = "concern"
# What staff are told that only the safeguarding team may know of.
APART = ("concern", "family_not_told", "referral", "incident", "transfer", "allegation", "warning")


@held("messages", "Messages to the family", Message, MessageAbout, DeliveryEvent)
def messages(pupil: Pupil) -> Iterator[Found]:
    """Texts, emails and letters about the pupil as they were written, with what became of them."""
    rows = Message.objects.filter(about__pupil=pupil).distinct().prefetch_related("events", "about__pupil").order_by("pk")
    for row in rows:
        about = {str(each.pupil) for each in row.about.all() if each.pupil_id != pupil.pk}
        said = [*facts(row, {"document", "provider_id", "purpose"}), *lines(row.events.all(), "at", {"message"})]
        yield found(row, f"{row.get_channel_display()} to {row.to}", row.day, said, shared=tuple(sorted(about)))


@held("texts_in", "Texts from the family", InboundText)
def texts_in(pupil: Pupil) -> Iterator[Found]:
    """Texts from the numbers of the pupil's contacts."""
    numbers = {number for contact in pupil.contacts.all() for number in contact.numbers}
    for row in InboundText.objects.filter(school=pupil.school_id, number__in=numbers).order_by("pk"):
        yield found(row, f"Text from {row.number}", day_of(row.received_at), facts(row, {"provider_id"}))


@held("notices", "What staff were told", Notice)
def notices(pupil: Pupil) -> Iterator[Found]:
    """Notices to staff that name the pupil."""
    for row in Notice.objects.filter(pupils=pupil).prefetch_related("pupils").order_by("pk"):
        apart = row.role in SAFEGUARDING or row.about.startswith(APART)
        yield found(row, "Notice to staff", day_of(row.at), facts(row, {"link"}), apart=apart, shared=others_of(row, pupil))


@held("documents", "Letters, forms and papers", Document, DocumentWay, QueuedUpload)
def documents(pupil: Pupil) -> Iterator[Found]:
    """PDFs that were made about the pupil, with how each went. What is not for everybody who sees pupils is kept apart."""
    for row in pupil.documents.select_related("made_by").prefetch_related("pupils", "ways").order_by("made_at", "pk"):
        said = [*facts(row), *lines(row.ways.all(), "happened_at", {"document"})]
        one = found(row, row.title, day_of(row.made_at), said, apart=row.act != EVERYBODYS, shared=others_of(row, pupil))
        yield Found(**{**vars(one), "file": row.sha256, "holds": "pdf"})


@held("attachments", "Photographs and files added by staff", Attachment)
def attachments(pupil: Pupil) -> Iterator[Found]:
    """Files that staff added, withdrawn ones too; one in which the scanner found something is named and not opened."""
    for row in pupil.attachments.exclude(about_type=CONCERN).prefetch_related("pupils").order_by("pk"):
        yield _file(row, shared=others_of(row, pupil), apart=row.about_type != "visit")
    # Those of a concern name no pupil, so that no pupil's page tells of it: the concern does.
    concerns = {row.pk: row for row in pupil.concerns.prefetch_related("pupils")}
    for row in Attachment.objects.filter(school=pupil.school_id, about_type=CONCERN, about_id__in=concerns).order_by("pk"):
        concern = concerns[row.about_id]
        words = f" with the concern of {in_words(day_of(concern.seen_at))}"
        yield _file(row, words, shared=others_of(concern, pupil), apart=True)


def _file(row: Attachment, with_what: str = "", *, shared: tuple[str, ...], apart: bool) -> Found:
    """One file: what it is and what it goes with; that it cannot be handed out, where the scanner says so."""
    kind = "Photograph" if row.is_picture and row.kind == row.Kind.OTHER else row.get_kind_display()
    title = f"{kind}{with_what}{': ' if row.says else ''}{row.says}" if with_what else row.says or kind
    said = facts(row, {"kind", "was", "holds", "scan", "scan_says"})
    if not row.readable:
        said.append(["The file itself", f"Not handed out. {row.get_scan_display()}"])
    one = found(row, title, day_of(row.added_at), said, apart=apart, shared=shared)
    return Found(**{**vars(one), "file": row.sha256 if row.readable else "", "holds": row.holds if row.readable else ""})
