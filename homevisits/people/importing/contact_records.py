"""The cells of one contact to a record: numbers as E.164, the kind of number told by the number itself, restrictions read with care."""

from dataclasses import dataclass, field
from typing import Any

from homevisits.common import phone

from . import values

Source = dict[str, str]
_EMAIL_LONGEST = 254


@dataclass
class ContactRecord:
    """A contact as the file has it: `values` by the fields of Contact, only those that were said."""

    values: dict[str, Any] = field(default_factory=dict)
    address: str = ""
    postcode: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Name and relationship, as two files would both write them."""
        return str(self.values.get("name", "")).casefold(), str(self.values.get("relationship", "")).casefold()


def read_contact(cells: Source, *, place: int) -> tuple[ContactRecord | None, list[str]]:
    """The contact, None when the cells name nobody, and what could not be read of it.

    A part that cannot be read is left out and the rest is loaded: a contact who must not be reached may not be lost by a bad number.
    `place` is the priority where the file says none.
    """
    title, name = _name(cells)
    if not name:
        return (None, []) if not any(cells.values()) else (None, ["The contact has no name."])
    record = ContactRecord({"name": name[:160]})
    problems: list[str] = []
    if "title" in cells or title:
        record.values["title"] = (cells.get("title") or title)[:20]
    if said := cells.get("relationship"):
        record.values["relationship"] = values.squeezed(said)[:60]
    _priority(record, cells, place, problems)
    if (yes := values.yes_no(cells.get("parental_responsibility", ""))) is not None:
        record.values["parental_responsibility"] = yes
    _restriction(record, cells)
    _numbers(record, cells, name, problems)
    _email(record, cells, name, problems)
    if said := cells.get("language"):
        record.values["language"] = values.language(said)
    record.address = "\n".join(values.squeezed(part) for part in cells.get("address", "").splitlines() if part.strip(" ,"))
    try:
        record.postcode = values.postcode(cells["postcode"]) if cells.get("postcode") else ""
    except ValueError as error:
        problems.append(f"{error} {name} was loaded without it.")
    return record, problems


def _name(cells: Source) -> tuple[str, str]:
    """Title and name, from one column or two."""
    whole = " ".join(part for part in (cells.get("first_name", ""), cells.get("last_name", "")) if part) or cells.get("name", "")
    return values.title_and_name(whole)


def _priority(record: ContactRecord, cells: Source, place: int, problems: list[str]) -> None:
    said = cells.get("priority", "")
    if said.isdigit() and 1 <= int(said) <= 99:
        record.values["priority"] = int(said)
    elif said:
        problems.append(f"“{said}” is not a priority from 1 on; {record.values['name']} was loaded as contact {place}.")
        record.values["priority"] = place
    elif "priority" not in cells:
        record.values["priority if new"] = place


def _restriction(record: ContactRecord, cells: Source) -> None:
    """A yes, or any words that are not a plain no, restrict: to contact somebody by mistake is worse than to leave them out.

    Free notes restrict when they forbid contact, and are access needs otherwise; an empty one says nothing.
    """
    said, note = cells.get("restricted", ""), cells.get("notes", "")
    if said:
        yes = values.yes_no(said)
        record.values["restricted"] = yes is not False
        if yes is not False:
            record.values["restriction_note"] = "Court order" if yes else values.squeezed(said)[:200]
    if note and values.forbids_contact(note):
        record.values["restricted"] = True
        record.values["restriction_note"] = values.squeezed(note)[:200]
    elif note and values.yes_no(note) is not False:
        record.values["access_needs"] = values.squeezed(note)[:200]
    if needs := cells.get("access_needs"):
        record.values["access_needs"] = values.squeezed(needs)[:200]


def _numbers(record: ContactRecord, cells: Source, name: str, problems: list[str]) -> None:
    """Numbers go where they belong: one that a text reaches is a mobile, whatever the column is called.

    An empty cell of a column for mobiles or landlines says that there is none; `phone`, of any kind, never says that.
    """
    read: dict[str, str] = {}
    for column in ("mobile", "landline", "phone"):
        if said := cells.get(column):
            try:
                read[column] = values.telephone(said)
            except ValueError as error:
                problems.append(f"{error} {name} was loaded without it.")
    numbers = [number for number in dict.fromkeys(read.values()) if number]
    mobiles = [number for number in numbers if phone.takes_texts(number)]
    others = [number for number in numbers if number not in mobiles]
    landline = others[0] if others else mobiles[1] if len(mobiles) > 1 else ""
    for column, number in (("mobile", mobiles[0] if mobiles else ""), ("landline", landline)):
        unreadable = bool(cells.get(column)) and column not in read
        if number or (column in cells and not unreadable):
            record.values[column] = number
    for number in [*others[1:], *mobiles[2 - bool(others) :]]:
        problems.append(f"{name} has more numbers than there is room for: {phone.shown(number)} was left out.")


def _email(record: ContactRecord, cells: Source, name: str, problems: list[str]) -> None:
    said = cells.get("email")
    if said is None:
        return
    before, _, after = said.strip().partition("@")
    if said and (not before or "." not in after or " " in said.strip() or len(said) > _EMAIL_LONGEST):
        problems.append(f"“{said}” is not an email address. {name} was loaded without it.")
    else:
        record.values["email"] = said.strip()
