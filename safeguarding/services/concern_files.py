"""Files that belong to a concern. They stand in no pupil's file: whoever sees that file would learn that there is a concern."""

from datetime import datetime

from django.db import transaction

from homevisits.common.errors import BadInput, refuse_if
from homevisits.documents.models import Attachment
from homevisits.documents.selectors import attachments_about
from homevisits.documents.services import attachments
from homevisits.documents.services.attachments import Upload
from homevisits.people.models import Staff

from ..models import Concern
from ..rules.concerns import team_blocks
from ..selectors.concern_files import ABOUT

MOST = 20


def attach_to_concern(*, concern: Concern, upload: Upload, says: str = "", token: str, by: Staff, now: datetime) -> Attachment:
    """Add a file, by its writer or the team; the same page sent twice adds it once. Raises Blocked and BadInput."""
    before = attachments.added_before(token=token, school=concern.school, about_type=ABOUT, about_id=concern.pk)
    if before is not None:
        return before
    if concern.by_id != by.pk:
        refuse_if(team_blocks(concern, by, now))
    if attachments_about(concern.school, ABOUT, concern.pk).count() >= MOST:
        raise BadInput(f"A concern takes {MOST} files at most.")
    taken = attachments.take_in(upload)
    kind = Attachment.Kind.PHOTOGRAPH if taken.cleaned.kind == "jpeg" else Attachment.Kind.OTHER
    with transaction.atomic():
        row, _ = attachments.attach(
            school=concern.school, about_type=ABOUT, about_id=concern.pk, pupils=(), kind=kind, says=says, taken=taken,
            token=token, by=by, now=now,
        )  # fmt: skip
    return row


def read_file(*, concern: Concern, attachment: Attachment, by: Staff, now: datetime) -> bytes:
    """The bytes, for the team; the audit says so. Raises Blocked, and Altered when they are not what was kept."""
    refuse_if(team_blocks(concern, by, now))
    return attachments.read(attachment=attachment, by=by, now=now)
