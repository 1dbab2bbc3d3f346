"""Which pupil on file a record is: by UPN, then by the number in the information system, then by name and date of birth."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from .contact_records import ContactRecord
from .records import PupilRecord
from .snapshot import HeldContact, HeldPupil


def match(records: Sequence[PupilRecord], pupils: Iterable[HeldPupil]) -> dict[int, HeldPupil]:
    """The pupil on file for each record, by the record's place in the list; records without one are new.

    Each pupil is matched once, by the surest sign: all UPNs first, then all numbers, then names with birthdays.
    """
    held = list(pupils)
    found: dict[int, HeldPupil] = {}
    taken: set[int] = set()
    for look in (_by_upn, _by_mis_id, _by_name):
        index = defaultdict(list)
        for pupil in held:
            if (key := look(pupil.values)) is not None:
                index[key].append(pupil)
        for place, record in enumerate(records):
            if place in found or (key := look(record.values)) is None:
                continue
            free = [pupil for pupil in index[key] if pupil.id not in taken]
            if look is _by_mis_id and record.known:
                free = [pupil for pupil in free if _could_be(record, pupil)]
            if len(free) == 1:
                found[place] = free[0]
                taken.add(free[0].id)
    return found


def _by_upn(values: dict[str, object]) -> object | None:
    return values.get("upn") or None


def _by_mis_id(values: dict[str, object]) -> object | None:
    return values.get("mis_id") or None


def _by_name(values: dict[str, object]) -> object | None:
    first, last, born = (values.get(name) for name in ("first_name", "last_name", "date_of_birth"))
    return (str(first).casefold(), str(last).casefold(), born) if first and last and born else None


def _could_be(record: PupilRecord, pupil: HeldPupil) -> bool:
    """A number alone proves little: a school that changes its system numbers its pupils anew. Birthday or a name must agree too."""
    said, have = record.values, pupil.values
    if said.get("date_of_birth") and have["date_of_birth"]:
        return bool(said["date_of_birth"] == have["date_of_birth"]) or _same(said, have, "first_name", "last_name")
    return _same(said, have, "first_name") or _same(said, have, "last_name")


def _same(said: dict[str, object], have: dict[str, object], *names: str) -> bool:
    return all(str(said.get(name, "")).casefold() == str(have[name]).casefold() for name in names)


def match_contacts(records: Sequence[ContactRecord], held: Sequence[HeldContact]) -> dict[int, HeldContact]:
    """The contact on file for each of a pupil's contact records, by place.

    By name and relationship, then by name, then by a shared number with the same relationship (a changed name). A restricted contact is
    recognised by the number alone, so that no import brings them back under another name.
    """
    found: dict[int, HeldContact] = {}
    left = sorted(held, key=lambda contact: bool(contact.values["gone"]))
    for alike in (_same_key, _same_name, _same_reach):
        for place, record in enumerate(records):
            if place in found:
                continue
            twin = next((contact for contact in left if alike(record, contact)), None)
            if twin is not None:
                found[place] = twin
                left.remove(twin)
    return found


def _same_key(record: ContactRecord, contact: HeldContact) -> bool:
    return record.key == contact.key


def _same_name(record: ContactRecord, contact: HeldContact) -> bool:
    return record.key[0] == contact.key[0] and ("relationship" not in record.values or not contact.key[1])


def _same_reach(record: ContactRecord, contact: HeldContact) -> bool:
    said = {record.values.get(name) for name in ("mobile", "landline", "email")} & contact.reached_by()
    return bool(said) and (record.key[1] == contact.key[1] or bool(contact.values["restricted"]))
