"""Reading what is sensitive goes on the trail: who read it, and when (PRI-20)."""

from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.people.models import Household, Pupil, School, Staff

from ..models import Concern, Incident, Referral
from .referrals import record_act


def incident_read(*, incident: Incident, by: Staff, now: datetime) -> None:
    """Somebody opened an incident."""
    with transaction.atomic():
        record("safeguarding.incident.read", by=by, now=now, school_id=incident.school_id, object_type="Incident", object_id=incident.pk)


def incident_copied(*, incident: Incident, reason: str, by: Staff, now: datetime) -> None:
    """Somebody took a copy of an incident on paper, and said for what."""
    with transaction.atomic():
        record("safeguarding.incident.copied", by=by, now=now, school_id=incident.school_id, object_type="Incident", object_id=incident.pk,
               detail={"reason": reason})  # fmt: skip


def referral_read(*, referral: Referral, by: Staff, now: datetime) -> None:
    """Somebody opened a referral."""
    with transaction.atomic():
        record_act("read", referral, by, now)


def referral_copied(*, referral: Referral, reason: str, by: Staff, now: datetime) -> None:
    """Somebody took a copy of a referral on paper, and said for what."""
    with transaction.atomic():
        record_act("copied", referral, by, now, reason=reason)


def warning_list_read(*, school: School, by: Staff, now: datetime) -> None:
    """Somebody opened the list of all that is known of homes."""
    with transaction.atomic():
        record("safeguarding.warnings.list_read", by=by, now=now, school_id=school.pk, object_type="School", object_id=school.pk)


def warnings_read(*, household: Household, by: Staff, now: datetime) -> None:
    """Somebody opened what is known of a home."""
    with transaction.atomic():
        record("safeguarding.warnings.read", by=by, now=now, school_id=household.school_id, object_type="Household", object_id=household.pk)


def chronology_read(*, pupil: Pupil, shown: int, siblings: bool, by: Staff, now: datetime) -> None:
    """Somebody opened a pupil's chronology: how many entries were shown, and whether of brothers and sisters too (PRI-38)."""
    detail = {"entries": shown, "siblings": siblings}
    with transaction.atomic():
        record(
            "safeguarding.chronology.read",
            by=by,
            now=now,
            school_id=pupil.school_id,
            object_type="pupil",
            object_id=pupil.pk,
            detail=detail,
        )


def system_entries_read(*, school: School, entry_ids: list[int], by: Staff, now: datetime) -> None:
    """Somebody opened entries that are to be entered in the safeguarding system."""
    with transaction.atomic():
        record("safeguarding.system.read", by=by, now=now, school_id=school.pk, detail={"entries": entry_ids})


def concern_read(*, concern: Concern, by: Staff, now: datetime) -> None:
    """One of the team opened a concern."""
    with transaction.atomic():
        record("safeguarding.concern.read", by=by, now=now, school_id=concern.school_id, object_type="Concern", object_id=concern.pk)


def concerns_listed(*, school: School, concern_ids: list[int], by: Staff, now: datetime) -> None:
    """One of the team opened the list of concerns, with names."""
    with transaction.atomic():
        record("safeguarding.concern.listed", by=by, now=now, school_id=school.pk, detail={"concerns": concern_ids})


def concern_copied(*, concern: Concern, reason: str, by: Staff, now: datetime) -> None:
    """One of the team took a copy of a concern on paper, and said for what."""
    with transaction.atomic():
        record("safeguarding.concern.copied", by=by, now=now, school_id=concern.school_id, object_type="Concern", object_id=concern.pk,
               detail={"reason": reason})  # fmt: skip
