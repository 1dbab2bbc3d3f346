"""A second factor that was lost is taken away by somebody in charge, so that its owner can set up a new one."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.core.mail import send_mail
from django.db import transaction

from homevisits.audit import services as audit
from homevisits.common import clock
from homevisits.common.actors import Actor
from homevisits.common.errors import refuse_if

from ..access import roles_held
from ..matrix import roles_for
from ..models import School, Staff
from ..rules import may_reset_second_factor
from .sessions import end_sessions


def reset_second_factor(*, staff: Staff, school: School, by: Actor, now: datetime) -> None:
    """Take away every second factor of a person and end their sessions; at their next sign-in they set up a new one.

    Raises Blocked for one's own, and for an account that is used outside the school. Twice is the same as once. `now`: the school's.
    """
    with transaction.atomic():
        refuse_if(may_reset_second_factor(by, staff, school, clock.local_day(now)))
        _reset(staff, school, by, now)


def reset_after_agreement(*, staff: Staff, school: School, by: Staff, now: datetime) -> None:
    """The same where one person asked for it and `by` has agreed: `services.guarded` has seen to both."""
    with transaction.atomic():
        _reset(staff, school, by, now)


def reset_from_outside(*, staff: Staff, by: Actor, now: datetime) -> None:
    """The same by whoever runs the installation."""
    with transaction.atomic():
        _reset(staff, None, by, now)


def _reset(staff: Staff, school: School | None, by: Actor, now: datetime) -> None:
    Authenticator.objects.filter(user=staff).delete()
    school_id = school.pk if school else None
    audit.record("people.second_factor.reset", by=by, now=now, school_id=school_id, object_type="staff", object_id=staff.pk)
    end_sessions(staff=staff, by=by, now=now, school=school)


def tell_of_reset(*, staff: Staff, school: School, by: Staff, now: datetime) -> None:
    """Tell the person, and everybody else in charge: whoever was talked into it finds out. No name, and nothing to click."""
    send_mail(
        "Your second step at sign-in was reset",
        f"{by.name} at {school.name} has reset the second step of your sign-in to Home Visits. At the next one you set up a new step.\n\n"
        "If you did not ask for this, tell your headteacher at once: somebody may be trying to sign in as you.\n",
        None,
        [staff.email],
    )
    in_charge = roles_held(school, roles_for("reset_second_factor"), clock.local_day(now)).exclude(staff__in=[staff, by])
    for address in sorted(set(in_charge.values_list("staff__email", flat=True))):
        send_mail(
            "A second step at sign-in was reset",
            f"The second step of a sign-in at {school.name} was reset. Whose and by whom stands under “Who did what”.\n",
            None,
            [address],
        )
