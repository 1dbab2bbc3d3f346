"""The briefing: who opened it, and who of those who go acknowledged it."""

from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.errors import BadInput, refuse_if
from homevisits.people.models import Staff

from ..models import HomeVisit, VisitMember
from ..rules.leaving import own_blocks
from .common import locked, note


def opened(*, visit: HomeVisit, by: Staff, now: datetime, how: str = "screen") -> None:
    """Note that somebody read the briefing: it holds medical and family matters."""
    with transaction.atomic():
        record(
            "visits.briefing.read", by=by, now=now, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk,
            detail={"version": visit.version, "how": how},
        )  # fmt: skip


def acknowledge(*, visit: HomeVisit, version: int, by: Staff, now: datetime) -> None:
    """One of those who go says, for themselves, that they have read the briefing of that version (ALT-20). Twice changes nothing.

    Raises Blocked for anybody else and once they have left; BadInput when the plan has changed since the page was opened.
    """
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(own_blocks(visit, by))
        if version != visit.version:
            raise BadInput("The plan has changed since you opened the briefing. Please read it again.")
        member = VisitMember.objects.get(visit=visit, staff=by)
        if member.briefed_version == version:
            return
        member.briefed_at, member.briefed_version = now, version
        member.save(update_fields=["briefed_at", "briefed_version"])
        note(visit, "briefed", by=by, now=now, version=version)
