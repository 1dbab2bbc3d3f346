"""Signatures: a version takes effect when every role that the policy names has signed (ATT-04, MAT-05)."""

from datetime import date, datetime

from django.db import transaction

from homevisits.common import clock
from homevisits.common.actors import Actor, staff_id
from homevisits.common.errors import BadInput, Block, refuse_if
from homevisits.people.access import stand_ins
from homevisits.people.models import Staff

from .. import permissions, rules
from ..models import PolicySignature, PolicyVersion
from ..words import role_words
from .common import locked_draft, owner_of, record_on


@transaction.atomic
def sign(*, version: PolicyVersion, role: str, by: Actor, now: datetime, name: str = "", signed_on: date | None = None) -> PolicyVersion:
    """Put the signature of `role` on a draft. The last one makes it agreed, in force from its date or from today, whichever is later.

    Who holds the role signs in their own name. For a body (chair of governors, Trust Board …) an approver records `name` and the day
    that its signature bears. Raises Blocked when the role is not asked for, has signed, or the person may not; BadInput
    without a body's name or with a day to come.
    """
    draft = locked_draft(version)
    today = clock.local_day(now)
    refuse_if(sign_refusals(version=draft, role=role, by=by, now=now))
    own = isinstance(by, Staff) and holds(by, draft, role, today)
    signed_on = signed_on or today
    if signed_on > today:
        raise BadInput("A signature cannot bear a day to come.")
    if not own and not name.strip():
        raise BadInput(f"Give the name of who signed for the {role_words(role).lower()}.")
    PolicySignature.objects.create(
        version=draft, role=role, staff_id=staff_id(by) if own else None, name=by.name if own else name.strip(),
        signed_on=today if own else signed_on, signed_at=now, recorded_by_id=staff_id(by),
    )  # fmt: skip
    record_on(draft, "policy_signed", by=by, now=now, detail={"role": role, "own": own})
    if not rules.unsigned(draft):
        _agree(draft, by=by, now=now)
    return draft


def sign_refusals(*, version: PolicyVersion, role: str, by: Actor, now: datetime) -> list[Block]:
    """Why `by` cannot put the signature of `role` now: what buttons and `sign` both ask."""
    owner = version.school or owner_of(None, version.trust)
    return rules.sign_blocks(version, role) or permissions.signing_blocks(by, owner, role, clock.local_day(now))


def holds(by: Staff, draft: PolicyVersion, role: str, today: date) -> bool:
    """Whether a person signs in their own name: they hold the role themselves."""
    held = permissions.roles_for_owner(by, draft.school or owner_of(None, draft.trust), today)
    return not stand_ins(role).isdisjoint(held)


def _agree(draft: PolicyVersion, *, by: Actor, now: datetime) -> None:
    """Never in force before it was agreed, however long the signing took."""
    today = clock.local_day(now)
    draft.status = PolicyVersion.Status.AGREED
    draft.agreed_on = today
    draft.effective_from = max(draft.effective_from or today, today)
    draft.save(update_fields=["status", "agreed_on", "effective_from"])
    detail = {"effective_from": draft.effective_from.isoformat(), "changes": draft.changes}
    record_on(draft, "policy_agreed", by=by, now=now, detail=detail)
