"""What differs between two playings of one scenario. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from . import saying
from .telling import Told


@dataclass(frozen=True)
class Difference:
    """What happened at an instant in one playing and not in the other."""

    at: datetime
    first: list[Told]
    second: list[Told]


@dataclass(frozen=True)
class Comparison:
    """How many of each kind in both, how many entries are the same, and what differs by time."""

    counts: list[tuple[str, int, int]]
    same: int
    differences: list[Difference]


def compare(first: Sequence[Told], second: Sequence[Told]) -> Comparison:
    """Lay two days beside each other. An entry is the same when time, words and lateness are."""
    here, there = Counter(map(_key, first)), Counter(map(_key, second))
    only_first, only_second = _only(first, there), _only(second, here)
    times = sorted({entry.at for entry in (*only_first, *only_second)})
    kinds = [
        (name, count, other)
        for code, name in saying.KINDS.items()
        if (count := sum(e.kind == code for e in first)) + (other := sum(e.kind == code for e in second))
    ]
    return Comparison(
        counts=kinds,
        same=(here & there).total(),
        differences=[Difference(at, [e for e in only_first if e.at == at], [e for e in only_second if e.at == at]) for at in times],
    )


def _key(entry: Told) -> tuple[datetime, str, str]:
    return entry.at, entry.words, entry.late


def _only(entries: Sequence[Told], others: Counter[tuple[datetime, str, str]]) -> list[Told]:
    """The entries that the other day does not have, as many times as it lacks them."""
    left, found = others.copy(), []
    for entry in entries:
        if left[_key(entry)] > 0:
            left[_key(entry)] -= 1
        else:
            found.append(entry)
    return found
