"""The address by which a family answers without an account: signed, so that it can be neither guessed nor changed into another's."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

# A dot, since people's phones take a colon for the end of an address.
_SIGNER = Signer(salt="visits.appointment", sep=".")


def link_of(appointment_id: int, contact_id: int | None) -> str:
    """The whole address for one appointment and the contact it goes to (None: on paper, for the family)."""
    return str(settings.BASE_URL) + reverse("appointment_answer", args=[sign(appointment_id, contact_id)])


def sign(appointment_id: int, contact_id: int | None) -> str:
    """What stands in the address."""
    return _SIGNER.sign(f"{appointment_id}-{contact_id or 0}")


def read(link: str) -> tuple[int, int | None] | None:
    """The numbers of the appointment and of the contact; None for anything that we did not sign."""
    try:
        appointment, _, contact = _SIGNER.unsign(link).partition("-")
        return int(appointment), int(contact) or None
    except (BadSignature, ValueError):
        return None
