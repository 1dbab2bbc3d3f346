"""An act on a visit, and whether it can be done now."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from homevisits.common.errors import Block
from homevisits.people.models import Staff

from ..models import HomeVisit


@dataclass(frozen=True)
class Act:
    """One thing that a person can do: its words, its page (which takes the school's slug and the visit's number), and when it is shown.

    `statuses`: the statuses in which the page speaks of it at all. `mine` asks about the person, `blocks` about state and policy.
    """

    code: str
    words: str
    url_name: str
    statuses: frozenset[str]
    mine: Callable[[HomeVisit, Staff, Collection[str]], bool]
    blocks: Callable[[HomeVisit, Staff, datetime], list[Block]]
    danger: bool = False


@dataclass(frozen=True)
class Possible:
    """An act as the page shows it: possible when nothing blocks it."""

    act: Act
    blocks: list[Block]
