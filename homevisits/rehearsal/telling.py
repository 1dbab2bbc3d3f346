"""A rehearsal's log in plain sentences, with names in place of refs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from homevisits.common import said
from homevisits.policy.clauses import clauses

from . import saying
from .scenario import Scenario

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Names:
    """Who stands behind the refs of a log."""

    pupils: Mapping[str, str] = field(default_factory=dict)
    contacts: Mapping[str, str] = field(default_factory=dict)
    staff: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, scenario: Scenario) -> "Names":
        """The names of a scenario."""
        return cls(
            {pupil.ref: pupil.name for pupil in scenario.pupils},
            {contact.ref: contact.name for pupil in scenario.pupils for contact in pupil.contacts},
            {person.ref: person.name for person in scenario.staff},
        )

    def as_json(self) -> dict[str, dict[str, str]]:
        """For keeping."""
        return {kind: dict(names) for kind, names in asdict(self).items()}

    def who(self, entry: Entry, key: str = "pupils") -> str:
        """The people of one list of an entry: “Ada Example and Ben Sample”; each name once."""
        known = self.pupils if key == "pupils" else self.contacts if key in ("contacts", "untried") else self.staff
        return joined(list(dict.fromkeys(known.get(ref, ref) for ref in entry.get(key) or ())))

    def by(self, entry: Entry) -> str:
        """Who did it; empty when the product did."""
        ref = str(entry.get("by") or "")
        return self.staff.get(ref, ref)


@dataclass(frozen=True)
class Told:
    """One entry as people read it. `kind` is one of saying.KINDS; `at` an instant."""

    at: datetime
    kind: str
    words: str
    by: str
    late: str
    state: str
    clauses: tuple[str, ...]

    @property
    def kind_words(self) -> str:
        """The kind as it is called."""
        return saying.KINDS[self.kind]


def joined(names: Sequence[str]) -> str:
    """`Ada`, `Ada and Ben`, `Ada, Ben and Cal`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def tell(log: Iterable[Entry], names: Names) -> list[Told]:
    """Every entry of a log, in its order."""
    return [
        Told(
            at=datetime.fromisoformat(entry["at"]), kind=kind_of(entry), words=sentence(entry, names), by=names.by(entry),
            late=_late(entry), state=state_of(entry),
            clauses=tuple(dict.fromkeys(block["clause"] for block in entry.get("blocks", ()) if block["clause"])),
        )
        for entry in log
    ]  # fmt: skip


def lines(log: Iterable[Entry], names: Names) -> Iterable[str]:
    """One line an entry: the time, the sentence, how late it was, and a refusal's clauses in their own words."""
    for told in tell(log, names):
        late = f" ({told.late})" if told.late else ""
        yield f"{told.at:%H:%M:%S}  {told.words}{late}{''.join(f' [{one}]' for one in told.clauses)}"
        for one in told.clauses:
            words = clauses().get(one)
            if words:
                yield f"{'':10}{one}: {words.says}"


def kind_of(entry: Entry) -> str:
    """The kind under which an entry is listed and drawn."""
    what = str(entry["what"])
    if what == "late":
        return saying.KIND_OF_RUNG.get(str(entry.get("rung")), "alarms")
    return saying.KIND_OF.get(what, "visits" if what.startswith("visit_") else "after")


def state_of(entry: Entry) -> str:
    """The state in which an entry is drawn: one of home.shapes.STATES. What is late, refused or failed is due."""
    what = str(entry["what"])
    if what in ("late", "refused", "text_failed", "alarm") or entry.get("late_seconds"):
        return "due"
    if what == "call_made":
        return "done" if entry.get("outcome") == "explained" else "open"
    return saying.STATE_OF.get(what, "done")


def _late(entry: Entry) -> str:
    seconds = int(entry.get("late_seconds") or 0)
    return f"{said.span(timedelta(seconds=seconds))} late" if seconds and entry["what"] != "late" else ""


def sentence(entry: Entry, names: Names) -> str:
    """An entry in words; one of a kind that nobody has put into words yet is named as the log names it."""
    tell_it = _SENTENCES.get(str(entry["what"]))
    if tell_it:
        return tell_it(entry, names)
    about = names.who(entry)
    return str(entry["what"]).replace("_", " ").capitalize() + (f": {about}" if about else "") + "."


