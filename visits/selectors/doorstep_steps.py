"""The steps of a visit in order, for a page that works without network: what each asks, what was said, what a rule would say."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import product
from typing import Any

from homevisits.common.errors import Block
from homevisits.common.said import wall
from homevisits.people.models import Staff

from .. import findings, waiting
from ..models import CheckIn, HomeVisit, VisitMember
from ..rules.door import answer_blocks, contradictions, entry_blocks, has_agreed_time, late_block, over_block
from ..rules.leaving import departure_blocks

Point = CheckIn.Point
S = HomeVisit.Status


@dataclass(frozen=True)
class Step:
    """One step. `tap`: its form is one button. `required`: the next act can be this one. `said`: what was said of it, by whom, when."""

    code: str
    title: str
    words: str
    kind: str = "check_in"
    point: str = ""
    tap: bool = True
    required: bool = True
    done: bool = False
    said: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


def steps(visit: HomeVisit, person: Staff, now: datetime) -> list[Step]:
    """The steps of the visit as one of those who go, or the office, sees them now."""
    values, mine = visit.policy.values, visit.members.filter(staff=person).first()
    rows = list(visit.check_ins.select_related("by").order_by("at", "pk"))
    said: dict[str, list[str]] = {}
    for row in rows:
        said.setdefault(row.point, []).append(_line(row))
    found = [f"{one.get_kind_display()}, {_line(one)}" for one in visit.outcomes.select_related("by").order_by("at", "pk")]
    spoken = [f"{one.name}, {_line(one)}" for one in visit.spoken_to.select_related("by").order_by("at", "pk")]
    late = visit.parents_late_word_at
    arriving = Point.ARRIVING in values.check_in_points
    leaves = Point.LEFT_PROPERTY in values.check_in_points or Point.INSIDE in said
    may_leave = departure_blocks(visit, now) if not visit.departed_at else []
    listed = [
        Step("leave", "Leaving", "We are leaving now", point=Point.DEPARTED, done=bool(visit.departed_at), blocks=may_leave),
        Step("arriving", "About to arrive", "We are about to arrive", point=Point.ARRIVING, done=Point.ARRIVING in said),
        Step("arrived", "Arrived", "I have arrived" if mine else "They have arrived", point=Point.ARRIVED, done=_arrived(mine, said)),
        Step("wait", "Waiting for the parents", "Parents sent word they are late", "parents_late", required=False, done=bool(late)),
        Step("inside", "Going inside", "We go inside", point=Point.INSIDE, tap=False, required=False, done=Point.INSIDE in said,
             blocks=entry_blocks(visit, values, now)),
        Step("spoken", "Who we spoke to", "Record", "spoken", tap=False, required=False, done=bool(spoken)),
        Step("found", "What we found", "Say what you found", "outcome", tap=False, done=bool(found)),
        Step("left", "Leaving the property", "We have left the property", point=Point.LEFT_PROPERTY, required=leaves,
             done=Point.LEFT_PROPERTY in said),
        Step("back", "Back", "I am back" if mine else "They are back", point=Point.RETURNED, done=_back(visit, mine)),
    ]  # fmt: skip
    lines = {"wait": [f"They sent word at {wall(late)}"] if late else [], "spoken": spoken, "found": found}
    hidden = {"arriving": not arriving, "wait": not visit.announced}
    return [replace(one, said=lines.get(one.code) or said.get(one.point, [])) for one in listed if not hidden.get(one.code)]


def next_of(listed: Sequence[Step]) -> Step | None:
    """The next step that is required: the first after the last that was said; None when all are."""
    last = max((number for number, step in enumerate(listed) if step.done and step.required), default=-1)
    return next((step for step in listed[last + 1 :] if step.required and not step.done), None)


def _line(row: Any) -> str:
    late = f", heard at {wall(row.received_at)}" if row.received_at else ""
    return f"{wall(row.at)}{late}, {row.by.name}"


def _arrived(mine: VisitMember | None, said: dict[str, list[str]]) -> bool:
    return mine.arrived_at is not None if mine else Point.ARRIVED in said


def _back(visit: HomeVisit, mine: VisitMember | None) -> bool:
    return visit.returned_at is not None or bool(mine and mine.returned_at)


def inside_rules(visit: HomeVisit, asks_parent: bool) -> str:
    """What the rule itself says of each answer before going in, as JSON: [{"given": {field: answer}, "blocks": [[says, clause]]}].

    `invited_by` is nobody (""), somebody ("*") or the name of a child; how things stand beside the answers is said on the page.
    """
    values = visit.policy.values
    names = [name for one in visit.household.pupils.all() for name in (one.first_name, str(one))]
    rules = []
    for adult, parent in product((True, False), (True, False) if asks_parent else (None,)):
        for invited in ("", "*", *(names if adult and parent is not False else ())):
            found = answer_blocks(visit, values, adult, parent, "an adult" if invited == "*" else invited)
            given = {"adult_present": adult, "parent_present": parent, "invited_by": invited}
            rules.append({"given": given, "blocks": [[one.says, one.clause or ""] for one in found]})
    return json.dumps(rules)


def wait_rules(visit: HomeVisit, now: datetime) -> str:
    """How long staff wait, and what the rule says when it is over, as JSON; the timer counts on the tablet itself."""
    values = visit.policy.values
    found: dict[str, Any] = {"arranged": int(visit.arrive_at.timestamp()) if visit.arrive_at else None, "agreed": has_agreed_time(visit)}
    for name, word in (("absent", None), ("late", now)):
        wait = waiting.wait(
            arranged=visit.arrive_at, arrived=now, absent=values.parents_absent_wait, late=values.parents_late_wait, word_at=word
        )
        assert wait is not None
        over, late = over_block(values, wait), late_block(values, wait)
        found[name] = {"minutes": wait.minutes, "over": over.says, "clause": over.clause or "", "late": late.says if word else ""}
    return json.dumps(found)


def outcome_rules(kind: str) -> str:
    """What the rule says of this outcome after each other one, as JSON: {outcome: sentence}."""
    return json.dumps({said: block.says for said, block in contradictions(kind).items() if said in findings.BY_KIND})
