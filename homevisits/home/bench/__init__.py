"""How fast it is, measured side by side in one run: ratios carry over to other machines, times don't (reliability.md)."""

from collections.abc import Callable, Iterable

from . import letters, pages, saving, sending, ticks
from .figures import Figure
from .scratch import scratch_database

# Figures that share a database and a preparation are measured together.
MEASURES: tuple[tuple[tuple[str, ...], Callable[[], Iterable[Figure]]], ...] = (
    (("S1", "S2"), ticks.first_text_tick),
    (("S3", "S5"), sending.at_once),
    (("S4",), sending.slow_provider),
    (("S6",), sending.first_text),
    (("S7",), pages.today),
    (("S8",), saving.with_audit),
    (("S9",), letters.one_letter),
    (("S10",), ticks.growth),
)

__all__ = ["MEASURES", "Figure", "scratch_database"]
