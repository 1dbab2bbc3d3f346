"""Waiting at the door: word that the parents are late, and the one reminder of the planned length."""

from datetime import datetime

from django.db import transaction

from homevisits.common.errors import refuse_if
from homevisits.people.models import Staff

from .. import waiting
from ..models import HomeVisit
from ..rules.door import goes_blocks, inside_since, late_word_blocks
from .common import locked, note


def parents_sent_word(*, visit: HomeVisit, by: Staff, now: datetime, received: datetime | None = None) -> None:
    """The parents sent word that they are late: the limit is counted anew (ATT-35). Raises Blocked where nobody waits for them.

    `received`: when it came in, where it was said without network at `now`; of two who say so the earlier word stands.
    """
    with transaction.atomic():
        visit = locked(visit)
        if received is not None and visit.parents_late_word_at and not goes_blocks(visit, by, now):
            HomeVisit.objects.filter(pk=visit.pk, parents_late_word_at__gt=now).update(parents_late_word_at=now)
            return
        refuse_if(late_word_blocks(visit, by, now))
        visit.parents_late_word_at = now
        visit.save(update_fields=["parents_late_word_at"])
        note(visit, "parents_late", by=by, now=now, received=received)


def length_reminder_seen(*, visit: HomeVisit, by: Staff, now: datetime, received: datetime | None = None) -> bool:
    """Staff have seen that the planned length is over: they are not reminded again (MAT-19). False when it is not over, or was seen."""
    with transaction.atomic():
        visit = locked(visit)
        since = inside_since(visit)
        if since is None or visit.length_reminded_at or not waiting.Stay(since, visit.length_minutes).is_over(now):
            return False
        visit.length_reminded_at = now
        visit.save(update_fields=["length_reminded_at"])
        note(visit, "length_over", by=by, now=now, received=received)
    return True
