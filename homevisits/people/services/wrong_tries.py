"""A person learns that somebody tries passwords at their account: by email soon, and in the product at the next sign-in."""

from datetime import datetime, timedelta

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, Q

from homevisits.audit import services as audit
from homevisits.common.actors import Actor

from ..models import Staff

MANY = 5
AGAIN = timedelta(days=1)  # an email a day at most, however long it goes on


def note_wrong_try(*, address: str) -> None:
    """One more wrong password at the account of this email address, if it is one's. Whoever calls it audits the failed sign-in."""
    Staff.objects.filter(email__iexact=address).update(wrong_tries=F("wrong_tries") + 1)


def tries_until_now(*, staff: Staff) -> int:
    """How many wrong passwords came since the person last signed in; counted anew from here on."""
    tries = Staff.objects.filter(pk=staff.pk).values_list("wrong_tries", flat=True).get()
    if tries:
        Staff.objects.filter(pk=staff.pk).update(wrong_tries=0)
    return tries


def tell_of_wrong_tries(*, by: Actor, now: datetime) -> int:
    """Tell by email whoever had many wrong tries; how many people. Not within the sign-in: how long that takes tells nobody who exists.

    Raises what the mail server raises: who was not told is told the next time.
    """
    waiting = Staff.objects.filter(Q(tries_told_at=None) | Q(tries_told_at__lt=now - AGAIN), wrong_tries__gte=MANY, is_active=True)
    told = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        told += _tell(pk, by, now)
    return told


def _tell(pk: int, by: Actor, now: datetime) -> bool:
    with transaction.atomic():
        staff = Staff.objects.select_for_update().filter(pk=pk, wrong_tries__gte=MANY).first()
        if staff is None:
            return False
        staff.tries_told_at = now
        staff.save(update_fields=["tries_told_at"])
        audit.record("people.wrong_tries_told", by=by, now=now, object_type="staff", object_id=pk, detail={"tries": staff.wrong_tries})
        send_mail(
            "Wrong passwords at your account",
            "Somebody has tried several passwords for your account in Home Visits, and none was right.\n\n"
            "If it was you: you can sign in on any computer or tablet where you have signed in before, or by a passkey, at once; elsewhere "
            "after five minutes.\n"
            "If it was not you: nobody got in by it, and your own password need not be changed. Tell your school’s office if it goes on.\n",
            None,
            [staff.email],
        )
    return True
