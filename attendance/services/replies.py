"""A parent's text is a reason only when a person has read it and says so (domain.md: an authenticated reply is contact)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.errors import BadInput, Block, Blocked, refuse_if
from homevisits.messaging.models import InboundText
from homevisits.people.models import Contact, School, Staff

from ..codes import suggested_code
from ..models import AbsenceMessage
from ..rules import person_blocks
from .absences import log_absence


def accept_reply(
    *, school: School, text: InboundText, contacts: Sequence[Contact], code: str = "", by: Staff, now: datetime
) -> list[AbsenceMessage]:
    """Accept a reply as the reason for the children of `contacts`, whose number it came from; it stops their ladders (PRI-30).

    The code is the one its words suggest where none is given. Raises BadInput without a child, Blocked when it was dealt with already.
    """
    refuse_if(person_blocks(school, by, "accept_reply", now, "PRI-30"))
    if not contacts:
        raise BadInput("Tick the child whom this reply is about. If nobody has this number, log the absence and name the caller.")
    if any(text.number not in contact.numbers or contact.pupil.school_id != school.pk for contact in contacts):
        raise BadInput("This number does not stand on that child's record: log the absence and name the caller.")
    code = code or suggested_code(text.body)
    if not code:
        raise BadInput("Choose the code: the words of this reply do not suggest one.")
    with transaction.atomic():
        _deal(school, text, "accepted", by, now)
        made: list[AbsenceMessage] = []
        for contact in contacts:
            made += log_absence(
                school=school, pupils=[contact.pupil], channel=AbsenceMessage.Channel.REPLY, code=code,
                contact=contact, reason=text.body[:300], by=by, now=now,
            )  # fmt: skip
    return made


def dismiss_reply(*, school: School, text: InboundText, because: str = "", by: Staff, now: datetime) -> None:
    """Put a reply away: it was no reason. The text stays on the case. Raises Blocked when it was dealt with already."""
    refuse_if(person_blocks(school, by, "accept_reply", now, "PRI-30"))
    with transaction.atomic():
        _deal(school, text, f"not a reason{': ' + because if because else ''}"[:80], by, now)


def _deal(school: School, text: InboundText, how: str, by: Staff, now: datetime) -> None:
    """Claim the reply for this act: of two people only one deals with it."""
    dealt = InboundText.objects.filter(pk=text.pk, school=school, dealt_at=None).update(dealt_at=now, dealt_by=by, dealt_how=how)
    if not dealt:
        raise Blocked([Block("Somebody has dealt with this reply already.")])
    record("attendance.reply.dealt", by=by, now=now, school_id=school.pk, object_type="InboundText", object_id=text.pk, detail={"how": how})
