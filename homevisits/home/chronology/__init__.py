"""The chronology of a pupil: composed of what its sources keep, without copies (PRI-38, ALT-18)."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from homevisits.common.clock import local_day
from homevisits.people.models import Pupil, Staff

from .entry import KINDS, Entry, Whom
from .sources import SOURCES

__all__ = ["KINDS", "Entry", "Whom", "chosen", "entries", "entries_of", "whom_of"]


def entries(
    pupil: Pupil,
    *,
    from_day: date | None = None,
    to_day: date | None = None,
    kinds: Collection[str] = (),
    by_id: int | None = None,
    siblings: bool = False,
) -> list[Entry]:
    """The chronology of a pupil, the oldest first: between two days, of some kinds, by one person; with `siblings` the household's.

    Empty kinds are all. The number of queries does not grow with the entries. Whoever calls has asked who is reading, and audits it.
    """
    return chosen(entries_of(whom_of([pupil], siblings=siblings)), from_day=from_day, to_day=to_day, kinds=kinds, by_id=by_id)


def chosen(
    found: Sequence[Entry],
    *,
    from_day: date | None = None,
    to_day: date | None = None,
    kinds: Collection[str] = (),
    by_id: int | None = None,
) -> list[Entry]:
    """Of these entries those of some kinds, by one person, that happened between two days, both included."""
    return [
        entry
        for entry in found
        if (not kinds or entry.kind in kinds)
        and (by_id is None or entry.by_id == by_id)
        and (from_day is None or local_day(entry.happened_at) >= from_day)
        and (to_day is None or local_day(entry.happened_at) <= to_day)
    ]


def whom_of(pupils: Collection[Pupil], *, siblings: bool = False) -> Whom:
    """Whom to ask the sources about: these pupils of one school, with `siblings` everybody of their households."""
    school, homes = next(iter(pupils)).school, frozenset(pupil.household_id for pupil in pupils)
    at_home = {row.pk: row for row in Pupil.objects.filter(school=school, household__in=homes).order_by("date_of_birth", "pk")}
    asked = at_home if siblings else {pupil.pk: pupil for pupil in pupils}
    return Whom(school, asked, homes, {pk: str(row) for pk, row in at_home.items()})


def entries_of(whom: Whom) -> list[Entry]:
    """All that the sources have of them, the oldest first."""
    found = [entry for source in SOURCES for entry in source(whom)]
    found = _as_called_then(found)
    return sorted(found, key=lambda entry: (entry.happened_at, entry.recorded_at, entry.source, entry.row))


def _as_called_then(found: list[Entry]) -> list[Entry]:
    """Each by the name that its writer had when it was recorded, where a correction has given another since."""
    people = Staff.objects.in_bulk({entry.by_id for entry in found if entry.by_id})
    renamed = {pk: person for pk, person in people.items() if person.names_before}
    return [replace(entry, by=renamed[entry.by_id].called(entry.recorded_at)) if entry.by_id in renamed else entry for entry in found]
