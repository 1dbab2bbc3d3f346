"""The child protection file to the next school: what goes, within five days, how, and who confirmed that it arrived."""

import uuid
from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common import clock
from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput, Block, Blocked
from homevisits.people.models import Pupil, School, Staff, Transfer

from ...chronology import entries, whom_of
from ...chronology.taken import Taken, as_pdf
from ..dates import first_days_of, send_by
from ..facts import in_words
from ..held import KINDS
from ..held_safeguarding import marks_of
from ..pack import Line, Part, as_zip, beside, keep_bytes, kept_bytes, listed, plain, printed
from ..registry import Found

TEMPLATE = "home/keeping/transfer_pdf.html"
# What the child protection file is made of, in the words of the registry; of these the parts that are kept apart, and all of the visits.
IN_THE_FILE = ("concerns", "chronology", "incidents", "referrals", "warnings", "decisions", "forms", "documents", "attachments")
CHRONOLOGY = "chronology"  # ticked like a record: it tells of all of them
TOLD_AT = time(9, 0)
EXTENSION = {"pdf": "pdf", "jpeg": "jpg", "png": "png"}


def open_transfer(
    *, school: School, pupil: Pupil, to_school: str, to_lead: str, to_contact: str, in_year: bool, from_day: date, token: uuid.UUID,
    by: Staff, now: datetime,
) -> Transfer:  # fmt: skip
    """Begin to send a file: it is told until it has gone, and after that until somebody there confirms it. One page sent twice is one."""
    with transaction.atomic():
        Pupil.objects.select_for_update().get(pk=pupil.pk)
        known = Transfer.objects.filter(token=token, school=school).first()
        if known is not None:
            return known
        if Transfer.objects.filter(pupil=pupil, receipt_at=None, ended_at=None).exists():
            raise Blocked([Block("This file is on its way already: end that one, or record its receipt.")])
        row = Transfer.objects.create(
            school=school, pupil=pupil, to_school=to_school, to_lead=to_lead, to_contact=to_contact, in_year=in_year, from_day=from_day,
            due_on=send_by(from_day) if in_year else first_days_of(from_day), opened_at=now, opened_by=by, token=token,
            next_action_at=next_morning(now),
        )  # fmt: skip
        _record("opened", row, by, now, due_on=row.due_on)
    return row


def next_morning(now: datetime) -> datetime:
    """Nine o'clock of the next day."""
    return clock.instant(clock.local_day(now) + timedelta(days=1), TOLD_AT)


def contents_of(pupil: Pupil) -> list[Found]:
    """What is in the child protection file, in order of time."""
    found = [one for code in IN_THE_FILE for one in KINDS[code].collect(pupil) if one.apart]
    return sorted(found, key=lambda one: (one.on or date.min, bool(one.file), one.source, one.source_id))


def key_of(one: Found) -> str:
    """What names a record on the page on which it is ticked."""
    return f"{one.source}:{one.source_id}"


def make_pack(*, transfer: Transfer, chosen: Collection[str], by: Staff, now: datetime) -> Transfer:
    """Make the pack of the ticked records: PDFs in order of time, files, a list with hashes; made again until it is sent.

    A file that is not there, or not as it was kept, is named as missing. Raises BadInput when nothing is ticked, Blocked once sent.
    """
    everything = contents_of(transfer.pupil)
    taken = [one for one in everything if key_of(one) in chosen]
    if not taken and CHRONOLOGY not in chosen:
        raise BadInput("Tick what goes into the pack.")
    parts, missing = _parts(transfer, taken, now)
    if CHRONOLOGY in chosen:
        parts.insert(0, _chronology(transfer, by, now))
    about: dict[str, object] = {"from": transfer.school.name, "to": transfer.to_school, "made": clock.local_day(now).isoformat()}
    content = as_zip(parts, about=about, missing=missing)
    with transaction.atomic():
        row = _going(transfer)
        if row.sent_at:
            raise Blocked([Block("It is sent: what went stays as it was.")])
        row.sha256, row.size, row.made_at, row.made_by = keep_bytes(content), len(content), now, by
        row.contents, row.left_out = listed(parts), [one.title for one in everything if one not in taken]
        row.left_out += [f"{title}. {why}" for title, why in missing]
        row.save()
        _record("pack_made", row, by, now, sha256=row.sha256, records=len(taken), left_out=len(row.left_out))
    return row


