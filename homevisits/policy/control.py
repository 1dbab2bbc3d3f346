"""Document control and references that a preset ships: where it comes from, the law it stands on, the policies beside it."""

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from .presets import load


@dataclass(frozen=True)
class Reference:
    """A law or guidance (ATT-03). `now` says what has replaced the edition, where something has."""

    title: str
    edition: str = ""
    link: str = ""
    now: str = ""


@dataclass(frozen=True)
class References:
    """What a policy stands on, and what it sits beside."""

    law: tuple[Reference, ...] = ()
    policies: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class Control:
    """What a preset says about itself as a document; `origin` as rows of (what, words)."""

    owner: str
    lead_role: str
    published: str
    origin: tuple[tuple[str, str], ...]
    references: References


_ORIGIN = {
    "number": "Number",
    "created": "Created",
    "reviewed": "Reviewed",
    "reviewed_by": "Reviewed by",
    "next_due": "Next review due",
    "lead": "Lead person",
    "signed_by": "Signed by",
    "authorised_by": "Authorised by",
    "published": "Published on",
    "owner": "Owner",
}


@cache
def control_of(preset: str) -> Control:
    """The document control that a preset ships. Raises KeyError for an unknown preset."""
    row = load("control")[preset]
    origin = tuple((_ORIGIN[key], str(value)) for key, value in row["origin"].items())
    return Control(row["owner"], row["lead_role"], row.get("published", ""), origin, read_references(row["references"]))


def read_references(kept: dict[str, Any]) -> References:
    """References as they are kept in JSON or YAML; a bare string is a title."""
    return References(*(tuple(_reference(one) for one in kept.get(part, [])) for part in ("law", "policies")))


def _reference(one: str | dict[str, str]) -> Reference:
    return Reference(one) if isinstance(one, str) else Reference(**one)


def as_json(references: References) -> dict[str, list[dict[str, str]]]:
    """References as they are kept; empty parts are left out."""
    return {
        part: [{key: words for key, words in asdict(one).items() if words} for one in getattr(references, part)]
        for part in ("law", "policies")
    }


def references_of(preset: str, own: dict[str, Any]) -> References:
    """A version's references: its own where it has any, else the preset's."""
    return read_references(own) if own else control_of(preset).references
