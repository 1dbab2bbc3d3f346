"""Whoever reads what is kept from others is told by email who comes, goes or signs in anew among them."""

from collections.abc import Collection
from datetime import datetime

from django.core.mail import send_mail

from homevisits.common import clock
from homevisits.common.actors import Actor

from ..access import roles_held
from ..matrix import HEADS
from ..models import GuardedRequest, Role, School, Staff
from ..rules import WATCHED

# A head reads what is written about staff: who becomes one is told as well, also to the other heads.
TOLD_OF = WATCHED | HEADS


def tell_of_watched_role(
    *, staff: Staff, school: School, roles: Collection[str], by: Actor, now: datetime, asked_by: Staff | None = None
) -> int:
    """Tell the chair of governors, all safeguarding leads and the person themself, of a head the heads too; how many addresses. Nothing for
    other roles.

    To each apart, so that one address that fails names no other. Who it is stands in the email: whoever was bypassed finds out. Raises
    what the mail server raises. `now`: the school's.
    """
    named = [role.label for role in Role if role in TOLD_OF & set(roles)]
    if not named:
        return 0
    hear = TOLD_OF if HEADS & set(roles) else WATCHED
    told = set(roles_held(school, hear, clock.local_day(now)).values_list("staff__email", flat=True)) | {staff.email}
    asked = f", as {asked_by.name} had asked" if asked_by else ""
    words = (
        f"{by.name} has changed a role, or the sign-in, of {staff.name} in Home Visits at {school.name}{asked}.\n"
        f"It is about: {', '.join(named)}.\n\n"
        "Whoever holds such a role reads what is kept from others. If this is not right, tell the chair of governors at once, or the local "
        "authority.\n"
    )
    for address in sorted(told):
        send_mail("A guarded role in Home Visits was changed", words, None, [address])
    return len(told)


def tell_of_new_name(*, staff: Staff, school: School, before: str, by: Actor, now: datetime) -> int:
    """Tell the person, the chair and all safeguarding leads that a name was corrected, for it stands in what is written; how many."""
    told = set(roles_held(school, WATCHED, clock.local_day(now)).values_list("staff__email", flat=True)) | {staff.email}
    words = (
        f"{by.name} has corrected the name of {before} in Home Visits at {school.name}: it is {staff.name} now.\n\n"
        "What was written before keeps the earlier name. If this is not right, tell the chair of governors or a lead at once.\n"
    )
    for address in sorted(told):
        send_mail("A name in Home Visits was corrected", words, None, [address])
    return len(told)


def tell_of_signing_out(*, staff: Staff, school: School, reason: str, by: Actor) -> None:
    """Tell whoever holds a guarded role that somebody else signed them out, who and why."""
    words = (
        f"{by.name} has signed you out of Home Visits everywhere, at {school.name}.\nThe reason: {reason}\n\n"
        "You sign in again as always. If this is not right, tell the chair of governors at once, or the local authority.\n"
    )
    send_mail("You were signed out of Home Visits", words, None, [staff.email])


def tell_of_request(*, request: GuardedRequest, now: datetime) -> int:
    """Tell all who hold such a role, the trust's administrators and the person, that one asked and another has to agree; how many."""
    school = request.school
    named = WATCHED | {Role.TRUST_ADMIN}
    told = set(roles_held(school, named, clock.local_day(now)).exclude(staff=request.asked_by).values_list("staff__email", flat=True))
    words = (
        f"{request.asked_by.name} at {school.name} asks for something about {request.staff.name} in Home Visits that takes two people: "
        f"{request_words(request)}.\n"
        f"{request.staff.name} signs in with {request.signs_in_with}.\n\n"
        "It is done when somebody else agrees, under Safeguarding, “Chair and leads”. Make sure first that it is right: see them, or ring "
        "the number that the school has.\n"
    )
    told |= {request.staff.email} - {request.asked_by.email}
    for address in sorted(told):
        send_mail("Somebody has to agree in Home Visits", words, None, [address])
    return len(told)


def request_words(request: GuardedRequest) -> str:
    """What is asked for, in a few words."""
    if request.kind == GuardedRequest.Kind.ROLE:
        until = f" until {request.ends_on.day} {request.ends_on:%B %Y}" if request.ends_on else ""
        return f"the role {request.get_role_display()}{until}"
    if request.kind == GuardedRequest.Kind.RESET:
        return "a new second step at sign-in, because theirs is lost"
    if request.kind == GuardedRequest.Kind.END:
        return f"the end of the role {request.get_role_display()}, {_last_day(request)}"
    return f"to sign in with {request.email}"


def _last_day(request: GuardedRequest) -> str:
    """When the role is to end: one that was to end before it is agreed to ends at once."""
    day = request.ends_on
    if day is None or day < clock.local_day(request.asked_at):
        return "at once"
    return f"last day {day.day} {day:%B %Y}"
