"""What stops an act on staff and their roles. Pure answers over rows that are there; each block is a sentence for the user."""

from collections.abc import Iterable
from datetime import date, time, timedelta

from django.db.models import QuerySet

from homevisits.audit.models import AuditEvent
from homevisits.common import clock
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
    "alone, nor of who held it within the last month or is to have it: ask for it under “Chair and leads”, and somebody else who keeps "
    "these roles agrees."
)
CHAIR_TAKES_TWO = (
    "While somebody chairs the governors, another chair, and the end of a chair’s role by somebody else, takes two: ask for it under "
    "“Chair and leads”, and somebody else who keeps these roles agrees."
)
GUARDED_ON = timedelta(days=30)  # as long is an account guarded after the role: given back, the role must not find another at its door
LASTS = timedelta(days=14)  # a request: whoever agrees later than that no longer knows what it was about
SETTLES = timedelta(days=7)  # after a changed address or second step: time for the owner to notice the email about it
_OPENS = ("people.second_factor.reset", "people.staff.changed")
_WHO_ASKS = "Whoever manages the staff asks for this: the head or the business manager."
_WHO_ENDS_A_CHAIR = "The end of a chair’s role is asked for by another chair or a trust administrator."
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
    if WATCHED & asked and not ending and to is not None:
        blocks += just_changed(to, on)
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
    """Whether a person may ask for something about a guarded role: whoever manages the staff, as far as anybody could agree to it.

    The chair's role may also be asked for, and its end only, by another chair or a trust administrator.
    """
    if isinstance(by, Staff) and not _asks(kind, role) & roles_of(by, school, on):
        return [Block(_WHO_ENDS_A_CHAIR if kind == GuardedRequest.Kind.END else _WHO_ASKS)]
    if kind == GuardedRequest.Kind.END:
        return _end_blocks(by, school, role, staff, on)
    if kind == GuardedRequest.Kind.ROLE:
        if role == Role.CHAIR_OF_GOVERNORS and roles_for("manage_staff") & roles_of(staff, school, on):
            return [Block("Whoever leads or manages the school cannot chair its governors.")]
        return just_changed(staff, on) if role in WATCHED else [Block("This role needs nobody’s agreement.")]
    if isinstance(by, Staff) and by.pk == staff.pk:
        return [Block("Somebody else has to ask for it.")]
    if not is_guarded(staff, school, on):
        return [Block("They hold no guarded role: this needs nobody’s agreement.")]
    return _account_blocks(staff, school, on)


def _asks(kind: str, role: str) -> frozenset[str]:
    """The roles that may ask."""
    if kind == GuardedRequest.Kind.END:
        return CHAIR_KEEPERS
    return roles_for("manage_staff") | (CHAIR_KEEPERS if role == Role.CHAIR_OF_GOVERNORS else frozenset())


def _end_blocks(by: Actor, school: School, role: str, staff: Staff, on: date) -> list[Block]:
    """What stands against asking for the end of another's chair: any other role is ended without asking."""
    if role != Role.CHAIR_OF_GOVERNORS or not _not_over(staff, school, on).filter(role=role).exists():
        return [Block("Only the end of a chair’s role is asked for, while somebody holds it.")]
    if isinstance(by, Staff) and roles_for("manage_staff") & roles_of(by, school, on):
        return [Block(f"{NOT_THE_HEADS_TO_GIVE} {_who_keeps_the_chair(school, on)}")]
    if isinstance(by, Staff) and by.pk == staff.pk:
        return [Block("One ends one’s own role without asking anybody.")]
    return []


def may_agree(by: Actor, school: School, asked_by: Staff, kind: str, role: str, staff: Staff, on: date) -> list[Block]:
    """Whether a person may agree to what another has asked for: never to their own, nor to what makes them or opens their own account.

    To a safeguarding role and to the account of who holds one: who holds such a role, the chair or the trust; to the chair's role and its
    end see `_agree_about_chair`. Whoever asked must still be somebody who may.
    """
    if not isinstance(by, Staff):
        return []
    if by.pk in (asked_by.pk, staff.pk):
        return [Block("Somebody else has to agree: not who asked, and not whom it is about.")]
    if not _asks(kind, role) & roles_of(asked_by, school, on):
        return [Block(f"{asked_by.name} no longer manages the staff, or keeps the role: somebody who does has to ask anew.")]
    blocks = just_changed(staff, on) if kind == GuardedRequest.Kind.ROLE else []
    mine = roles_of(by, school, on)
    if role == Role.CHAIR_OF_GOVERNORS:
        return blocks + _agree_about_chair(mine, school, asked_by, kind, staff, on)
    if not mine & roles_for("keep_guarded_roles") or (mine & roles_for("manage_staff") and not mine & SAFEGUARDING):
        blocks.append(Block("A safeguarding lead, the chair of governors or a trust administrator agrees to this."))
    return blocks


