"""The state tables as diagrams, so that what is drawn is what runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from attendance import states as of_cases
from attendance.models import UnexplainedAbsence, WriteBack
from attendance.models.cases import Rung
from homevisits.messaging import states as of_messages
from homevisits.messaging.models import Message
from visits import states as of_visits
from visits.models import HomeVisit


@dataclass(frozen=True)
class Drawing:
    """One table with the words of its statuses, and where it begins."""

    name: str
    title: str
    says: str
    table: Mapping[str, Iterable[str]]
    words: Mapping[str, str]
    first: Iterable[str]


def drawings() -> list[Drawing]:
    """Every state table of the product."""
    rungs = {**_words(Rung.choices), "": "None left"}
    visit, case, message = (_words(model.Status.choices) for model in (HomeVisit, UnexplainedAbsence, Message))
    writing = _words(WriteBack.State.choices)
    cases, messages = "attendance/states.py", "homevisits/messaging/states.py"
    return [
        Drawing("visit", "A home visit", "visits/states.py", of_visits.TRANSITIONS, visit, [HomeVisit.Status.RAISED]),
        Drawing("case", "An unexplained absence", cases, of_cases.TRANSITIONS, case, of_cases.FIRST),
        Drawing("rung", "The rung that a case stands at", cases, of_cases.RUNGS, rungs, [Rung.FIRST_TEXT]),
        Drawing("write_back", "A code written back", cases, of_cases.WRITE_BACK, writing, of_cases.WRITE_BACK_FIRST),
        Drawing("message", "A message", messages, of_messages.TRANSITIONS, message, of_messages.FIRST),
    ]


def markdown(drawing: Drawing) -> str:
    """A page with the diagram and the same as a table. Written by `manage.py state_diagrams`."""
    lines = [f"# {drawing.title}", "", f"Drawn from `{drawing.says}` by `manage.py state_diagrams`; change the table, not this page.", ""]
    lines += ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{drawing.words[status]}" as {_id(status)}' for status in drawing.table]
    lines += [f"    [*] --> {_id(status)}" for status in drawing.table if status in set(drawing.first)]
    for status, after in drawing.table.items():
        following = [other for other in drawing.table if other in set(after)]
        lines += [f"    {_id(status)} --> {_id(other)}" for other in following] or [f"    {_id(status)} --> [*]"]
    lines += ["```", "", "| from | to |", "|---|---|"]
    for status, after in drawing.table.items():
        names = ", ".join(drawing.words[other] for other in drawing.table if other in set(after))
        lines.append(f"| {drawing.words[status]} | {names or 'nothing: the end'} |")
    return "\n".join([*lines, ""])


def _id(status: str) -> str:
    return status or "none"


def _words(choices: Iterable[tuple[str, object]]) -> dict[str, str]:
    return {value: str(label) for value, label in choices}
