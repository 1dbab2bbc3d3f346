"""Who lives behind one door: pupils with the same address and postcode who share a surname, or a contact's number or email."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from .snapshot import Snapshot


@dataclass(eq=False)
class Home:
    """A household as it will be; `id` is None until it is saved."""

    id: int | None
    address: str
    postcode: str
    links: set[str] = field(default_factory=set)
    members: int = 0
    changed: bool = False


def parts(address: str) -> list[str]:
    """An address as its pieces, in the form in which they are compared."""
    pieces = (re.sub(r"[^a-z0-9]+", " ", piece.casefold()).strip() for piece in re.split(r"[\n,]", address))
    return [piece for piece in pieces if piece]


def door(address: str) -> list[str]:
    """The pieces down to the street with its number, else the first two: what tells one door from another behind a postcode.

    `Flat 2, 14 High Street, Croydon` is the flat and the street; towns are left away, since systems and people write them differently.
    """
    pieces = parts(address)
    for place, piece in enumerate(pieces):
        if re.match(r"\d+[a-z]?( \d+[a-z]?)? [a-z]{2}", piece):
            return pieces[: place + 1]
    return pieces[:2]


def same_address(one: str, other: str) -> bool:
    """Whether two systems mean one door, given one postcode."""
    first, second = door(one), door(other)
    shorter = min(len(first), len(second))
    return shorter > 0 and first[:shorter] == second[:shorter]


def is_fuller(new: str, old: str) -> bool:
    """Whether `new` says more of the same address."""
    return len(parts(new)) > len(parts(old))


class Homes:
    """All households of a school, those on file and those to be made."""

    def __init__(self, held: Snapshot) -> None:
        self.by_id = {home.id: Home(home.id, home.address, home.postcode) for home in held.homes.values()}
        self._by_door: dict[tuple[str, str], list[Home]] = defaultdict(list)
        for pupil in held.pupils.values():
            home = self.by_id[pupil.household_id]
            home.links |= pupil.links()
            home.members += pupil.status != "left"
        for home in self.by_id.values():
            self._enter(home)

    def find(self, address: str, postcode: str, links: set[str]) -> Home | None:
        """The household behind this door with which something is shared."""
        pieces = parts(address)
        doors = self._by_door[(postcode, pieces[0])] if pieces else []
        return next((home for home in doors if same_address(home.address, address) and home.links & links), None)

    def join(self, address: str, postcode: str, links: set[str]) -> Home:
        """Find the household, or make one."""
        home = self.find(address, postcode, links)
        if home is None:
            home = Home(None, address, postcode)
            self._enter(home)
        home.links |= links
        home.members += 1
        return home

    def move(self, home: Home, address: str, postcode: str) -> None:
        """The whole household has another address now, or a fuller one."""
        if (home.address, home.postcode) != (address, postcode):
            home.address, home.postcode, home.changed = address, postcode, True
            self._enter(home)

    def _enter(self, home: Home) -> None:
        pieces = parts(home.address)
        if pieces:
            self._by_door[(home.postcode, pieces[0])].append(home)
