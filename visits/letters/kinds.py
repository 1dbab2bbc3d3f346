"""The letters that a visit can ask for, and the ways that each can go."""

from dataclasses import dataclass

from homevisits.documents.models import DocumentWay

Way = DocumentWay.Way
PROTOCOL, DOOR_LETTER, CARD, PARENT_COPY = "protocol_letter", "letter_through_door", "calling_card", "parent_copy"
REMINDER, APPOINTMENT, WITHDRAWN = "reminder_letter", "appointment", "appointment_withdrawn"
BY_HAND = (Way.DOOR, Way.HANDED_OVER)
BY_POST = (Way.HANDED_OVER, Way.DOOR, Way.POSTED, Way.EMAILED, Way.NOTIFY)


@dataclass(frozen=True)
class Kind:
    """One letter: its words, its template, and how it can go, the likeliest way first. `card`: A6, with nobody's name on it."""

    code: str
    words: str
    template: str
    ways: tuple[Way, ...] = BY_POST
    card: bool = False


KINDS = {
    kind.code: kind
    for kind in (
        Kind(APPOINTMENT, "Appointment letter", "letters/appointment.html"),
        Kind(WITHDRAWN, "Letter that the appointment is withdrawn", "letters/appointment_withdrawn.html"),
        Kind(PROTOCOL, "Protocol letter", "letters/protocol_letter.html"),
        Kind(DOOR_LETTER, "Letter through the door", "letters/letter_through_door.html", (Way.DOOR, Way.HANDED_OVER, Way.POSTED)),
        Kind(CARD, "Calling card", "letters/calling_card.html", BY_HAND, card=True),
        Kind(PARENT_COPY, "Parents’ copy of the visit form", "letters/parent_copy.html"),
        Kind(REMINDER, "Reminder letter", "letters/reminder_letter.html"),
    )
}


def words_of(code: str) -> str:
    """A letter as people call it; what the product does not know, by its code."""
    return KINDS[code].words if code in KINDS else code.replace("_", " ").capitalize()


def usual_way(code: str) -> Way:
    """How it goes where nobody says: what is left at a home through the door, the rest by post."""
    return Way.DOOR if code in (DOOR_LETTER, CARD) else Way.POSTED
