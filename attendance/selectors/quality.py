"""Contact quality: whose contacts would let the school down on the morning when it matters (domain.md, Safeguarding)."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from homevisits.common.phone import shown
from homevisits.people.models import Contact, NumberFault, Pupil, School


@dataclass(frozen=True)
class Weak:
    """A pupil whose contacts have a weakness, with what it is in words."""

    pupil: Pupil
    kind: str
    detail: str


# The gravest first. Warn, never block: more than one contact is "where reasonably possible".
KINDS = {
    "none": ("Nobody can be rung", "No contact with a number, or only restricted ones"),
    "dead": ("Dead or wrong numbers", "Found by a call; no text goes to them until they are corrected"),
    "one": ("One contact only", "If that one does not answer, a home visit is the next step"),
    "one_number": ("All contacts on one number", "Several names, one telephone"),
    "one_address": ("All contacts at one address", "If something has happened there, nobody else is known"),
}


def weaknesses(school: School) -> dict[str, list[Weak]]:
    """The pupils on roll with weak contacts, by kind; a pupil stands under each kind that is true of them. Three queries."""
    pupils = list(Pupil.objects.filter(school=school, status=Pupil.Status.ON_ROLL).order_by("class_name", "last_name", "first_name"))
    contacts: dict[int, list[Contact]] = defaultdict(list)
    for contact in Contact.objects.filter(pupil__school=school, gone=False).order_by("priority", "pk"):
        contacts[contact.pupil_id].append(contact)
    faults = dict(NumberFault.objects.filter(school=school, cleared_at=None).values_list("number", "kind"))
    found: dict[str, list[Weak]] = {kind: [] for kind in KINDS}
    for pupil in pupils:
        usable = [contact for contact in contacts[pupil.pk] if not contact.restricted]
        for kind, look in _LOOKS.items():
            detail = look(usable, faults)
            if detail:
                found[kind].append(Weak(pupil, kind, detail))
    return found


Look = Callable[[Sequence[Contact], dict[str, str]], str]


def _none(usable: Sequence[Contact], faults: dict[str, str]) -> str:
    if any(number not in faults for contact in usable for number in contact.numbers):
        return ""
    return "Every number is dead or wrong" if any(contact.numbers for contact in usable) else "No number at all"


def _dead(usable: Sequence[Contact], faults: dict[str, str]) -> str:
    bad = [f"{contact}: {shown(number)}" for contact in usable for number in contact.numbers if number in faults]
    return "; ".join(bad)


def _one(usable: Sequence[Contact], faults: dict[str, str]) -> str:
    people = {str(contact) for contact in usable if contact.numbers}
    return f"Only {next(iter(people))}" if len(people) == 1 else ""


def _one_number(usable: Sequence[Contact], faults: dict[str, str]) -> str:
    numbers = {number for contact in usable for number in contact.numbers}
    people = {str(contact) for contact in usable if contact.numbers}
    return f"{len(people)} people, {shown(next(iter(numbers)))}" if len(people) > 1 and len(numbers) == 1 else ""


def _one_address(usable: Sequence[Contact], faults: dict[str, str]) -> str:
    people = [contact for contact in usable if contact.numbers]
    if len({str(contact) for contact in people}) < 2:
        return ""
    addresses = {" ".join(contact.address.split()).casefold() for contact in people}
    return f"{len(people)} people at one address" if len(addresses) == 1 else ""


_LOOKS: dict[str, Look] = {"none": _none, "dead": _dead, "one": _one, "one_number": _one_number, "one_address": _one_address}
