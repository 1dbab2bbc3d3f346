"""A pupil's contacts: what the file says against what is on file.

Numbers, restrictions and flags are never taken away in silence (the import's chief duty): those become ticks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from homevisits.common import phone

from .contact_records import ContactRecord
from .homes import is_fuller, same_address
from .matching import match_contacts
from .snapshot import HeldContact

_PLAIN = ("title", "name", "relationship", "priority", "parental_responsibility", "email", "language", "access_needs")


@dataclass(frozen=True)
class Tick:
    """A change that waits for a person: its key, the sentence, and what the tick will do."""

    key: str
    says: str
    does: str


@dataclass
class ContactPlan:
    """One contact: `values` are a new one's whole columns, `fields` the old and new value of one on file."""

    held: HeldContact | None
    values: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    # Columns that change when the tick of this key is given.
    on_tick: dict[str, dict[str, Any]] = field(default_factory=dict)
    ticks: list[Tick] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """Whether it changes something without a tick."""
        return self.held is None or bool(self.fields)

    @property
    def name(self) -> str:
        """The contact's name."""
        return str(self.values.get("name") or (self.held.values["name"] if self.held else ""))


def plan_contacts(
    pupil: str, records: Sequence[ContactRecord], held: Sequence[HeldContact], *, home: tuple[str, str], bad: frozenset[str]
) -> list[ContactPlan]:
    """Compare a pupil's contacts. `home` is the household's address and postcode, `bad` the numbers once found wrong or dead."""
    matched = match_contacts(records, held)
    plans = []
    for place, record in enumerate(records):
        contact = matched.get(place)
        plans.append(_new(record, home) if contact is None else _known(pupil, record, contact, home, bad))
    there = {contact.id for contact in matched.values()}
    plans += [
        ContactPlan(contact, fields={"gone": (False, True)}) for contact in held if contact.id not in there and not contact.values["gone"]
    ]
    return plans


def _new(record: ContactRecord, home: tuple[str, str]) -> ContactPlan:
    values = {name: value for name, value in record.values.items() if name != "priority if new"}
    values.setdefault("priority", record.values.get("priority if new", 1))
    values["address"] = _own_address(record, home)
    return ContactPlan(None, values=values)


def _own_address(record: ContactRecord, home: tuple[str, str]) -> str:
    """The contact's address where it differs from the household's, else empty."""
    address, postcode = home
    if not record.address or (same_address(record.address, address) and record.postcode in ("", postcode)):
        return ""
    return f"{record.address}\n{record.postcode}" if record.postcode not in ("", postcode) else record.address


def _known(pupil: str, record: ContactRecord, contact: HeldContact, home: tuple[str, str], bad: frozenset[str]) -> ContactPlan:
    """Somebody on file: what is said differently. A gone contact who is back is used again."""
    plan, have = ContactPlan(contact), contact.values
    wanted = {name: record.values[name] for name in _PLAIN if name in record.values}
    if have["gone"]:
        wanted["gone"] = False
    if record.address:
        own = _own_address(record, home)
        if not (own and same_address(own, have["address"]) and not is_fuller(own, have["address"])):
            wanted["address"] = own
    plan.fields = {name: (have[name], value) for name, value in wanted.items() if have[name] != value}
    _restriction(plan, pupil, record, have)
    _numbers(plan, pupil, record, have, bad)
    return plan


def _restriction(plan: ContactPlan, pupil: str, record: ContactRecord, have: dict[str, Any]) -> None:
    """To restrict is done at once; to lift a restriction waits for a tick."""
    said = record.values.get("restricted")
    if said and not have["restricted"]:
        plan.fields["restricted"] = (False, True)
        plan.fields["restriction_note"] = (have["restriction_note"], record.values.get("restriction_note", ""))
    elif said is False and have["restricted"]:
        assert plan.held is not None
        key = f"restricted:{plan.held.id}"
        says = f"{have['name']} ({pupil}): restricted here, and the file says that there is no court order."
        plan.ticks.append(Tick(key, says, "Lift the restriction: they may be texted and called"))
        plan.on_tick[key] = {"restricted": False, "restriction_note": ""}


def _numbers(plan: ContactPlan, pupil: str, record: ContactRecord, have: dict[str, Any], bad: frozenset[str]) -> None:
    """A number that was found wrong and put right here is not brought back; one that would go waits for a tick."""
    assert plan.held is not None
    for column, words in (("mobile", "mobile"), ("landline", "other number")):
        if column not in record.values or record.values[column] == have[column]:
            continue
        said, old = record.values[column], have[column]
        if said in bad and old:
            plan.notes.append(
                f"{have['name']} ({pupil}): the file still has {phone.shown(said)}, which was found wrong here. "
                "Correct it in the information system."
            )
        elif said:
            plan.fields[column] = (old, said)
        elif old not in (record.values.get("mobile"), record.values.get("landline")):
            key = f"{column}:{plan.held.id}"
            plan.ticks.append(Tick(key, f"{have['name']} ({pupil}): the file has no {words} any more.", f"Take {phone.shown(old)} away"))
            plan.on_tick[key] = {column: ""}
        else:
            plan.fields[column] = (old, "")
