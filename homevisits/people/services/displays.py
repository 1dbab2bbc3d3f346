"""Screens on a wall: made with an address that is shown once, revoked at once. The token opens one page, and no other."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from homevisits.audit import services as audit
from homevisits.common.errors import BadInput

from ..models import Display, School, Staff

_SEEN_EVERY = timedelta(minutes=1)


def make_display(*, school: School, name: str, by: Staff, now: datetime) -> tuple[Display, str]:
    """A screen and its token, which is shown now and never again. Raises BadInput for no name or one in use."""
    name = name.strip()
    if not name:
        raise BadInput("Enter where the screen hangs.")
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        if Display.objects.filter(school=school, name__iexact=name, revoked_at__isnull=True).exists():
            raise BadInput(f"There is a screen called {name} already. Switch it off first, or choose another name.")
        display = Display.objects.create(school=school, name=name[:80], hash=_hash(token), made_at=now, made_by=by)
        _record("made", display, by, now)
    return display, token


def revoke_display(*, display: Display, by: Staff, now: datetime) -> None:
    """From now on the screen shows nothing: its next question, within seconds, is refused. Twice is the same as once."""
    with transaction.atomic():
        if Display.objects.filter(pk=display.pk, revoked_at__isnull=True).update(revoked_at=now, revoked_by=by):
            _record("revoked", display, by, now)


def display_for(token: str, *, now: datetime) -> Display | None:
    """The screen that runs on this token; None for one that is revoked or never was. `now` is the real time, noted to the minute."""
    display = Display.objects.select_related("school").filter(hash=_hash(token), revoked_at__isnull=True).first() if token else None
    if display is not None:
        stale = Q(last_seen_at__isnull=True) | Q(last_seen_at__lte=now - _SEEN_EVERY)
        Display.objects.filter(stale, pk=display.pk).update(last_seen_at=now)
    return display


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _record(act: str, display: Display, by: Staff, now: datetime) -> None:
    audit.record(
        f"people.display.{act}", by=by, now=now, school_id=display.school_id, object_type="display", object_id=display.pk,
        detail={"name": display.name},
    )  # fmt: skip
