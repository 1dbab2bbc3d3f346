"""One line of a chronology, and whom a chronology is asked about. Plain values: nothing here reads a row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypedDict

from django.urls import NoReverseMatch, reverse

from homevisits.common.clock import local_day
from homevisits.common.said import count, wall
from homevisits.people.models import Pupil, School, Staff

SAME = timedelta(minutes=1)  # so little between the event and the record is no difference
PRODUCT = "The product"

# {kind: (words, state for its colour, of homevisits.home.shapes)}, in the order in which they are offered.
KINDS: Mapping[str, tuple[str, str]] = {
    "concern": ("Concern", "due"),
    "decision": ("Decision or action", "held"),
    "visit": ("Home visit", "open"),
    "refusal": ("Refusal", "open"),
    "incident": ("Incident", "due"),
    "referral": ("Referral, or agency told", "held"),
    "contact": ("Call, meeting or letter", "done"),
    "call": ("Calls about an absence", "resting"),
    "absence": ("Absence", "open"),
    "warning": ("Warning about the home", "due"),
    "transfer": ("Transfer of the file", "done"),
}


@dataclass(frozen=True)
class Entry:
    """One line: what happened and when, in its source's own words, and where that stands."""

    source: str  # which source gave it, and the number of its row there
    row: int
    kind: str
    title: str
    says: str
    happened_at: datetime
    recorded_at: datetime
    by: str
    by_id: int | None = None
    origin: str = ""  # where it stands, and the address of that page
    url: str = ""
    about: tuple[int, ...] = ()  # the pupils of the household whom it concerns
    others: int = 0  # and how many of other households, whose names have no place here
    superseded: bool = False
    name: str = ""  # what it is called on a page instead of its number, where that may tell nothing

    @property
    def key(self) -> str:
        """Its own name on a page."""
        return f"{self.source}-{self.name or self.row}"

    @property
    def later(self) -> bool:
        """Whether it was recorded at another time than it happened."""
        return abs(self.recorded_at - self.happened_at) >= SAME

    @property
    def kind_words(self) -> str:
        """Its kind as people read it."""
        return KINDS[self.kind][0]


class Where(TypedDict, total=False):
    """Where an entry stands, and whom it concerns."""

    origin: str
    url: str
    about: tuple[int, ...]
    others: int
    name: str


@dataclass(frozen=True)
class Whom:
    """Whom the sources are asked about: the pupils by their numbers, and everybody of their households by name."""

    school: School
    pupils: Mapping[int, Pupil]
    homes: frozenset[int]
    family: Mapping[int, str]

    def about(self, numbers: Iterable[int]) -> tuple[tuple[int, ...], int]:
        """Of a row's pupils, those of the households, and how many others: another family's child is not named here."""
        known = set(numbers)
        mine = tuple(sorted(known & self.family.keys()))
        return mine, len(known) - len(mine)


def person(staff: Staff | None) -> tuple[str, int | None]:
    """Name and number of who did something; the product's, where it was nobody."""
    return (staff.name, staff.pk) if staff is not None else (PRODUCT, None)


def on_day(on: date) -> str:
    """A day so that nobody has to know which day it is now: `Tuesday 24 November 2026`."""
    return f"{on:%A} {on.day} {on:%B %Y}"


def at_time(at: datetime) -> str:
    """Day and wall time: `Tuesday 24 November 2026, 9:15`."""
    return f"{on_day(local_day(at))}, {wall(at)}"


def page(name: str, *parts: object) -> str:
    """The address of a page; empty where the product has none of that name."""
    try:
        return reverse(name, args=parts)
    except NoReverseMatch:
        return ""


def words(*parts: str) -> str:
    """The parts that say something, one a line."""
    return "\n".join(part.strip() for part in parts if part and part.strip())


def others_words(number: int) -> str:
    """“and 1 pupil of another family”; empty for none."""
    return f"and {count(number, 'pupil')} of {'another family' if number == 1 else 'other families'}" if number else ""
