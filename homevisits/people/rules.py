"""What stops an act on staff and their roles. Pure answers over rows that are there; each block is a sentence for the user."""

from collections.abc import Iterable
from datetime import date

from homevisits.common.actors import Actor
from homevisits.common.errors import Block

from .access import roles_held, roles_of
from .matrix import HEADS, SAFEGUARDING, roles_for
from .models import Role, School, Staff, StaffRole, Tablet

# Roles that open what the giver may not have: only a headteacher or principal gives them.
HIGH = HEADS | SAFEGUARDING | {Role.DEPUTY_HEADTEACHER, Role.SENIOR_MANAGER, Role.BUSINESS_MANAGER}


def may_give(by: Actor, school: School, roles: Iterable[str], to: Staff | None, on: date) -> list[Block]:
    """Whether a person may give these roles, or take them away. A system job (set-up, demo) may."""
    if not isinstance(by, Staff):
        return []
    roles = set(roles)
    blocks = []
    if Role.TRUST_ADMIN in roles:
        blocks.append(Block("Trust administrators are given their role by whoever runs the installation, not by a school."))
    if not HEADS & roles_of(by, school, on):
        high = [role.label for role in Role if role in roles & HIGH]
        if high:
            blocks.append(Block(f"Only the headteacher or principal gives or ends the role: {', '.join(high)}."))
        if to is not None and to.pk == by.pk:
            blocks.append(Block("Somebody else has to change your own roles."))
    return blocks


def may_change_account(by: Actor, staff: Staff, school: School, on: date) -> list[Block]:
    """Whether a person may change another's name or email address: whoever can do that can become them."""
    if not isinstance(by, Staff):
        return []
    held = StaffRole.objects.filter(staff=staff)
    blocks = may_give(by, school, held.filter(school=school).values_list("role", flat=True), None, on)
    if staff.is_superuser or staff.is_staff or held.exclude(school=school).exists():
        blocks.append(Block("This account is also used outside this school: its owner changes it, or whoever runs the installation."))
    return blocks


def may_reset_second_factor(by: Actor, staff: Staff, school: School, on: date) -> list[Block]:
    """Whether a person may take away another's second factor, so that they set up a new one. Never their own."""
    if isinstance(by, Staff) and by.pk == staff.pk:
        return [Block("Somebody else has to reset your second step. While you have it, you change it yourself, under your account.")]
    return may_change_account(by, staff, school, on)


def leaves_someone_in_charge(school: School, going: Iterable[StaffRole], on: date) -> list[Block]:
    """A school keeps somebody who may manage its staff when these roles end."""
    going = list(going)
    in_charge = roles_for("manage_staff")
    if not any(role.role in in_charge for role in going):
        return []
    if roles_held(school, in_charge, on).exclude(pk__in=[role.pk for role in going]).exists():
        return []
    return [Block("Nobody would be left who may manage staff here. Give somebody else that role first.")]


def tablet_blocks(tablet: Tablet) -> list[Block]:
    """What stands against working on a tablet."""
    if tablet.revoked_at is None:
        return []
    return [Block("The office has taken this tablet out of use. Nothing can be taken along on it; ask the office to let it in again.")]
