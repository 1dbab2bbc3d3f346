"""What is sent with the token of a form: the same words once, other words are never lost.

A form that is opened again by Back, or whose answer never came, carries the token of the first sending. Other words under it are
something new; taking them for the first sending would drop them and say that they arrived.
"""

from uuid import UUID, uuid5

from homevisits.people.models import Staff


def key_of(token: UUID, by: Staff, *words: object) -> UUID:
    """The number under which what was sent is kept: the same for the same words of the same person under the same token, only then.

    It tells nothing of the words. To be called inside the transaction of the keeping: two sendings of one person wait for each other.
    """
    Staff.objects.select_for_update(no_key=True).filter(pk=by.pk).values_list("pk").first()
    return uuid5(token, repr((by.pk, words)))
