"""The clauses of the five policies, in words: what each demands and what the product does about it."""

import re
from dataclasses import dataclass
from functools import cache

from .presets import PREFIXES, PRESETS, load, setting_rows

_REFERENCE = re.compile(r"\b(?:PRI|ATT|MAT|ALT|SEC)-\d\d\b")
_NOTHING_BUT_A_REFERENCE = re.compile(r"As ([A-Z]{3}-\d\d)(?: and ([A-Z]{3}-\d\d))?\.$")


@dataclass(frozen=True)
class Clause:
    """One clause: what the policy demands (`says`), what the product does about it (`does`), whose it is (`preset`)."""

    id: str
    says: str
    does: str
    preset: str

    @property
    def refers_to(self) -> tuple["Clause", ...]:
        """The clauses that `does` names, in order, each once."""
        return tuple(clause(name) for name in dict.fromkeys(_REFERENCE.findall(self.does)))

    @property
    def does_in_full(self) -> str:
        """`does`, with a clause that only points at another one replaced by that one's words."""
        found = _NOTHING_BUT_A_REFERENCE.match(self.does)
        if not found:
            return self.does
        return " ".join(clause(name).does_in_full for name in found.groups() if name)


@cache
def clauses() -> dict[str, Clause]:
    """Every clause of the five policies by its id, in the order of the files."""
    found = {}
    for preset in PRESETS:
        for row in load(preset)["clauses"]:
            words = Clause(row["id"], _one_line(row["says"]), _one_line(row["does"]), preset)
            found[words.id] = words
    return found


def clause(clause_id: str) -> Clause:
    """One clause by its id, for example `PRI-31`. Raises KeyError for an id that no policy has."""
    return clauses()[clause_id]


@cache
def clause_for(preset: str, setting: str) -> str | None:
    """The clause that a rule reading `setting` acts on: of those listed for it the running preset's own, else the first.

    None when the setting rests on no clause. Raises KeyError for an unknown preset or setting.
    """
    prefix = PREFIXES[preset]
    listed: list[str] = setting_rows()[setting]["clauses"]
    own = [name for name in listed if name.startswith(prefix)]
    return next(iter(own or listed), None)


def _one_line(text: str) -> str:
    return " ".join(text.split())