def _parts(transfer: Transfer, taken: list[Found], now: datetime) -> tuple[list[Part], list[tuple[str, str]]]:
    """The PDFs and the files beside them, and (title, reason) of the files that could not be put there."""
    files = beside((number, _name(number, one), one.title, one.file) for number, one in enumerate(taken, 1) if one.file)
    lines = [
        Line(
            number=number, title=one.title, on=in_words(one.on), facts=[(label, text) for label, text in one.facts],
            file=files.parts[number].name if number in files.parts else "", missing=files.missing.get(number, ("", ""))[1],
            marks=marks_of(one.source, one.source_id),
        )
        for number, one in enumerate(taken, 1)
    ]  # fmt: skip
    context: dict[str, object] = {"transfer": transfer, "pupil": transfer.pupil, "school": transfer.school, "made_at": now}
    pdfs = printed(TEMPLATE, lines, context, name="child-protection-file", title="Child protection file")
    return [*pdfs, *files.parts.values()], list(files.missing.values())


def _chronology(transfer: Transfer, by: Staff, now: datetime) -> Part:
    """The chronology as it stands, as its own page takes it out."""
    pupil = transfer.pupil
    names, reason = whom_of([pupil]).family, f"Transfer of the child protection file to {transfer.to_school}"
    return Part("chronology.pdf", "Chronology", as_pdf(Taken(pupil, entries(pupil), names, by, reason, now)))


def _name(number: int, one: Found) -> str:
    return f"{number:03d}-{plain(one.title)}.{EXTENSION.get(one.holds, 'pdf')}"


def mark_sent(*, transfer: Transfer, way: str, words: str, at: datetime, by: Staff, now: datetime) -> None:
    """Record that the pack went, how and when. Raises BadInput for a time to come, Blocked without a pack."""
    if at > now:
        raise BadInput("The time is still to come.")
    if way not in Transfer.Way.values:
        raise BadInput("Say how it went.")
    with transaction.atomic():
        row = _going(transfer)
        if not row.sha256:
            raise Blocked([Block("Make the pack first.")])
        if row.sent_at:
            raise Blocked([Block("It is recorded as sent already.")])
        if row.made_at and at < row.made_at - timedelta(minutes=1):
            raise BadInput("That is before the pack was made.")
        row.way, row.sent_words, row.sent_at, row.sent_by = way, words, at, by
        row.next_action_at = clock.instant(send_by(clock.local_day(at)), TOLD_AT)
        row.save()
        _record("sent", row, by, now, way=way, sha256=row.sha256)


def keep_receipt(*, transfer: Transfer, received_by: str, received_on: date, words: str, by: Staff, now: datetime) -> None:
    """Record who confirmed there that the file arrived. Raises BadInput for a day before it went or to come, Blocked before it is sent."""
    with transaction.atomic():
        row = _going(transfer)
        if row.sent_at is None:
            raise Blocked([Block("It is not sent yet.")])
        if not clock.local_day(row.sent_at) <= received_on <= clock.local_day(now):
            raise BadInput("It arrived after it was sent, and not later than today.")
        row.received_by, row.received_on, row.receipt_words = received_by, received_on, words
        row.receipt_at, row.receipt_kept_by, row.next_action_at = now, by, None
        row.save()
        _record("received", row, by, now)


def end_transfer(*, transfer: Transfer, because: str, by: Staff, now: datetime) -> None:
    """It is not needed after all: the pupil stays, or the school is another. Raises Blocked once it has been sent."""
    with transaction.atomic():
        row = _going(transfer)
        if row.sent_at:
            raise Blocked([Block("It is sent: record its receipt.")])
        row.ended_at, row.ended_because, row.next_action_at = now, because, None
        row.save(update_fields=["ended_at", "ended_because", "next_action_at"])
        _record("ended", row, by, now)


def pack_read(*, transfer: Transfer, by: Staff, now: datetime) -> bytes:
    """The pack as it was made; that it was taken is audited. Raises store.Altered."""
    content = kept_bytes(transfer.sha256)
    with transaction.atomic():
        _record("pack_read", transfer, by, now, sha256=transfer.sha256)
    return content


def file_read(*, transfer: Transfer, by: Staff, now: datetime) -> None:
    """Somebody opened the page that lists what is in the file."""
    with transaction.atomic():
        _record("read", transfer, by, now)


def _going(transfer: Transfer) -> Transfer:
    """The transfer, locked. Raises Blocked once it has ended or was received."""
    row = Transfer.objects.select_for_update(of=("self",)).select_related("school", "pupil__household").get(pk=transfer.pk)
    if row.ended_at or row.receipt_at:
        raise Blocked([Block("It is done with: nothing about it changes any more.")])
    return row


def _record(act: str, row: Transfer, by: Actor, now: datetime, **detail: object) -> None:
    record(f"home.transfer.{act}", by=by, now=now, school_id=row.school_id, object_type="Transfer", object_id=row.pk, detail=detail)
