"""What the services share."""

from datetime import datetime
from typing import Any

from homevisits.audit.services import record
from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput, Block, Blocked
from homevisits.people.models import Role, School, Trust

from ..models import PolicyVersion


def owner_of(school: School | None, trust: Trust | None) -> School | Trust:
    """Whose policy it is. Raises BadInput unless exactly one is given."""
    owner = school or trust
    if owner is None or (school and trust):
        raise BadInput("A policy is a school's or a trust's.")
    return owner


def record_on(version: PolicyVersion, act: str, *, by: Actor, now: datetime, detail: dict[str, Any] | None = None) -> None:
    """One audit event about a version: on the school's chain, a trust's on the chain of no school."""
    record(
        act, by=by, now=now, school_id=version.school_id, object_type="policy_version", object_id=version.pk,
        detail={"number": version.number, **(detail or {})},
    )  # fmt: skip


def locked_draft(version: PolicyVersion) -> PolicyVersion:
    """The version as it is now, locked until the transaction ends. Raises Blocked once it is signed by all: it never changes again."""
    fresh = PolicyVersion.objects.select_for_update().get(pk=version.pk)
    if fresh.status != PolicyVersion.Status.DRAFT:
        says = f"Version {fresh.number} is signed by all and cannot change any more. Start a new draft."
        raise Blocked([Block(says, "PRI-42")])
    return fresh


def lead_role_for(owner: School | Trust, role: str) -> str:
    """The lead person's role, unless nobody can hold it: a school alone has no trust administrator, and its reviewers are reminded."""
    return "" if role == Role.TRUST_ADMIN and isinstance(owner, School) and owner.trust_id is None else role
