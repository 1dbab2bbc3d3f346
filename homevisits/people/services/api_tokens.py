"""Tokens for a connector of the information system: issued once, kept as a hash, revoked at once."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from homevisits.audit import services as audit
from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput

from ..models import ApiToken, School, Staff

_SEEN_EVERY = timedelta(minutes=1)


def issue_token(*, school: School, name: str, by: Staff, now: datetime) -> tuple[ApiToken, str]:
    """A new token and its words, which are shown now and never again. Raises BadInput for no name or one in use."""
    name = name.strip()
    if not name:
        raise BadInput("Enter what will use the token.")
    if ApiToken.objects.filter(school=school, name__iexact=name, revoked_at__isnull=True).exists():
        raise BadInput(f"There is a token called {name} already. Revoke it first, or choose another name.")
    words = f"hv_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        token = ApiToken.objects.create(school=school, name=name[:80], hash=_hash(words), hint=words[:8], issued_at=now, issued_by=by)
        _record("people.api_token.issued", token, by, now)
    return token, words


def revoke_token(*, token: ApiToken, by: Actor, now: datetime) -> None:
    """From now on the token opens nothing; twice is the same as once."""
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now, revoked_by_id=by.pk):
            _record("people.api_token.revoked", token, by, now)


def token_for(words: str, *, now: datetime) -> ApiToken | None:
    """The live token that these words are; notes at most once a minute that it was used. `now` is the real time."""
    token = ApiToken.objects.select_related("school").filter(hash=_hash(words), revoked_at__isnull=True).first()
    if token is not None:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - _SEEN_EVERY)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    return token


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def _record(act: str, token: ApiToken, by: Actor, now: datetime) -> None:
    audit.record(act, by=by, now=now, school_id=token.school_id, object_type="api_token", object_id=token.pk, detail={"name": token.name})
