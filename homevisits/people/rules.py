"""What stops an act on staff and their roles. Pure answers over rows that are there; each block is a sentence for the user."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet

from homevisits.common.actors import Actor
from homevisits.common.errors import Block

from .access import roles_held, roles_of
from .matrix import HEADS, SAFEGUARDING, roles_for
from .models import GuardedRequest, Role, School, Staff, StaffRole, Tablet

# Roles that open what the giver may not have: only a headteacher or principal gives them.
HIGH = HEADS | SAFEGUARDING | {Role.DEPUTY_HEADTEACHER, Role.SENIOR_MANAGER, Role.BUSINESS_MANAGER}


# Whoever holds one of these reads what is kept from the others: all of them are told who comes, goes or signs in anew.
WATCHED = SAFEGUARDING | {Role.CHAIR_OF_GOVERNORS}
CHAIR_KEEPERS = frozenset({Role.CHAIR_OF_GOVERNORS, Role.TRUST_ADMIN})
NOT_THE_HEADS_TO_GIVE = (
    "The chair of governors judges what is said about a head: neither a head nor the business manager changes who it is."
)
ON_THE_SERVER = "whoever runs the installation does it, on the server."
TAKES_TWO = (
    "Safeguarding leads and deputies read what is written of children, so nobody gives that role, or changes the sign-in of who holds it, "
    "alone: ask for it under “Chair and leads”, and somebody else who keeps these roles agrees."
)
NOBODY_LEADS = (
    "Nobody would be left who can read concerns. Let somebody else have the role first, under “Chair and leads”: a lead names them, or the "
    "head asks and the chair of governors or a trust administrator agrees."
)
NOBODY_CHAIRS = (
    "Nobody would be left who can read what is said about a head. Let somebody else have the role first, under “Chair and leads”: the "
    "chair or a trust administrator names them."
)
WHO_MAKES_A_HEAD_LEAD = (
    f"the chair of governors, a trust administrator or another safeguarding lead does it; where there is none, {ON_THE_SERVER}"
)


def may_give(by: Actor, school: School, roles: Iterable[str], to: Staff | None, on: date, *, ending: bool = False) -> list[Block]:
    """Whether a person may give these roles, or (`ending`) take them away. A system job (set-up, demo, the server) may.

    What opens the record about a head needs somebody else than a head: the chair's role. A safeguarding role is given by who holds one,
    who gains nothing by it; by anybody else it takes two (`may_ask`, `may_agree`).
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
    if SAFEGUARDING & asked and not ending:
        blocks += _lead_blocks(mine, school, to, on, own=own)
    blocks += _rank_blocks(mine, asked if ending else asked - SAFEGUARDING)
    if HEADS & mine:
        return blocks
    if own and not (ending and asked == {Role.CHAIR_OF_GOVERNORS}):
        blocks.append(Block("Somebody else has to change your own roles."))
    return blocks


def _lead_blocks(mine: frozenset[str], school: School, to: Staff | None, on: date, *, own: bool) -> list[Block]:
    """Who reads what is written of children is said by who reads it; a head's being one as well also by the chair or the trust."""
    if own and HEADS & mine:
        return [Block(f"A head does not make herself or himself a safeguarding lead: {WHO_MAKES_A_HEAD_LEAD}")]
    if mine & SAFEGUARDING or _agrees_to_head_as_lead(mine, school, to, on) or (HEADS & mine and _first_lead(school)):
        return []
    return [Block(TAKES_TWO)]


def _first_lead(school: School) -> bool:
    """Whether nobody has ever led safeguarding here: a school that begins names its lead itself, and there is nothing yet to read."""
    return not StaffRole.objects.filter(school=school, role__in=SAFEGUARDING).exists()


def _rank_blocks(mine: frozenset[str], asked: frozenset[str]) -> list[Block]:
    high = [role.label for role in Role if role in asked & HIGH]
    if high and not HEADS & mine:
        return [Block(f"Only the headteacher or principal gives or ends the role: {', '.join(high)}.")]
    return []


