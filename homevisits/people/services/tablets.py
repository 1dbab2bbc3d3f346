"""Keys for tablets: given to the person who is signed in, dead when the session is over or something was taken back (R24)."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import F

from homevisits.audit import services as audit
from homevisits.common.actors import Actor
from homevisits.common.errors import refuse_if

from ..locks import hash_of, lock
from ..models import DraftKey, School, Staff, Tablet
from ..rules import tablet_blocks

PURPOSE = "draft key"


@dataclass(frozen=True)
class Given:
    """What a tablet gets: its own secret, the person's draft key, and the mark of that person's records on it."""

    secret: str
    draft_key: str  # url-safe base64 of 32 bytes
    owner: str
    tablet: Tablet
    turn: int
    older: dict[str, str]  # keys of the same person by the marks of records that still lie there


def give_keys(*, secret: str, words: str, by: Staff, now: datetime, marks: Iterable[str] = ()) -> Given:
    """The draft key of this person on this tablet, made on first use. `secret` is the tablet's cookie, "" or unknown: a new tablet.

    `marks` are the owners of the records that lie on the device. A browser writes cookies to the disk half a minute late: one that was
    killed before comes back as another tablet, and the records on it are still this person's. Raises Blocked for a tablet out of use.
    """
    with transaction.atomic():
        tablet = Tablet.objects.select_for_update().filter(secret_hash=hash_of(secret)).first() if secret else None
        if tablet is None:
            secret = secrets.token_urlsafe(32)
            tablet = Tablet.objects.create(secret_hash=hash_of(secret), words=words[:60], first_seen_at=now, last_seen_at=now)
        refuse_if(tablet_blocks(tablet))
        tablet.last_seen_at = now
        tablet.save(update_fields=["last_seen_at"])
        fresh = {"locked": lock(PURPOSE).encrypt(secrets.token_bytes(32)).decode(), "made_at": now, "given_at": now}
        key, made = DraftKey.objects.get_or_create(tablet=tablet, staff=by, defaults=fresh)
        if not made:
            key.given_at = now
            key.save(update_fields=["given_at"])
        audit.record("people.tablet.keys_given", by=by, now=now, object_type="tablet", object_id=tablet.pk, detail={"first": made})
    older = DraftKey.objects.filter(staff=by, owner__in=_uuids(marks), tablet__revoked_at=None).exclude(pk=key.pk)
    return Given(secret, _open(key), str(key.owner), tablet, key.turn, {str(row.owner): _open(row) for row in older})


def _open(key: DraftKey) -> str:
    return urlsafe_b64encode(lock(PURPOSE).decrypt(key.locked.encode())).decode()


def _uuids(marks: Iterable[str]) -> list[UUID]:
    """The marks that can be one; a device says at most what lies on it."""
    found = []
    for mark in islice(marks, 50):
        try:
            found.append(UUID(mark))
        except ValueError:
            continue
    return found


def revoke_tablet(*, tablet: Tablet, school: School, by: Staff, now: datetime) -> None:
    """Take a tablet out of use, lost or handed back: its next word deletes what it holds. Twice is the same as once."""
    with transaction.atomic():
        if Tablet.objects.filter(pk=tablet.pk, revoked_at__isnull=True).update(revoked_at=now, revoked_by=by):
            audit.record("people.tablet.revoked", by=by, now=now, school_id=school.pk, object_type="tablet", object_id=tablet.pk)


def admit_tablet(*, tablet: Tablet, school: School, by: Staff, now: datetime) -> None:
    """Let a tablet in again; keys that it had before stay dead, and what waits on it is sent when its person signs in."""
    with transaction.atomic():
        DraftKey.objects.filter(tablet=tablet).update(turn=F("turn") + 1)
        if Tablet.objects.filter(pk=tablet.pk, revoked_at__isnull=False).update(revoked_at=None, revoked_by=None):
            audit.record("people.tablet.admitted", by=by, now=now, school_id=school.pk, object_type="tablet", object_id=tablet.pk)


def end_session_key(*, tablet: Tablet, staff: Staff, by: Actor, now: datetime) -> None:
    """The session key of a person on a tablet is dead: its next word deletes all that it took along. What was written stays locked."""
    with transaction.atomic():
        if DraftKey.objects.filter(tablet=tablet, staff=staff).update(turn=F("turn") + 1):
            detail = {"staff": staff.pk}
            audit.record("people.tablet.key_ended", by=by, now=now, object_type="tablet", object_id=tablet.pk, detail=detail)
