"""Photographs, letters and doctor's notes of a visit: added, read, withdrawn; the office hears of what the scanner found."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput, refuse_if
from homevisits.documents.models import Attachment
from homevisits.documents.selectors import attachments_to_scan
from homevisits.documents.services import attachments
from homevisits.documents.services.attachments import Upload
from homevisits.messaging.notices import tell
from homevisits.people.models import Pupil, Role, Staff

from ..models import HomeVisit
from ..rules.attachments import attach_blocks, open_blocks, withdraw_blocks
from ..selectors.attachments import ABOUT, added_to
from .common import link_to, note, visit_words

SCANNER = SystemJob("the virus scanner")
_LOCKED = "A file added to this visit was locked away: the virus scanner found something in it. Find out where it came from."


def add_to_visit(
    *, visit: HomeVisit, pupils: Collection[Pupil], kind: str, says: str, upload: Upload, token: str, by: Staff, now: datetime
) -> Attachment:
    """Add one file to a visit and to the files of these of its pupils. The same page sent twice adds it once.

    Raises Blocked for a drill or a visit that is full, BadInput for a file that is not taken or pupils of another visit.
    """
    before = attachments.added_before(token=token, school=visit.school, about_type=ABOUT, about_id=visit.pk)
    if before is not None:
        return before
    refuse_if(attach_blocks(visit, added_to(visit).count()))
    if not set(pupils) or visit.visit_pupils.filter(pupil__in=pupils).count() != len(set(pupils)):
        raise BadInput("Choose whose file it goes into, of the pupils of this visit.")
    taken = attachments.take_in(upload)
    with transaction.atomic():
        row, made = attachments.attach(
            school=visit.school, about_type=ABOUT, about_id=visit.pk, pupils=pupils, kind=kind, says=says, taken=taken, token=token, by=by,
            now=now,
        )  # fmt: skip
        if made:
            note(visit, "attached", by=by, now=now, says=row.get_kind_display(), attachment=row.pk)
        if made and row.scan == Attachment.Scan.QUARANTINED:
            _tell(visit, now)
    return row


def read_from_visit(*, visit: HomeVisit, attachment: Attachment, roles: Collection[str], by: Staff, now: datetime) -> bytes:
    """The bytes of a file of the visit; that they were read is audited. Raises Blocked, and Altered when they are not what was kept."""
    refuse_if(open_blocks(attachment, roles))
    return attachments.read(attachment=attachment, by=by, now=now)


def withdraw_from_visit(
    *, visit: HomeVisit, attachment: Attachment, because: str, roles: Collection[str], by: Staff, now: datetime
) -> None:
    """Take a file of the visit back, with the reason. Raises Blocked for somebody else's, BadInput without a reason."""
    with transaction.atomic():
        attachment.refresh_from_db()
        refuse_if(withdraw_blocks(attachment, by, roles))
        attachments.withdraw(attachment=attachment, because=because, by=by, now=now)
        note(visit, "attachment_withdrawn", by=by, now=now, says=because.strip()[:300], attachment=attachment.pk)


def scan_waiting(now: datetime) -> int:
    """Ask the scanner again about every file that waits for it. How many it has answered."""
    answered = 0
    for row in attachments_to_scan():
        at = row.school.at(now)
        scanned = attachments.scan_again(attachment=row, by=SCANNER, now=at)
        answered += scanned.scan != Attachment.Scan.WAITING
        visit = HomeVisit.objects.filter(pk=row.about_id, school=row.school_id).first() if row.about_type == ABOUT else None
        if visit and scanned.scan == Attachment.Scan.QUARANTINED:
            _tell(visit, at)
    return answered


def _tell(visit: HomeVisit, now: datetime) -> None:
    tell(
        school=visit.school, role=Role.OFFICE_ADMIN, about="file_locked_away", says=f"{visit_words(visit, now)}: {_LOCKED}", task=True,
        link=link_to(visit.school, visit), by=SCANNER, now=now,
    )  # fmt: skip