def _agree_about_chair(mine: frozenset[str], school: School, asked_by: Staff, kind: str, staff: Staff, on: date) -> list[Block]:
    """Who agrees to who chairs: nobody who leads or manages the school.

    The present chair, or a safeguarding lead to what a chair or the trust asks; the trust to an end, and to what a head asks.
    """
    manages = roles_for("manage_staff")
    if kind == GuardedRequest.Kind.ROLE and manages & roles_of(staff, school, on):
        return [Block("Whoever leads or manages the school cannot chair its governors.")]
    by_a_head = bool(manages & roles_of(asked_by, school, on))
    may: set[str] = {Role.CHAIR_OF_GOVERNORS}
    if by_a_head or kind == GuardedRequest.Kind.END:
        may.add(Role.TRUST_ADMIN)
    if not by_a_head or not _chair_keepers(school, on):
        may |= SAFEGUARDING
    if mine & may and not mine & manages:
        return []
    return [
        Block(
            "The present chair agrees to this" + (", or a safeguarding lead who is no head." if may >= SAFEGUARDING else ", or the trust.")
        )
    ]


def just_changed(staff: Staff, on: date) -> list[Block]:
    """No guarded role for an account whose address or second step somebody else has changed in the last days: it may not be theirs."""
    since = clock.instant(on - SETTLES, time.min)
    for event in AuditEvent.objects.filter(object_type="staff", object_id=str(staff.pk), act__in=_OPENS, at__gte=since).exclude(
        by_id=staff.pk
    ):
        if event.act == "people.second_factor.reset" or event.detail.get("email") != event.detail.get("email_before"):
            day = clock.local_day(event.at)
            return [
                Block(
                    f"{event.by_name} changed the sign-in of {staff.name} on {day.day} {day:%B}. Nobody is given such a role within a week "
                    f"of that; where it cannot wait, {ON_THE_SERVER}"
                )
            ]
    return []


def _chair_blocks(mine: frozenset[str], school: School, to: Staff | None, on: date, *, ending: bool, own: bool) -> list[Block]:
    """Who chairs the governors is said by the chair; by the trust alone only where nobody chairs, by the safeguarding team only where
    neither is there. The end of another's chair takes two."""
    manages = roles_for("manage_staff")
    if ending and own:
        return []
    if not ending and to is not None and manages & roles_of(to, school, on):
        return [Block("Whoever leads or manages the school cannot chair its governors.")]
    if mine & manages or not (mine & CHAIR_KEEPERS or (mine & SAFEGUARDING and not _chair_keepers(school, on))):
        return [Block(f"{NOT_THE_HEADS_TO_GIVE} {_who_keeps_the_chair(school, on)}")]
    if ending or (Role.CHAIR_OF_GOVERNORS not in mine and roles_held(school, {Role.CHAIR_OF_GOVERNORS}, on).exists()):
        return [Block(CHAIR_TAKES_TWO)]
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

    Of who is, or will be, chair of governors nobody in the school does: it is done on the server. Of whoever else `is_guarded` nobody does
    it alone.
    """
    blocks = may_set_mobile(by, staff, school, on)
    if isinstance(by, Staff) and by.pk != staff.pk and is_guarded(staff, school, on):
        blocks.append(Block(TAKES_TWO))
    return blocks


def is_guarded(staff: Staff, school: School, on: date) -> bool:
    """Whether an account opens what is kept from others: who has it holds a guarded role, will, did within a month, or one waits."""
    if StaffRole.objects.filter(staff=staff, school=school, role__in=WATCHED).exclude(ends_on__lt=on - GUARDED_ON).exists():
        return True
    since = clock.instant(on - LASTS, time.min)
    waiting = GuardedRequest.objects.filter(school=school, staff=staff, kind=GuardedRequest.Kind.ROLE, decided_at=None, asked_at__gte=since)
    return waiting.exists()


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
