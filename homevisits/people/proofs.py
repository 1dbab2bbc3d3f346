"""How long ago a person proved by a second factor, in this very session, that it is them.

Kept in the session, for its person only: another session, another person, or a clock that was set back proves nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from homevisits.audit import services as audit
from homevisits.common import clock

from .models import Staff

WITHIN = timedelta(minutes=10)
SKEW = timedelta(seconds=30)  # between the clocks of two servers
# Ways that are no second factor: they count only for somebody who has none, where none is required.
FIRST_ONLY = frozenset({"password", "provider"})
_KEPT = "proved"


@dataclass(frozen=True)
class Proof:
    """When and by what: "totp", "recovery_codes", "webauthn", or one of FIRST_ONLY."""

    at: datetime
    how: str


def proof_of(request: HttpRequest) -> Proof | None:
    """The last proof of the person signed in, however old."""
    kept = request.session.get(_KEPT)
    if not isinstance(kept, dict) or kept.get("staff") != request.user.pk:
        return None
    return Proof(datetime.fromtimestamp(float(kept["at"]), UTC), str(kept["how"]))


def keep(request: HttpRequest, staff: Staff, how: str, now: datetime) -> None:
    """Note in the session that the person has just proved that it is them."""
    request.session[_KEPT] = {"staff": staff.pk, "at": now.timestamp(), "how": how}


def is_fresh(request: HttpRequest, now: datetime) -> bool:
    """Whether the last proof is young enough, and the best that this person can give: for changes to their own sign-in."""
    proof = proof_of(request)
    if proof is None or not -SKEW <= now - proof.at < WITHIN:
        return False
    return not _first_only(proof) or not is_mfa_enabled(request.user)


def _first_only(proof: Proof) -> bool:
    """Whether it was no second factor; that of a provider is one where the installation says so."""
    return proof.how in FIRST_ONLY and not (proof.how == "provider" and settings.PROVIDER_SECOND_FACTOR)


def is_proved(request: HttpRequest, now: datetime) -> bool:
    """Whether child protection records open: a second factor within ten minutes. Only where none is required the password serves."""
    proof = proof_of(request)
    if proof is None or (settings.REQUIRE_SECOND_FACTOR and _first_only(proof)):
        return False
    return is_fresh(request, now)


def proved_again(request: HttpRequest, how: str) -> None:
    """The person has answered the question in the middle of their work; it stands in the audit."""
    staff, now = request.user, clock.now()
    assert isinstance(staff, Staff)  # only whoever is signed in is asked
    with transaction.atomic():
        keep(request, staff, how, now)
        audit.record("people.proved_again", by=staff, now=now, object_type="staff", object_id=staff.pk, detail={"how": how})


def not_proved(request: HttpRequest) -> None:
    """Somebody sat at this session and answered wrongly."""
    staff = request.user
    assert isinstance(staff, Staff)
    with transaction.atomic():
        audit.record("people.proof_failed", by=staff, now=clock.now(), object_type="staff", object_id=staff.pk)
