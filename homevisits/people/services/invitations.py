"""The email that brings somebody to their account: a link that sets the first password."""

from datetime import datetime

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from homevisits.audit import services as audit
from homevisits.common.actors import Actor

from ..models import School, Staff


def invite(*, staff: Staff, school: School, by: Actor, now: datetime) -> None:
    """Send the invitation, again if need be: the link works until a password is set, three days at most.

    Whoever has a password already gets a link to sign in. The link goes to the person's own address and to nobody else. Raises what
    the mail server raises: nothing is half done, it can be sent again.
    """
    with transaction.atomic():
        audit.record("people.staff.invited", by=by, now=now, school_id=school.pk, object_type="staff", object_id=staff.pk)
    link = settings.BASE_URL + (reverse(settings.LOGIN_URL) if staff.has_usable_password() else _first_password(staff))
    words = {"staff": staff, "school": school, "link": link, "new": not staff.has_usable_password()}
    send_mail(f"Your account at {school.name}", render_to_string("people/invitation.txt", words), None, [staff.email])


def tell_of_new_address(*, staff: Staff, before: str) -> None:
    """Tell both addresses that the one to sign in with was changed: the person it was not meant for finds out."""
    words = (
        f"The email address of {staff.name} in Home Visits is now {staff.email}.\n\n"
        "If this is not right, tell your school’s office at once.\n"
    )
    for address in {before, staff.email}:
        send_mail("Your sign-in address was changed", words, None, [address])


def _first_password(staff: Staff) -> str:
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(staff)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(staff), "key": token})
