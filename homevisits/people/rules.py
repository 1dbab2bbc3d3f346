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


# Whoever holds one of these reads what is kept from the others: all of them are told who comes, goes or signs in anew.
WATCHED = SAFEGUARDING | {Role.CHAIR_OF_GOVERNORS}
CHAIR_KEEPERS = frozenset({Role.CHAIR_OF_GOVERNORS, Role.TRUST_ADMIN})
NOT_THE_HEADS_TO_GIVE = (
    "The chair of governors judges what is said about a head: neither a head nor the business manager changes who it is."
)
ON_THE_SERVER = "whoever runs the installation does it, on the server."
WHO_MAKES_A_HEAD_LEAD = (
    f"the chair of governors, a trust administrator or another safeguarding lead does it; where there is none, {ON_THE_SERVER}"
)


def may_give(by: Actor, school: School, roles: Iterable[str], to: Staff | None, on: date, *, ending: bool = False) -> list[Block]:
    """Whether a person may give these roles, or (`ending`) take them away. A system job (set-up, demo, the server) may.

    What opens the record about a head needs somebody else than a head: the chair's role, and a safeguarding lead's for a head herself.
    """
    if not isinstance(by, Staff):
        return []
    asked, mine = frozenset(roles), roles_of(by, school, on)
    own = to is not None and to.pk == by.pk
    blocks = []
    if Role.TRUST_ADMIN in asked:
        blocks.append(Block("Trust administrators are given their role by whoever runs the installation, not by a school."))
    if Role.CHAIR_OF_GOVERNORS in asked:
        blocks += _chair_blocks(mine, school, to, on, ending=ending, own=own)
    if HEADS & mine:
        if own and not ending and SAFEGUARDING & asked:
            blocks.append(Block(f"A head does not make herself or himself a safeguarding lead: {WHO_MAKES_A_HEAD_LEAD}"))
        return blocks
    high = [role.label for role in Role if role in asked & HIGH]
    if high and not (asked <= SAFEGUARDING and not ending and not own and _agrees_to_head_as_lead(mine, school, to, on)):
        blocks.append(Block(f"Only the headteacher or principal gives or ends the role: {', '.join(high)}."))
    if own and not (ending and asked == {Role.CHAIR_OF_GOVERNORS}):
        blocks.append(Block("Somebody else has to change your own roles."))
    return blocks


def _chair_blocks(mine: frozenset[str], school: School, to: Staff | None, on: date, *, ending: bool, own: bool) -> list[Block]:
    """Who chairs the governors is said by the chair, or by the trust; by the safeguarding team only where nobody else is there."""
    manages = roles_for("manage_staff")
    if ending and own:
        return []
    if not ending and to is not None and manages & roles_of(to, school, on):
        return [Block("Whoever leads or manages the school cannot chair its governors.")]
    if mine & manages or not (mine & CHAIR_KEEPERS or (mine & SAFEGUARDING and not _chair_keepers(school, on))):
        return [Block(f"{NOT_THE_HEADS_TO_GIVE} {_who_keeps_the_chair(school, on)}")]
    return []


def _chair_keepers(school: School, on: date) -> bool:
    return roles_held(school, CHAIR_KEEPERS, on).exists()


def _who_keeps_the_chair(school: School, on: date) -> str:
    who = "The present chair or a trust administrator does" if _chair_keepers(school, on) else "A safeguarding lead who is no head does"
    return f"{who}, under Safeguarding, “Chair and leads”; else {ON_THE_SERVER}"


def _agrees_to_head_as_lead(mine: frozenset[str], school: School, to: Staff | None, on: date) -> bool:
    """Whether `mine` are roles that may make a head a safeguarding lead as well."""
    return bool(mine & roles_for("keep_guarded_roles")) and to is not None and bool(HEADS & roles_of(to, school, on))


def may_change_account(by: Actor, staff: Staff, school: School, on: date) -> list[Block]:
    """Whether a person may change another's name, mobile or email address, or end their second step: whoever can do that can become them.

    Of who is, or will be, chair of governors nobody in the school does: it is done on the server.
    """
    if not isinstance(by, Staff):
        return []
    held = StaffRole.objects.filter(staff=staff)
    here = held.filter(school=school)
    if here.filter(role=Role.CHAIR_OF_GOVERNORS).exclude(ends_on__lt=on).exists():
        return [Block(f"This is the account of the chair of governors, which nobody in the school changes: {ON_THE_SERVER}")]
    asked = set(here.values_list("role", flat=True)) - {Role.CHAIR_OF_GOVERNORS}
    blocks = may_give(by, school, asked, None, on)
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
