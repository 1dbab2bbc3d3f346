"""What is blacked out in one record and stands in the clear in another that is given: shown before the pack goes, for a person to look."""

from collections.abc import Sequence
from dataclasses import dataclass

from homevisits.people.models import AccessItem

from ..redact import folded, redacted, stands_in


@dataclass(frozen=True)
class InTheClear:
    """Words that are blacked out in one record, and the records in which they can be read."""

    words: str
    blacked_in: AccessItem
    read_in: tuple[AccessItem, ...]


def in_the_clear(items: Sequence[AccessItem]) -> list[InTheClear]:
    """Each passage that is blacked out in one of these records and stands in another, in the order of the records."""
    wanted: dict[str, tuple[str, AccessItem]] = {}
    for item in items:
        for words in item.blacked:
            wanted.setdefault(folded(words).strip(), (words, item))
    if not wanted:
        return []
    texts = [(item, folded(redacted(_text(item), item.blacked))) for item in items]
    found = []
    for words, blacked_in in wanted.values():
        read_in = tuple(item for item, text in texts if stands_in(text, words))
        if read_in:
            found.append(InTheClear(words, blacked_in, read_in))
    return found


def _text(item: AccessItem) -> str:
    return "\n".join([item.title, *(part for fact in item.facts for part in fact)])