def may_ask(by: Actor, school: School, kind: str, role: str, staff: Staff, on: date) -> list[Block]:
    """Whether a person may ask for something about a guarded role: whoever manages the staff, as far as anybody could agree to it."""
    if isinstance(by, Staff) and not roles_for("manage_staff") & roles_of(by, school, on):
        return [Block("Whoever manages the staff asks for this: the head or the business manager.")]
    if kind == GuardedRequest.Kind.ROLE:
        if role == Role.CHAIR_OF_GOVERNORS and roles_for("manage_staff") & roles_of(staff, school, on):
            return [Block("Whoever leads or manages the school cannot chair its governors.")]
        return [] if role in WATCHED else [Block("This role needs nobody’s agreement.")]
    if isinstance(by, Staff) and by.pk == staff.pk:
        return [Block("Somebody else has to ask for it.")]
    if not _not_over(staff, school, on).filter(role__in=SAFEGUARDING).exists():
        return [Block("They hold no guarded role: this needs nobody’s agreement.")]
    return _account_blocks(staff, school, on)


def may_agree(by: Actor, school: School, asked_by: Staff, kind: str, role: str, staff: Staff, on: date) -> list[Block]:
    """Whether a person may agree to what another has asked for: never to their own, nor to what makes them or opens their own account.

    To a safeguarding role and to the account of who holds one: who holds such a role, the chair or the trust; to the chair's role whoever
    may give it. Whoever asked must still manage the staff.
    """
    if not isinstance(by, Staff):
        return []
    if by.pk in (asked_by.pk, staff.pk):
        return [Block("Somebody else has to agree: not who asked, and not whom it is about.")]
    if not roles_for("manage_staff") & roles_of(asked_by, school, on):
        return [Block(f"{asked_by.name} no longer manages the staff: somebody who does has to ask anew.")]
    if kind == GuardedRequest.Kind.ROLE and role == Role.CHAIR_OF_GOVERNORS:
        return may_give(by, school, [role], staff, on)
    mine = roles_of(by, school, on)
    if not mine & roles_for("keep_guarded_roles") or (mine & roles_for("manage_staff") and not mine & SAFEGUARDING):
        return [Block("A safeguarding lead, the chair of governors or a trust administrator agrees to this.")]
    return []


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
    """Whether a person may change another's name or email address, or end their second step: whoever can do that can become them.

    Of who is, or will be, chair of governors nobody in the school does: it is done on the server. Of who is, or will be, a safeguarding
    lead or deputy nobody does it alone.
    """
    blocks = may_set_mobile(by, staff, school, on)
    if isinstance(by, Staff) and by.pk != staff.pk and _not_over(staff, school, on).filter(role__in=SAFEGUARDING).exists():
        blocks.append(Block(TAKES_TWO))
    return blocks


def _not_over(staff: Staff, school: School, on: date) -> QuerySet[StaffRole]:
    return StaffRole.objects.filter(staff=staff, school=school).exclude(ends_on__lt=on)


def may_set_mobile(by: Actor, staff: Staff, school: School, on: date) -> list[Block]:
    """Whether a person may enter the mobile of another, to which alarms go. Nobody signs in by it; the chair enters her or his own."""
    if not isinstance(by, Staff):
        return []
    asked = frozenset(StaffRole.objects.filter(staff=staff, school=school).values_list("role", flat=True)) - {Role.CHAIR_OF_GOVERNORS}
    return _account_blocks(staff, school, on) or _rank_blocks(roles_of(by, school, on), asked)


def _account_blocks(staff: Staff, school: School, on: date) -> list[Block]:
    """What keeps everybody in the school from an account, whoever asks."""
    if _not_over(staff, school, on).filter(role=Role.CHAIR_OF_GOVERNORS).exists():
        return [Block(f"This is the account of the chair of governors, which nobody in the school changes: {ON_THE_SERVER}")]
    if staff.is_superuser or staff.is_staff or StaffRole.objects.filter(staff=staff).exclude(school=school).exists():
        return [Block("This account is also used outside this school: its owner changes it, or whoever runs the installation.")]
    return []


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


def leaves_a_reader(school: School, going: Iterable[StaffRole], last_day: date) -> list[Block]:
    """What is kept from others goes on being read by somebody on the day after these roles end."""
    going, after = list(going), last_day + timedelta(days=1)
    blocks = []
    for roles, says in ((SAFEGUARDING, NOBODY_LEADS), (frozenset({Role.CHAIR_OF_GOVERNORS}), NOBODY_CHAIRS)):
        ended = [row.pk for row in going if row.role in roles]
        if ended and not roles_held(school, roles, after).exclude(pk__in=ended).exists():
            blocks.append(Block(says))
    return blocks


def tablet_blocks(tablet: Tablet) -> list[Block]:
    """What stands against working on a tablet."""
    if tablet.revoked_at is None:
        return []
    return [Block("The office has taken this tablet out of use. Nothing can be taken along on it; ask the office to let it in again.")]
