"""Who may do what to a policy: the school's matrix for a school's, the trust's administrators for a trust's."""

from datetime import date

from homevisits.common.actors import Actor
from homevisits.common.errors import Block, Blocked
from homevisits.people.access import roles_of, stand_ins
from homevisits.people.matrix import roles_for
from homevisits.people.models import Role, School, Staff, StaffRole, Trust

from .words import BODIES, role_words

EDIT = "edit_policy"
APPROVE = "approve_policy"


def roles_for_owner(staff: Staff, owner: School | Trust, on: date) -> frozenset[str]:
    """The roles that a person holds in a school, or over all schools of a trust."""
    if isinstance(owner, School):
        return roles_of(staff, owner, on)
    if not staff.is_active:
        return frozenset()
    held = StaffRole.objects.filter(staff=staff, trust=owner)
    return frozenset(row.role for row in held if (row.starts_on or on) <= on <= (row.ends_on or on))


def may(staff: Staff, owner: School | Trust, act: str, on: date) -> bool:
    """Whether a person may edit or approve this owner's policy. A trust's is in the hands of its administrators (MAT-04)."""
    allowed = roles_for(act) if isinstance(owner, School) else frozenset({Role.TRUST_ADMIN})
    return not allowed.isdisjoint(roles_for_owner(staff, owner, on))


def refuse_unless(by: Actor, owner: School | Trust, act: str, on: date) -> None:
    """Raise Blocked unless `by` may. The product's own jobs may: they only set up."""
    if isinstance(by, Staff) and not may(by, owner, act, on):
        verb = "edit" if act == EDIT else "approve"
        raise Blocked([Block(f"Your role does not let you {verb} the policy of {owner.name}.", "PRI-03")])


def signing_blocks(by: Actor, owner: School | Trust, role: str, on: date) -> list[Block]:
    """Why `by` may not put the signature of `role`: they hold it themselves, or record that of a body as an approver (ATT-04)."""
    if not isinstance(by, Staff):
        return [Block("A signature is a person's.", "ATT-04")]
    if not stand_ins(role).isdisjoint(roles_for_owner(by, owner, on)):
        return []
    if role in BODIES and may(by, owner, APPROVE, on):
        return []
    return [Block(f"Only the {role_words(role).lower()} can sign here.", "ATT-04")]
