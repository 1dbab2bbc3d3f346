"""Blacking words out of what is given away: the words are gone from the text, not covered. Pure: plain values only."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

GONE = "[blacked out]"
_SAME = {"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'", "‐": "-", "‑": "-", "–": "-", "—": "-", "\u00a0": " ", "\u2009": " "}


@dataclass(frozen=True)
class Piece:
    """A stretch of a text: as it is, or gone."""

    text: str
    gone: bool = False


def pieces(text: str, words: Sequence[str]) -> list[Piece]:
    """The text cut at the words that are blacked out: every place where one stands, whatever its case, accents or line breaks."""
    spans = _merged([span for word in words for span in places(text, word)])
    said, at = [], 0
    for begin, end in spans:
        if begin > at:
            said.append(Piece(text[at:begin]))
        said.append(Piece(GONE, gone=True))
        at = end
    if at < len(text):
        said.append(Piece(text[at:]))
    return said


def redacted(text: str, words: Sequence[str]) -> str:
    """The text without these words. Where words stood, `GONE` stands: as long for a short name as for a long one."""
    return "".join(piece.text for piece in pieces(text, words))


def places(text: str, word: str) -> Iterator[tuple[int, int]]:
    """Where a word or passage stands in a text, as whole words: `Ann` is not in `Annual`, and is in `Ann’s` and `ANN`."""
    pattern = _pattern(word)
    if not pattern:
        return
    plain, origin = _folded(text)
    for hit in re.finditer(pattern, plain):
        begin, end = origin[hit.start()], origin[hit.end() - 1] + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        yield begin, end


def folded(text: str) -> str:
    """A text as `stands_in` takes it: without case, accents and kinds of apostrophe."""
    return _folded(text)[0]


def stands_in(plain: str, word: str) -> bool:
    """Whether a word or passage stands in a text that `folded` gave: for many words and many texts."""
    pattern = _pattern(word)
    return bool(pattern) and re.search(pattern, plain) is not None


def _pattern(word: str) -> str:
    wanted = _folded(word)[0].strip()
    middle = r"\s+".join(re.escape(part) for part in wanted.split())
    begins = r"(?<!\w)" if wanted[:1].isalnum() else ""
    ends = r"(?!\w)" if wanted[-1:].isalnum() else ""
    return begins + middle + ends if wanted else ""


def _folded(text: str) -> tuple[str, list[int]]:
    """The text without case, accents and kinds of apostrophe, and for each of its letters where it stood before."""
    letters: list[str] = []
    origin: list[int] = []
    for place, letter in enumerate(text):
        for part in unicodedata.normalize("NFKD", _SAME.get(letter, letter)).casefold():
            if not unicodedata.combining(part) and unicodedata.category(part) != "Cf":
                letters.append(_SAME.get(part, part))
                origin.append(place)
    return "".join(letters), origin


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those that touch or overlap as one."""
    done: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if done and begin <= done[-1][1]:
            done[-1] = (done[-1][0], max(done[-1][1], end))
        else:
            done.append((begin, end))
    return done
