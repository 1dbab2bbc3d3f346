"""Two people write the same form, with and without network: what becomes of one change to one answer. Plain values, no database.

Nothing that was written is ever overwritten by somebody who had not seen it. A page says on which revision of an answer it stands
(`base`); from the history of that answer follows whether the page changed it at all, whether it may go on top, or whether two answers
now stand side by side until a person chooses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Value = str | list[str]


class Effect(StrEnum):
    """What a change did. Kept with it for ever."""

    UNCHANGED = "unchanged"  # the page only sent along what it had shown: not written down
    SAVED = "saved"
    SAME = "same"  # somebody else had given the same answer
    OLDER = "older"  # written before an answer of the same person that had arrived earlier
    DIFFERS = "differs"  # stands beside the answer until a person chooses
    UNREADABLE = "unreadable"  # half typed on a tablet, for example a date: kept, and no answer yet
    LATE = "late"  # the form had been handed in: stands beside it too
    CHOSEN = "chosen"  # a person chose between answers that differed


# After these the answer has a new revision.
TAKEN = frozenset({Effect.SAVED, Effect.CHOSEN})


@dataclass(frozen=True)
class Written:
    """A change of one answer as the history keeps it. `by` is the writer's number, `at` when it was written (not when it arrived).

    `base` is the revision that the writer's page stood on, `revision` the one that it made or found.
    """

    value: Value
    by: int
    at: datetime
    base: int
    revision: int
    effect: str


def plain(value: Value | None) -> Value:
    """A value as it is compared and kept: line ends alike, no spaces around; of several choices each once, sorted."""
    if isinstance(value, list):
        return sorted({one.strip() for one in value if one.strip()})
    return (value or "").replace("\r\n", "\n").strip()


def same(one: Value, other: Value) -> bool:
    """Whether two answers say the same; nothing chosen is the same as nothing written."""
    first, second = plain(one), plain(other)
    return first == second or (not first and not second)


def standing(history: Sequence[Written]) -> tuple[Value, int]:
    """The answer that stands, and its revision: 0 where nothing was ever written."""
    taken = [one for one in history if one.effect in TAKEN]
    last = max(taken, key=lambda one: one.revision, default=None)
    return (last.value, last.revision) if last else ("", 0)


def merge(history: Sequence[Written], *, value: Value, base: int, by: int, at: datetime, handed_in: bool = False) -> Effect:
    """What a change does. `history` is everything ever written for this answer, in the order in which it arrived.

    The same person may go on writing without network: the page still stands on its old `base`, and knows what it has sent itself.
    """
    now, _ = standing(history)
    mine = [one for one in history if one.by == by and one.base == base and one.effect != Effect.CHOSEN]
    # Of two that were written at the same instant the one that came later counts: `max` takes the first of equals.
    last = max(reversed(mine), key=lambda one: one.at, default=None)
    shown = last.value if last else _at(history, base)
    if same(value, shown):
        return Effect.UNCHANGED
    if last and at < last.at:
        return Effect.OLDER
    if same(value, now):
        return Effect.SAME
    if handed_in:
        return Effect.LATE
    since = [one for one in history if one.effect in TAKEN and one.revision > base]
    own = all(one.by == by and one.at <= at for one in since)
    return Effect.SAVED if own or same(shown, now) else Effect.DIFFERS


def _at(history: Sequence[Written], revision: int) -> Value:
    """The answer as it stood at a revision."""
    return next((one.value for one in history if one.effect in TAKEN and one.revision == revision), "")
