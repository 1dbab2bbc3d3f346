"""The return alarm as plain values: which steps are due, when the next one is, which check-in is missed (rehearsal.md, 9; ATT-12)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

HELP = "help"
MISSED = "missed_"
WELLBEING = "wellbeing"
# How long after its time a check-in or a wellbeing check counts as missed. No policy says; ten minutes is the rest of an alarm.
POINT_GRACE = timedelta(minutes=10)
WELL_GRACE = timedelta(minutes=5)
# An alarm that nobody has acknowledged is told again so often: at most twelve like texts an hour, networks stop more than twenty.
REPEAT = timedelta(minutes=5)
# What the pair may add at a time once the time due back has passed; more is for the office to say.
LATE_DELAY = 60
WATCHED_POINTS = ("arriving", "arrived", "left_property")


def in_order(steps: Mapping[str, int]) -> list[str]:
    """The steps by their minutes after the time due back."""
    return sorted(steps, key=lambda step: steps[step])


def due_at(step: str, steps: Mapping[str, int], due_back: datetime) -> datetime:
    """When a step is due."""
    return due_back + timedelta(minutes=steps[step])


def steps_due(
    steps: Mapping[str, int], due_back: datetime, raised: Collection[str], quiet_until: datetime | None, now: datetime
) -> list[str]:
    """The steps to raise now, in order: those whose time has passed, unless somebody deals with the alarm."""
    if resting(quiet_until, now):
        return []
    return [step for step in in_order(steps) if step not in raised and due_at(step, steps, due_back) <= now]


def overdue_since(due_back: datetime | None, delays: Iterable[tuple[datetime, datetime]], now: datetime) -> datetime | None:
    """The first time due back that passed, whatever was said later; None while none has. `delays`: (the time before it, when it was said).

    A delay said in time moves the time due back; one said afterwards is a message: the pair was late.
    """
    passed = [before for before, said_at in delays if said_at >= before]
    return min(passed, default=due_back if due_back is not None and due_back <= now else None)


def resting(quiet_until: datetime | None, now: datetime) -> bool:
    """Whether somebody has taken the alarm on and it is quiet for a while."""
    return quiet_until is not None and now < quiet_until


def next_at(
    steps: Mapping[str, int],
    due_back: datetime,
    raised: Collection[str],
    quiet_until: datetime | None,
    others: Collection[datetime] = (),
) -> datetime | None:
    """When the next step, or another of the `others`, is to be raised; None when all were. A rest puts off, it never drops."""
    ahead = [due_at(step, steps, due_back) for step in steps if step not in raised]
    first = min([*ahead, *others], default=None)
    return first if first is None or quiet_until is None else max(first, quiet_until)


@dataclass(frozen=True)
class Way:
    """The times of a visit on its way, as far as they are known. `delayed` is what delays have added so far."""

    arrive_at: datetime | None
    due_back: datetime
    length: timedelta
    arrived_at: datetime | None = None
    delayed: timedelta = timedelta(0)


def point_due(point: str, way: Way) -> datetime | None:
    """When a check-in that the policy asks for counts as missed; None where the return alarm says it already.

    On the way and at the door: ten minutes after the time agreed; without one, the last moment from which they could be back in time.
    Leaving: ten minutes after the planned length at the home. Never later than the time due back: from then the return alarm climbs.
    """
    if point not in WATCHED_POINTS:
        return None
    agreed = way.arrive_at + way.delayed if way.arrive_at else None
    if point == "left_property":
        there = way.arrived_at or agreed
        due = there + way.length + POINT_GRACE if there else way.due_back
    else:
        due = agreed + POINT_GRACE if agreed else way.due_back - way.length
    return due if due < way.due_back else None


def word_due(missing: Collection[str], way: Way) -> datetime:
    """When the next word of staff who are out is expected, were all well: at the times agreed, at the latest when they are due back."""
    agreed = way.arrive_at + way.delayed if way.arrive_at else None
    there = way.arrived_at or agreed
    times = [there + way.length if point == "left_property" and there else agreed for point in missing]
    return min([way.due_back, *(at for at in times if at is not None)])


def points_missing(asked: Collection[str], said: Collection[str]) -> list[str]:
    """The watched points of `asked` that nobody has said, nor any later one: whoever is inside has arrived."""
    order = ("departed", "arriving", "arrived", "inside", "left_property", "returned")
    furthest = max((order.index(point) for point in said if point in order), default=-1)
    return [point for point in WATCHED_POINTS if point in asked and order.index(point) > furthest]
