"""A session that its person has locked: it stays theirs and shows nothing until they prove that they are back.

It ends like any other that nobody uses. What the tablet took along is deleted with its key; what was written stays encrypted on it.
"""

from datetime import datetime

from django.db import transaction
from django.http import HttpRequest

from homevisits.audit import services as audit

from .models import Staff

_KEPT = "locked"


def is_locked(request: HttpRequest) -> bool:
    """Whether the session is one that its person has locked."""
    return bool(request.session.get(_KEPT))


def lock_session(request: HttpRequest, *, by: Staff, back: str, now: datetime) -> None:
    """Lock it; `back` is where its person goes on. The proof of the second factor goes: it has to be given again."""
    with transaction.atomic():
        request.session[_KEPT] = {"back": back}
        request.session.pop("proved", None)
        audit.record("people.locked", by=by, now=now, object_type="staff", object_id=by.pk)


def unlock_session(request: HttpRequest, *, now: datetime) -> str:
    """Open it again, under a new key; answers with where the person was."""
    kept = request.session.pop(_KEPT)
    request.session["used_at"] = now.timestamp()
    request.session.cycle_key()
    return str(kept["back"])
