"""What becomes of the letters that a visit drafted: sent, left, or discarded with a reason."""

from datetime import datetime

from django.db import transaction

from homevisits.common.errors import BadInput, Block, Blocked, refuse_if
from homevisits.people.models import Staff

from ..models import HomeVisit
from ..rules.closing import letter_blocks
from .common import locked, note


def mark_letter_sent(*, visit: HomeVisit, kind: str, by: Staff, now: datetime) -> None:
    """Mark a drafted letter as sent. Raises Blocked when none of that kind waits, or another person does it (PRI-39)."""
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(letter_blocks(visit, kind, by, now))
        if not visit.letters.filter(kind=kind, sent_at__isnull=True, discarded_at__isnull=True).update(sent_at=now, sent_by=by):
            raise Blocked([Block("There is no such letter waiting to be sent.")])
        note(visit, "letter_sent", by=by, now=now, says=kind)


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
        note(visit, "letter_discarded", by=by, now=now, says=f"{kind.replace('_', ' ')}: {reason}")