def _closed(entry: Entry, names: Names) -> str:
    why = saying.CLOSED.get(str(entry.get("reason")), "There is contact with {who}")
    return why.format(who=names.who(entry)) + ": the case closes."


def _text(entry: Entry, names: Names) -> str:
    kind = saying.TEXTS.get(str(entry.get("template")), "Text")
    to = names.who(entry, "contacts") or "the family"
    if entry["what"] == "text_failed":
        return f"{kind} to {to} ({entry.get('to')}) about {names.who(entry)} could not be sent."
    return f"{kind} to {to} ({entry.get('to')}) about {names.who(entry)}."


def _held(entry: Entry, names: Names) -> str:
    count = said.count(int(entry.get("count") or 0), "pupil")
    if entry["what"] == "released":
        return f"{names.by(entry) or 'Somebody'} looked and released the texts about {count}."
    return f"The texts about {count} are held: too many to be true. Somebody must look first."


def _call_made(entry: Entry, names: Names) -> str:
    contact = names.contacts.get(str(entry.get("contact")), "somebody")
    outcome = saying.CALLS.get(str(entry.get("outcome")), str(entry.get("outcome")))
    return f"{names.by(entry) or 'Somebody'} rang {contact} about {names.who(entry)}: {outcome}."


def _told(entry: Entry, names: Names) -> str:
    about = saying.ABOUT.get(str(entry.get("about")), str(entry.get("about")).replace("_", " "))
    who = names.who(entry)
    return f"{saying.role(str(entry.get('role')))} told: {about}{f' ({who})' if who else ''}."


def _visit(entry: Entry, names: Names) -> str:
    says = saying.VISITS[str(entry["what"])]
    words = says.format(who=names.who(entry), by=names.by(entry) or "the office", pair=names.who(entry, "pair") or "the pair")
    untried = names.who(entry, "untried")
    return f"{words} Not rung yet: {untried}." if untried else words


def _alarm(entry: Entry, names: Names) -> str:
    says = saying.ALARMS.get(str(entry.get("step")), f"Alarm: {entry.get('step')}.")
    return says.format(who=names.who(entry), by=names.by(entry) or "The pair")


def _late_step(entry: Entry, names: Names) -> str:
    rung = str(entry.get("rung"))
    late = said.span(timedelta(seconds=int(entry.get("late_seconds") or 0)))
    who = names.who(entry)
    return f"{saying.RUNGS.get(rung, rung.replace('_', ' ').capitalize())} came {late} late{f' ({who})' if who else ''}."


def _refused(entry: Entry, names: Names) -> str:
    by = names.by(entry)
    what = saying.DONE.get(str(entry.get("do")), str(entry.get("do")).replace("_", " "))
    who = names.who(entry)
    why = " ".join(block["says"] for block in entry.get("blocks", ()))
    return f"Refused: {by or 'Somebody'} wanted to {what}{f' ({who})' if who else ''}. {why}"


def _kind(before: str, after: str = "") -> Callable[[Entry, Names], str]:
    def words(entry: Entry, names: Names) -> str:
        kind = str(entry.get("kind") or "").replace("_", " ")
        return f"{before.format(kind=kind)} {names.who(entry)}{after.format(kind=kind)}."

    return words


_SENTENCES: dict[str, Callable[[Entry, Names], str]] = {
    "no_school": lambda entry, names: f"No school today{f' ({why})' if (why := entry.get('reason')) else ''}: nobody is looked for.",
    "case_opened": lambda entry, names: f"{names.who(entry)} is missing without a reason: a case opens.",
    "case_reopened": lambda entry, names: f"The reason was taken back: the case of {names.who(entry)} is open again.",
    "case_closed": _closed,
    "text_sent": _text,
    "text_failed": _text,
    "held": _held,
    "released": _held,
    "call_due": lambda entry, names: f"The family of {names.who(entry)} is on the call list.",
    "call_made": _call_made,
    "told": _told,
    **dict.fromkeys(saying.VISITS, _visit),
    "alarm": _alarm,
    "late": _late_step,
    "refused": _refused,
    "concern_opened": _kind("A concern is opened about"),
    "referral_opened": _kind("A referral to {kind} is opened for"),
    "incident_opened": _kind("An incident is recorded for the visit to"),
    "agency_task": _kind("To do: tell {kind} about"),
    "letter_drafted": _kind("A letter ({kind}) is drafted for the family of"),
}
