"""What was said without network and could not be recorded: what it said, in words, for those who may read it."""

from collections.abc import Collection
from dataclasses import dataclass

from homevisits.people.models import Contact, Staff

from .. import findings
from ..models import ArrivedAct, CheckIn, HomeVisit
from ..rules.arrivals import reads_all
from ..said import arrived_words

# What belongs to the form and says nothing of the visit.
FORM = frozenset({"token", "csrfmiddlewaretoken", "next", "from", "base", "revision", "signed", "drawn", "version", "agreed", "section"})
# What belongs to the visit's form: its answers are for whoever reads the form, not for everybody who deals with what came late.
OF_FORM = frozenset({"answers", "hand_in"})
# What may say something of harm to a child: for whoever wrote it, and for the safeguarding team (R18).
HARM = frozenset({"signs", "signs_words", "note", "text", "words", "says", "value", "changes"})
# Acts of which nothing is for the office: those who went, and the safeguarding team, read them.
CLOSED = frozenset({"incident"})
LABELS = {
    "point": "Check-in", "adult_present": "A responsible adult was there", "parent_present": "A parent was there",
    "invited_by": "Invited in by", "going_home": "Not coming back to school", "minutes": "Minutes later", "says": "Because",
    "outcome": "Found", "note": "In their words", "who": "Spoke to", "delegated_by": "Authorised by", "signs": "Seen or heard",
    "signs_words": "What exactly", "kept_from_leaving": "Kept from leaving", "location": "Where", "at_home": "Ends at home",
}  # fmt: skip
ANSWERS = {"true": "Yes", "false": "No", "on": "Yes", "yes": "Yes", "no": "No"}


@dataclass(frozen=True)
class Shown:
    """A refused act: its words, its lines as (label, what was said), and whether some of it is for others to read."""

    act: ArrivedAct
    words: str
    lines: list[tuple[str, str]]
    hidden: bool


def refused(visit: HomeVisit, person: Staff, roles: Collection[str]) -> list[Shown]:
    """The acts of the visit that could not be recorded, in the order in which they happened, those dealt with last."""
    rows = visit.arrived_acts.filter(state=ArrivedAct.State.REFUSED).select_related("by", "seen_by").order_by("happened_at", "pk")
    listed = sorted(rows, key=lambda row: row.seen_at is not None)
    return [_shown(row, reads_all(row, person, roles)) for row in listed]


def refused_count(visit: HomeVisit) -> tuple[int, int]:
    """How many could not be recorded, and how many of them are dealt with."""
    rows = visit.arrived_acts.filter(state=ArrivedAct.State.REFUSED)
    return rows.count(), rows.exclude(seen_at=None).count()


def waiting(visit: HomeVisit) -> list[ArrivedAct]:
    """Those that nobody has dealt with."""
    rows = visit.arrived_acts.filter(state=ArrivedAct.State.REFUSED, seen_at=None)
    return list(rows.select_related("by").order_by("happened_at", "pk"))


def _shown(act: ArrivedAct, whole: bool) -> Shown:
    said = {name: values for name, values in act.data.items() if name not in FORM and any(values)}
    said = {name: values for name, values in said.items() if not name.startswith(("base-", "shown-"))}
    harm = said.keys() if act.kind in OF_FORM | CLOSED else HARM & said.keys()
    lines = [(_label(name), _answer(name, values)) for name, values in said.items() if whole or name not in harm]
    return Shown(act, arrived_words(act.kind), lines, not whole and bool(harm))


def _label(name: str) -> str:
    return LABELS.get(name, name.replace("_", " ").capitalize())


def _answer(name: str, values: list[str]) -> str:
    known = {
        "point": dict(CheckIn.Point.choices), "signs": dict(findings.SIGNS),
        "outcome": {kind: one.words for kind, one in findings.BY_KIND.items()},
    }.get(name, ANSWERS)  # fmt: skip
    if name in ("who", "delegated_by") and values[0].isdigit():
        contact = Contact.objects.filter(pk=int(values[0])).first()
        return contact.name if contact else values[0]
    return ", ".join(known.get(value, value) for value in values)
