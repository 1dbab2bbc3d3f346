"""Whom a letter may reach, and when it may be made and said to have gone."""

from homevisits.common.errors import Block
from homevisits.people.models import Contact

from ..models import VisitLetter


def addressee_blocks(letter: VisitLetter, contact: Contact) -> list[Block]:
    """Why a letter is not emailed to this contact: it shows somebody else's name, and where they live.

    A person who is a contact of several children is one person. What is addressed to the home goes to those who live there.
    """
    to = letter.contact
    if to is None:
        if not contact.address.strip() or contact.address.split() == letter.visit.household.address.split():
            return []
        return [Block(f"The letter is addressed to the home, and {contact} has another address: it is not emailed to {contact}.")]
    if contact.pk == to.pk or (contact.name, contact.mobile, contact.email) == (to.name, to.mobile, to.email):
        return []
    return [Block(f"The letter is addressed to {to} and shows where {to} lives: it is emailed to nobody else.")]
