"""A figure, its goal, and whether it is met; and the stop-watch."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from django.db import connection

RUNS = 5


@dataclass(frozen=True)
class Figure:
    """One measured figure. `met` None: the goal does not apply on this engine."""

    id: str
    what: str
    value: float
    unit: str
    goal: str
    met: bool | None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "value": round(self.value, 4)}


def seconds(act: Callable[[], object]) -> float:
    """How long an act takes, without a collection of garbage in between."""
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        act()
        return time.perf_counter() - start
    finally:
        gc.enable()


def interleaved(acts: dict[str, tuple[Callable[[], object], Callable[[], object]]], runs: int = RUNS) -> dict[str, float]:
    """Median seconds of each act over interleaved runs; before each its own preparing, which does not count."""
    times: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(runs):
        for name, (prepare, act) in acts.items():
            prepare()
            times[name].append(seconds(act))
    return {name: median(each) for name, each in times.items()}


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collects the statements that go to the database, transactions' own included."""
    said: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        said.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield said
