"""What is on file, as plain values for the comparison: five queries however large the school."""

from dataclasses import dataclass, field
from typing import Any

from ..models import Contact, Household, NumberFault, Pupil, PupilFlag, School

PUPIL_COLUMNS = ("first_name", "last_name", "mis_id", "upn", "date_of_birth", "sex", "year_group", "class_name", "sen")
CONTACT_COLUMNS = (
    "title", "name", "relationship", "priority", "parental_responsibility", "restricted", "restriction_note", "mobile", "landline",
    "email", "language", "access_needs", "address", "gone",
)  # fmt: skip
IMPORTED = "Information system"


@dataclass
class HeldContact:
    """A contact on file."""

    id: int
    values: dict[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """Name and relationship, as an import would write them."""
        return str(self.values["name"]).casefold(), str(self.values["relationship"]).casefold()

    def reached_by(self) -> set[str]:
        """Numbers and email."""
        return {self.values[name] for name in ("mobile", "landline", "email") if self.values[name]}


@dataclass
class HeldPupil:
    """A pupil on file, on roll or not."""

    id: int
    household_id: int
    status: str
    values: dict[str, Any]
    contacts: list[HeldContact] = field(default_factory=list)
    # Kind to (id, whether an import set it).
    flags: dict[str, tuple[int, bool]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.values['first_name']} {self.values['last_name']}"

    def links(self) -> set[str]:
        """Surname, numbers and emails: what siblings share."""
        return {str(self.values["last_name"]).casefold()}.union(*(contact.reached_by() for contact in self.contacts))


@dataclass
class HeldHome:
    """A household on file."""

    id: int
    address: str
    postcode: str


@dataclass
class Snapshot:
    """Everything of one school that an import may touch."""

    pupils: dict[int, HeldPupil]
    homes: dict[int, HeldHome]
    # Numbers that were once found wrong or dead: an export that still has them does not bring them back.
    bad_numbers: frozenset[str]


def snapshot(school: School) -> Snapshot:
    """Read the school's pupils, contacts, flags, households and bad numbers."""
    pupils = {
        row["id"]: HeldPupil(row["id"], row["household_id"], row["status"], {name: row[name] for name in PUPIL_COLUMNS})
        for row in Pupil.objects.filter(school=school).order_by("pk").values("id", "household_id", "status", *PUPIL_COLUMNS)
    }
    contacts = Contact.objects.filter(pupil__school=school).order_by("priority", "pk")
    for row in contacts.values("id", "pupil_id", *CONTACT_COLUMNS):
        pupils[row["pupil_id"]].contacts.append(HeldContact(row["id"], {name: row[name] for name in CONTACT_COLUMNS}))
    for pk, pupil_id, kind, source in PupilFlag.objects.filter(pupil__school=school).values_list("id", "pupil_id", "kind", "source"):
        pupils[pupil_id].flags[kind] = (pk, source == IMPORTED)
    homes = {
        pk: HeldHome(pk, address, postcode)
        for pk, address, postcode in Household.objects.filter(school=school).values_list("pk", "address", "postcode")
    }
    bad = frozenset(NumberFault.objects.filter(school=school).values_list("number", flat=True))
    return Snapshot(pupils, homes, bad)
