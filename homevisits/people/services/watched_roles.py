"""Whoever reads what is kept from others is told by email who comes, goes or signs in anew among them."""

from collections.abc import Collection
from datetime import datetime

from django.core.mail import send_mail

from homevisits.common import clock
from homevisits.common.actors import Actor

from ..access import roles_held
from ..models import Role, School, Staff
from ..rules import WATCHED


def tell_of_watched_role(*, staff: Staff, school: School, roles: Collection[str], by: Actor, now: datetime) -> int:
    """Tell the chair of governors, all safeguarding leads and the person themself; how many addresses. Nothing for other roles.

    To each apart, so that one address that fails names no other. Who it is stands in the email: whoever was bypassed finds out. Raises
    what the mail server raises. `now`: the school's.
    """
    named = [role.label for role in Role if role in WATCHED & set(roles)]
    if not named:
        return 0
    told = set(roles_held(school, WATCHED, clock.local_day(now)).values_list("staff__email", flat=True)) | {staff.email}
    words = (
        f"{by.name} has changed a role, or the sign-in, of {staff.name} in Home Visits at {school.name}.\n"
        f"It is about: {', '.join(named)}.\n\n"
        "Whoever holds such a role reads what is kept from others. If this is not right, tell the chair of governors at once, or the local "
        "authority.\n"
    )
    for address in sorted(told):
        send_mail("A guarded role in Home Visits was changed", words, None, [address])
    return len(told)
