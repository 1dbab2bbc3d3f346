"""Taking a visit along on a tablet, and taking it back: the tablet's next word with the server deletes it (R24)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.actors import Actor
from homevisits.common.errors import refuse_if
from homevisits.people.models import Staff, Tablet
from homevisits.people.services.tablets import end_session_key

from ..models import HomeVisit, VisitPack
from ..rules.packs import pack_blocks
from .common import locked, note


def take_along(*, visit: HomeVisit, tablet: Tablet, expires_at: datetime, by: Staff, now: datetime) -> VisitPack:
    """Record that a person who goes takes the visit along; again on the same tablet moves the times.

    `expires_at`: when the tablet's key ends. Real times, also in a demo school. Raises Blocked.
    """
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(pack_blocks(visit, by, tablet, visit.school.at(now)))
        pack, made = VisitPack.objects.update_or_create(
            visit=visit, tablet=tablet, staff=by,
            defaults={"taken_at": now, "expires_at": expires_at, "revoked_at": None, "revoked_by": None, "revoked_why": ""},
        )  # fmt: skip
        _record("taken" if made else "taken_again", pack, by, now)
    return pack


def take_from_tablet(*, pack: VisitPack, by: Staff, now: datetime) -> None:
    """The office takes a visit back from a tablet. Twice is the same as once."""
    with transaction.atomic():
        if _revoke(pack, "office", by, now):
            note(pack.visit, "taken_back", by=by, now=pack.visit.school.at(now), says=f"From {pack.tablet}, {pack.staff}.", pack=pack.pk)


def drop_packs(*, visit: HomeVisit, gone: Iterable[Staff], by: Actor, now: datetime) -> None:
    """Those who no longer go lose what they took along of the visit. Call it in the transaction in which they are taken off."""
    for pack in VisitPack.objects.filter(visit=visit, staff__in=list(gone), revoked_at__isnull=True).select_related("tablet", "staff"):
        _revoke(pack, "not_going", by, now)


def _revoke(pack: VisitPack, why: str, by: Actor, now: datetime) -> bool:
    changes = {"revoked_at": now, "revoked_by_id": by.pk, "revoked_why": why}
    if not VisitPack.objects.filter(pk=pack.pk, revoked_at__isnull=True).update(**changes):
        return False
    end_session_key(tablet=pack.tablet, staff=pack.staff, by=by, now=now)
    _record("taken_back", pack, by, now, why=why)
    return True


def _record(what: str, pack: VisitPack, by: Actor, now: datetime, **more: object) -> None:
    detail = {"tablet": pack.tablet_id, "staff": pack.staff_id, **more}
    school_id = pack.visit.school_id
    record(f"visits.pack.{what}", by=by, now=now, school_id=school_id, object_type="HomeVisit", object_id=pack.visit_id, detail=detail)
