"""What is asked of an incident, by its kind, as plain values. The answers stand in the incident's details by their code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from .models import Incident

Kind = Incident.Kind
YES = "yes"
WORDS = {"yes": "Yes", "no": "No"}


@dataclass(frozen=True)
class Asked:
    """A question. `kind`: text, line or yes_no. `owed`: the incident cannot be reviewed without its answer.

    `opened_by`: the code of a question that must be answered yes for this one to count.
    """

    code: str
    words: str
    kind: str = "line"
    owed: bool = False
    hint: str = ""
    clause: str = ""
    opened_by: str = ""


_WHO = Asked("who", "Who was it?", hint="A name, or what they looked like")
_AT_STAFF = Asked("at", "Towards whom?")
_INJURY = Asked("injury", "What injury, and how did it come about?", "text")
_DONE = Asked("first_aid", "What was done about it?", "text")
_LED = Asked("led", "What led to it?", "text")

QUESTIONS: Mapping[str, tuple[Asked, ...]] = {
    Kind.THREAT: (_WHO, _AT_STAFF, Asked("said", "What was said or done, in their own words?", "text"), _LED),
    Kind.VIOLENCE: (_WHO, _AT_STAFF, _LED, Asked("hurt", "Was anybody hurt?", "yes_no"),
                    Asked("hurt_how", "Who, and how?", "text", opened_by="hurt")),
    Kind.KEPT_FROM_LEAVING: (_WHO, Asked("held_how", "How were you kept from leaving?", "text"), Asked("minutes", "For how many minutes?"),
                             Asked("out_how", "How did you get out?", "text")),
    Kind.ANIMALS: (Asked("animal", "What animal?"), Asked("asked_away", "Was the family asked to put it away?", "yes_no"),
                   Asked("hurt", "Was anybody hurt?", "yes_no"), Asked("hurt_how", "Who, and how?", "text", opened_by="hurt")),
    Kind.PHYSICAL_INTERVENTION: (
        Asked("led", "What led to it?", "text", owed=True, clause="ALT-33"),
        Asked("parents", "Why did the parents not act?", "text", owed=True, hint="It is left to parents where possible", clause="ALT-33"),
        Asked("prevented", "What injury to another person did it prevent?", "text", owed=True, clause="ATT-53"),
        Asked("nothing_else", "Why would nothing else do?", "text", owed=True, hint="What was tried before", clause="ATT-53"),
        Asked("force", "What force was used?", "text", owed=True, hint="Which hold, where, by how many", clause="ATT-53"),
        Asked("long", "How long did it last?", owed=True, hint="For example: about ten seconds", clause="ATT-53"),
        Asked("who", "Who did it?", owed=True, clause="ATT-53"),
        Asked("saw", "Who saw it?", owed=True, hint="Names, or nobody", clause="ATT-53"),
        Asked("injured", "Was the child injured?", "yes_no", owed=True, clause="ATT-53"),
        Asked("injured_how", "What injury, and what was done about it?", "text", owed=True, opened_by="injured", clause="ATT-53"),
        Asked("distressed", "Was the child distressed?", "yes_no", owed=True, clause="ATT-53"),
        Asked("distressed_how", "How did it show, and who stayed with the child?", "text", owed=True, opened_by="distressed",
              clause="ATT-53"),
    ),
    Kind.CHILD_INJURY: (Asked("whom", "Which child?", owed=True), replace(_INJURY, owed=True), _DONE,
                        Asked("parents_know", "Do the parents know?", "yes_no")),
    Kind.STAFF_INJURY: (Asked("whom", "Who was hurt?"), _INJURY, _DONE),
    Kind.STAFF_ILLNESS: (Asked("whom", "Who fell ill?"), _DONE),
}  # fmt: skip
# Yes to one of these opens a concern, and goes to the headteacher (ATT-53).
HARM: Mapping[str, tuple[str, ...]] = {Kind.PHYSICAL_INTERVENTION: ("injured", "distressed")}


def asked_of(kind: str) -> tuple[Asked, ...]:
    """The questions of a kind, in order; none for a kind that has none of its own."""
    return QUESTIONS.get(kind, ())


def counting(kind: str, details: Mapping[str, str]) -> Iterator[Asked]:
    """The questions of a kind that count under these answers: one that a yes opens only with that yes."""
    for one in asked_of(kind):
        if not one.opened_by or details.get(one.opened_by) == YES:
            yield one


def answered(kind: str, details: Mapping[str, str]) -> list[tuple[Asked, str]]:
    """Each question that counts with its answer in words; empty where nobody has answered yet."""
    return [(one, WORDS.get(said, said) if one.kind == "yes_no" else said)
            for one in counting(kind, details) for said in [str(details.get(one.code, "")).strip()]]  # fmt: skip


def harm_said(kind: str, details: Mapping[str, str]) -> bool:
    """Whether a child was hurt or distressed by what staff did (ATT-53)."""
    return any(details.get(code) == YES for code in HARM.get(kind, ()))
