"""Finding pupils, and what is shown of one."""

import unicodedata
from collections.abc import Collection, Sequence

from django.db.models import Prefetch, QuerySet

from ..models import Contact, Household, NumberFault, Pupil, School

# Whoever is only proposed as a leaver is still a child of the school until a person has said otherwise.
HERE = (Pupil.Status.ON_ROLL, Pupil.Status.LEAVER_PROPOSED)
_FEWEST_LETTERS = 2


def on_roll(school: School) -> QuerySet[Pupil]:
    """The school's pupils, with those who are proposed as leavers."""
    return Pupil.objects.filter(school=school, status__in=HERE)


def pupil_of(school: School, pk: int) -> Pupil | None:
    """One pupil of the school, on roll or not, with the household; None when another school's."""
    return Pupil.objects.filter(school=school, pk=pk).select_related("household").first()


def household_of(school: School, pk: int) -> Household | None:
    """One household of the school, with its pupils; None when another school's."""
    return Household.objects.filter(school=school, pk=pk).prefetch_related("pupils").first()


def pupils_listed(school: School, *, class_name: str = "", status: str = "") -> QuerySet[Pupil]:
    """The list by class and name, with flags; `status` else than empty shows leavers or those who have left."""
    found = Pupil.objects.filter(school=school, status=status) if status else on_roll(school)
    if class_name:
        found = found.filter(class_name=class_name)
    return found.select_related("household").prefetch_related("flags").order_by("class_name", "last_name", "first_name", "pk")


def search_pupils(school: School, text: str, limit: int = 12) -> list[Pupil]:
    """Pupils whose names begin with the words of `text`, the best first, in two queries; nothing for fewer than two letters.

    First names that begin with it come before surnames, then later parts of a double name. Accents and apostrophes do not matter.
    """
    words = folded(text).split()
    if len("".join(words)) < _FEWEST_LETTERS:
        return []
    ranked = []
    for pk, first, last, group in on_roll(school).values_list("pk", "first_name", "last_name", "class_name"):
        rank = _rank(words, folded(first).split(), folded(last).split())
        if rank is not None:
            ranked.append((rank, folded(first), folded(last), group, pk))
    ids = [row[-1] for row in sorted(ranked)[:limit]]
    found = Pupil.objects.filter(school=school).select_related("household").in_bulk(ids)
    return [found[pk] for pk in ids]


def pupils_called(school: School, text: str, limit: int) -> list[Pupil]:
    """Every pupil with names that begin with the words of `text`, those who have left too, by name; nothing without a letter."""
    words = folded(text).split()
    names = Pupil.objects.filter(school=school).order_by("last_name", "first_name").values_list("pk", "first_name", "last_name")
    ids = [pk for pk, first, last in names if words and _rank(words, folded(first).split(), folded(last).split()) is not None][:limit]
    found = Pupil.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def _rank(words: Sequence[str], first: Sequence[str], last: Sequence[str]) -> int | None:
    """How well a name answers: the sum over the words of where each was found; None when one was not."""
    places = [name[:1] for name in (first, last)] + [[*first[1:], *last[1:]], ["".join(first)], ["".join(last)]]
    total = 0
    for word in words:
        place = next((place for place, names in enumerate(places) if any(name.startswith(word) for name in names)), None)
        if place is None:
            return None
        total += place
    return total


def folded(text: str) -> str:
    """Lower case without accents; hyphens part words and apostrophes vanish: `O’Brien-Núñez` is `obrien nunez`."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(" " if char == "-" else char for char in plain if char.isalnum() or char in " -")


def siblings_of(pupil: Pupil) -> list[Pupil]:
    """The other pupils of the household who are here, by age."""
    return list(on_roll(pupil.school).filter(household=pupil.household_id).exclude(pk=pupil.pk).order_by("date_of_birth", "pk"))


def contacts_of(pupil: Pupil) -> list[Contact]:
    """The pupil's contacts in the order in which they are rung, those in use first; `lines` has their numbers, each
    with its open fault or None."""
    contacts = list(Contact.objects.filter(pupil=pupil).order_by("gone", "priority", "pk"))
    bad = faults_of(pupil.school, [number for contact in contacts for number in contact.numbers])
    for contact in contacts:
        contact.lines = [(number, bad.get(number)) for number in contact.numbers]  # type: ignore[attr-defined]
    return contacts


def faults_of(school: School, numbers: Collection[str]) -> dict[str, NumberFault]:
    """The open faults of these numbers, by number."""
    rows = NumberFault.objects.filter(school=school, number__in=numbers, cleared_at__isnull=True)
    return {fault.number: fault for fault in rows.select_related("found_by")}


def fault_of(school: School, pk: int) -> NumberFault | None:
    """A number's fault, open or done with; None when another school's."""
    return NumberFault.objects.filter(school=school, pk=pk).first()


def contact_of(school: School, pk: int) -> Contact | None:
    """One contact of a pupil of the school; None when another school's."""
    return Contact.objects.filter(pupil__school=school, pk=pk).select_related("pupil__school", "pupil__household").first()


def same_person(contact: Contact) -> list[Contact]:
    """The rows in which this person stands for the pupils of the household: the same name, and the same numbers or relationship."""
    rows = Contact.objects.filter(pupil__school=contact.pupil.school_id, pupil__household=contact.pupil.household_id)
    mine = set(contact.numbers)
    return [
        row
        for row in rows.order_by("pk")
        if row.pk == contact.pk
        or (row.name.casefold() == contact.name.casefold() and (mine & set(row.numbers) or row.relationship == contact.relationship))
    ]


def classes_of(school: School) -> list[str]:
    """The names of the classes that have pupils."""
    return list(on_roll(school).exclude(class_name="").order_by("class_name").values_list("class_name", flat=True).distinct())


def proposed_leavers(school: School) -> QuerySet[Pupil]:
    """Pupils who were missing from the last export, for a person to decide."""
    return Pupil.objects.filter(school=school, status=Pupil.Status.LEAVER_PROPOSED).order_by("class_name", "last_name", "first_name")


def with_contacts(pupils: QuerySet[Pupil]) -> QuerySet[Pupil]:
    """The same pupils with their contacts in calling order."""
    return pupils.prefetch_related(Prefetch("contacts", Contact.objects.filter(gone=False).order_by("priority", "pk")))
