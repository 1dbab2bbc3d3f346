"""The return alarm as plain values: which steps are due, and when the next one is (rehearsal.md, 9)."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

HELP = "help"


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
    if quiet_until is not None and now < quiet_until:
        return []
    return [step for step in in_order(steps) if step not in raised and due_at(step, steps, due_back) <= now]


def next_at(steps: Mapping[str, int], due_back: datetime, raised: Collection[str], quiet_until: datetime | None) -> datetime | None:
    """When the next step is to be raised; None when every step was. A rest puts steps off, it never drops them."""
    ahead = [due_at(step, steps, due_back) for step in steps if step not in raised]
    first = min(ahead, default=None)
    return first if first is None or quiet_until is None else max(first, quiet_until)
