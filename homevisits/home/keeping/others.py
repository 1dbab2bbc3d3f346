"""Who else is in a record: words that may be somebody else's, for the person who looks it through. A suggestion, never a decision."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q

from homevisits.people.models import Pupil, Staff

from .redact import places
from .registry import Found

CHILD, ADULT, STAFF, REACH, MAYBE = "child", "adult", "staff", "reach", "maybe"
ABOUT = "about"  # whom the record is about too and does not name so: nothing to black out, but something to know
WORDS = {
    CHILD: "Other children", ADULT: "Family and contacts", STAFF: "Staff", REACH: "Telephone numbers, addresses, email",
    MAYBE: "Words that may be names",
}  # fmt: skip
TICKED = (CHILD, REACH, MAYBE, ADULT)  # staff doing their work are as a rule named; the law says that this is reasonable
_REACH = (
    re.compile(r"[\w.+'’-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?<![\w+])(?:\+44|0044|0)[\d\s().-]{7,14}\d(?!\w)"),
    re.compile(r"(?<!\w)[A-Za-z]{1,2}\d[A-Za-z\d]?\s?\d[A-Za-z]{2}(?!\w)"),
)
_END = re.compile(r"(?:n['’]t|['’](?:s|m|ve|ll|re|d)?)$")  # what is no part of a name: `Kai’s`, `Children’s`, `Didn’t`
_NAME = re.compile(r"(?<![\w’'])(?:[^\W\d_a-z][\w’'-]*[a-zà-ÿ][\w’'-]*)(?:[ \u00a0-]+[^\W\d_a-z][\w’'-]*[a-zà-ÿ][\w’'-]*)*")
# Words that begin a sentence or a title and are nobody.
_PLAIN = """
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october
november december school home visit the he she they it we i a an and but if in on at to of for from with by no yes not this that
there then when what who why how his her their our my your year class register mum dad mother father grandmother grandfather nan
police social care children's service services council headteacher teacher office letter text email call concern incident referral
english england london attendance safeguarding dsl designated lead told said asked was is are were has have had did does do will
would after before during since because child pupil family parent parents staff morning afternoon evening today yesterday tomorrow
mr mrs ms miss dr sir madam dear hello thank thanks please sorry about also all any each some one two three first last next nobody
somebody everybody everything nothing as so or be been being can could should must may might only very more most other another
both either neither children here where which while whose whom its out up down over under again still just even well made make went go
came come seen see saw left right good bad new old
"""
_NO_NAME = frozenset(_PLAIN.split())


@dataclass(frozen=True)
class Known:
    """Who is known around a pupil: names by kind, and the subject's own names, which are no suggestion."""

    own: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    asker: tuple[str, ...] = ()  # of the person who asks, where that is a contact: to them their own name is no secret


def known_around(pupil: Pupil, asked_by: str = "") -> Known:
    """The names to look for: the other children of the school, the contacts, the staff; not those of whoever asks."""
    names: list[tuple[str, str]] = []
    home = pupil.household
    own = tuple(words for words in (str(pupil), pupil.first_name, pupil.last_name, *home.address.splitlines(), home.postcode) if words)
    near = Pupil.objects.filter(school=pupil.school_id).exclude(pk=pupil.pk)
    for first, last, group, household in near.values_list("first_name", "last_name", "class_name", "household_id"):
        names.append((CHILD, f"{first} {last}"))
        if household == pupil.household_id or group == pupil.class_name:
            names.append((CHILD, first))
    asker: list[str] = []
    for contact in pupil.contacts.all():
        if next(places(asked_by, contact.name), None) or (" " in asked_by.strip() and next(places(contact.name, asked_by), None)):
            asker += [contact.name, *contact.name.split(), *contact.numbers, contact.email, *contact.address.splitlines()]
        names.append((ADULT, contact.name))
        names += [(ADULT, part) for part in contact.name.split() if len(part) > 2]
    here = (
        Staff.objects.filter(Q(roles__school=pupil.school_id) | Q(roles__trust__schools=pupil.school_id))
        .distinct()
        .values_list("name", flat=True)
    )
    names += [(STAFF, name) for name in here]
    return Known(
        own, tuple(dict.fromkeys((kind, name) for kind, name in names if len(name) > 1 and name not in own)), tuple(filter(None, asker))
    )


def others_in(one: Found, known: Known) -> list[list[str]]:
    """[[kind, words]] of what may be somebody else's in a record, each once, those that are sure first."""
    text = "\n".join([one.title, *(part for fact in one.facts for part in fact)])
    said: dict[str, str] = {}
    theirs = {_same(words) for words in known.asker}
    names = [
        *((CHILD, name) for name in one.shared),
        *((kind, name) for kind, name in known.names if kind != ADULT or _same(name) not in theirs),
    ]
    for kind, name in names:
        if name.split(maxsplit=1)[0][:3].casefold() in text.casefold():
            said.setdefault(name, kind)
    mine = {_same(words) for words in known.own} | theirs
    for number in _reach(text):
        if _same(number) not in mine:
            said.setdefault(number, REACH)
    values = "\n".join(fact[1] for fact in one.facts)
    for name in _maybe(values, (*known.own, *known.asker), list(said)):
        said.setdefault(name, MAYBE)
    # Nothing is proposed that would be refused: every one stands in the record as it is written here.
    said = {name: kind for name, kind in said.items() if next(places(text, name), None)}
    said |= {name: ABOUT for name in one.shared if name not in said}
    order = [*WORDS, ABOUT]
    return sorted(([kind, name] for name, kind in said.items()), key=lambda pair: order.index(pair[0]))


def _reach(text: str) -> Iterator[str]:
    for pattern in _REACH:
        for hit in pattern.finditer(text):
            yield hit.group().strip()


def _maybe(text: str, own: Sequence[str], known: Sequence[str]) -> Iterator[str]:
    """Capitalised words that begin no sentence, or two and more in a row: names that nobody told the product."""
    mine = {word.casefold() for name in own for word in re.split(r"[\W_]+", name)}
    theirs = {word.casefold() for name in known for word in name.split()}
    for hit in _NAME.finditer(text):
        before = text[: hit.start()].rstrip(" \u00a0“\"'(")
        begins = not before or before[-1] in ".!?:;\n"
        place = 0
        for nobody, group in groupby(re.split(r"[ \u00a0]+", hit.group()), lambda word: _bare(word) in _NO_NAME):
            words = list(group)
            first, place = place == 0, place + len(words)
            strange = [word for word in words if _bare(word) not in theirs and not {*re.split(r"[\W_]+", _bare(word))} <= mine]
            if not nobody and strange and (len(words) > 1 or not (begins and first)):
                yield " ".join([*words[:-1], _END.sub("", words[-1])])


def _bare(word: str) -> str:
    return _END.sub("", word).casefold()


def _same(words: str) -> str:
    """Numbers by their last ten digits, addresses and names without case and spaces: what is the same however it is written."""
    digits = re.sub(r"\D", "", words)
    return digits[-10:] if len(digits) >= 10 else "".join(words.casefold().split())
