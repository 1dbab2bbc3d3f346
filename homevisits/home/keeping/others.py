"""Who else is in a record: words that may be somebody else's, for the person who looks it through. A suggestion, never a decision."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q

from homevisits.people.models import Pupil, Staff

from .redact import places
from .registry import Found

CHILD, ADULT, STAFF, REACH, MAYBE = "child", "adult", "staff", "reach", "maybe"
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
both either neither here where which while whose whom its out up down over under again still just even well made make went go
came come seen see saw left right good bad new old
"""
_NO_NAME = frozenset(_PLAIN.split())


@dataclass(frozen=True)
class Known:
    """Who is known around a pupil: names by kind, and the subject's own names, which are no suggestion."""

    own: tuple[str, ...]
    names: tuple[tuple[str, str], ...]


def known_around(pupil: Pupil) -> Known:
    """The names to look for: the other children of the school, the contacts, the staff."""
    names: list[tuple[str, str]] = []
    home = pupil.household
    own = tuple(words for words in (str(pupil), pupil.first_name, pupil.last_name, *home.address.splitlines(), home.postcode) if words)
    near = Pupil.objects.filter(school=pupil.school_id).exclude(pk=pupil.pk)
    for first, last, group, household in near.values_list("first_name", "last_name", "class_name", "household_id"):
        names.append((CHILD, f"{first} {last}"))
        if household == pupil.household_id or group == pupil.class_name:
            names.append((CHILD, first))
    for contact in pupil.contacts.all():
        names.append((ADULT, contact.name))
        names += [(ADULT, part) for part in contact.name.split() if len(part) > 2]
    here = (
        Staff.objects.filter(Q(roles__school=pupil.school_id) | Q(roles__trust__schools=pupil.school_id))
        .distinct()
        .values_list("name", flat=True)
    )
    names += [(STAFF, name) for name in here]
    return Known(own, tuple(dict.fromkeys((kind, name) for kind, name in names if len(name) > 1 and name not in own)))


def others_in(one: Found, known: Known) -> list[list[str]]:
    """[[kind, words]] of what may be somebody else's in a record, each once, those that are sure first."""
    text = "\n".join([one.title, *(part for fact in one.facts for part in fact)])
    said = dict.fromkeys(one.shared, CHILD)
    for kind, name in known.names:
        if name.split(maxsplit=1)[0][:3].casefold() in text.casefold() and next(places(text, name), None):
            said.setdefault(name, kind)
    for number in _reach(text):
        if number not in known.own:
            said.setdefault(number, REACH)
    values = "\n".join(fact[1] for fact in one.facts)
    for name in _maybe(values, known.own, list(said)):
        said.setdefault(name, MAYBE)
    order = list(WORDS)
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
        words = [word for word in re.split(r"[ \u00a0]+", hit.group()) if _bare(word) not in _NO_NAME]
        strange = [word for word in words if _bare(word) not in theirs and not {*re.split(r"[\W_]+", _bare(word))} <= mine]
        begins = not text[: hit.start()].rstrip(" \u00a0“\"'(") or text[: hit.start()].rstrip(" \u00a0“\"'(")[-1] in ".!?:;\n"
        if strange and (len(words) > 1 or not begins):
            yield " ".join(words)


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word).casefold()
