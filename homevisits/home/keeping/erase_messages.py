"""What is erased of messages to the family, and of what staff were told."""

from homevisits.messaging.models import DeliveryEvent, InboundText, Message, Notice
from homevisits.people.models import Contact
from visits import models as v

from .erasing import GONE, Erasing


def messages(erasing: Erasing, *, delete: bool) -> None:
    """Messages and texts. Figures that stay: that one was sent, when, by which way, and what became of it."""
    pupil = erasing.pupil
    numbers = {number for contact in pupil.contacts.all() for number in contact.numbers}
    shared = Contact.objects.exclude(pupil=pupil).filter(pupil__school=pupil.school_id)
    numbers -= {number for contact in shared.filter(mobile__in=numbers) | shared.filter(landline__in=numbers) for number in contact.numbers}
    mine = erasing.own(Message.objects.filter(about__pupil=pupil).distinct(), "about__pupil")
    ids = list(mine.values_list("pk", flat=True))
    erasing.blank(DeliveryEvent.objects.filter(message__in=ids), detail="", receipt="")
    if delete:
        v.AppointmentMessage.objects.filter(message__in=ids).update(message=None)
        erasing.delete(Message.objects.filter(pk__in=ids))
    else:
        # One row at a time: what makes a message unique holds the address, and gives way to its number.
        for pk in ids:
            erasing.blank(
                Message.objects.filter(pk=pk), to="", subject="", body="", fields={}, error="", document=None, purpose=f"erased:{pk}"
            )
    erasing.delete(InboundText.objects.filter(school=pupil.school_id, number__in=numbers))


def notices(erasing: Erasing, *, delete: bool) -> None:
    """Notices to staff. Figures that stay: that there was one, about what kind of matter, and who took it up."""
    told = list(erasing.own(Notice.objects.filter(pupils=erasing.pupil), "pupils").values_list("pk", flat=True))
    erasing.delete(Notice.pupils.through._default_manager.filter(notice__in=told))
    if delete:
        erasing.delete(Notice.objects.filter(pk__in=told))
    else:
        erasing.blank(Notice.objects.filter(pk__in=told), says=GONE, link="")
