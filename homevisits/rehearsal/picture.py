"""A rehearsed day as a picture: lanes of what happened under the steps of the day. SVG made on the server, so that it prints.

The day is not drawn to scale: a quiet stretch is drawn shorter, so that what happens within minutes stands apart. Every mark has its time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from homevisits.common import said
from homevisits.home.charts import glyph

from . import saying
from .telling import Told

TOP, LANE = 44, 46  # pixels: the steps' names, and one lane
LEFT, RIGHT = 4.5, 93.0  # per cent of the width
APART, LATE_APART = 5.4, 8.4  # per cent: marks closer than this become one with a number; “late” takes more room
STEPS_APART = 0.15  # of the width before it is stretched for it, so that the names of two steps do not run together
WORST_FIRST = ("due", "held", "open", "done", "resting")


@dataclass(frozen=True)
class Step:
    """A step of the day: a vertical line."""

    name: str
    at: datetime


@dataclass
class Mark:
    """One or several entries of a lane that stand at one place."""

    x: float
    entries: list[Told]

    @property
    def state(self) -> str:
        """The state that needs a look first."""
        return min((entry.state for entry in self.entries), key=WORST_FIRST.index)

    @property
    def late(self) -> bool:
        """Whether something here came late."""
        return any(entry.late for entry in self.entries)

    @property
    def label(self) -> str:
        """The time under it: of the first thing, or of the first that came late."""
        late = next((entry for entry in self.entries if entry.late), None)
        return f"{said.wall(late.at)} late" if late else said.wall(self.entries[0].at)

    @property
    def words(self) -> str:
        """All of it, for whoever points at the mark."""
        return "\n".join(f"{said.wall(one.at)} {one.words}{f' {one.late.capitalize()}.' if one.late else ''}" for one in self.entries)


def steps_of(rungs: Iterable[Sequence[str]]) -> list[Step]:
    """The steps as they are kept with a result."""
    return [Step(name, datetime.fromisoformat(at)) for name, at in rungs]


def lanes_of(entries: Sequence[Told]) -> list[str]:
    """The kinds that get a lane: those that always do, and those that have something."""
    there = {entry.kind for entry in entries}
    return [kind for kind in saying.KINDS if kind in saying.ALWAYS or kind in there]


def draw(title: str, entries: Sequence[Told], steps: Sequence[Step]) -> SafeString:
    """The day as a figure; nothing for a day on which nothing was to come and nothing happened."""
    if not entries and not steps:
        return mark_safe("")
    lanes, scale = lanes_of(entries), scale_of(entries, steps)
    height = TOP + LANE * len(lanes) + 4
    return format_html(
        '<figure class="day-chart"><svg class="day-chart__names" width="104" height="{0}" aria-hidden="true" focusable="false">{1}</svg>'
        '<svg class="day-chart__lanes" width="100%" height="{0}" role="img" aria-label="{2}">{3}{4}{5}</svg></figure>',
        height,
        _names(lanes),
        _in_words(title, entries, lanes),
        _grounds(lanes),
        format_html_join("", "{}", ((_step(step, scale[step.at], height),) for step in steps)),
        format_html_join("", "{}", ((_lane(row, [e for e in entries if e.kind == kind], scale),) for row, kind in enumerate(lanes))),
    )


def scale_of(entries: Sequence[Told], steps: Sequence[Step]) -> Mapping[datetime, float]:
    """Where each instant stands, in per cent of the width: in order, quiet stretches shortened, steps far enough apart for their names."""
    moments = sorted({*(entry.at for entry in entries), *(step.at for step in steps)})
    gaps = [_width_of((after - before).total_seconds() / 60) for before, after in pairwise(moments)]
    places = [moments.index(at) for at in sorted({step.at for step in steps})]
    least = STEPS_APART * sum(gaps)
    for first, last in pairwise(places):
        there = sum(gaps[first:last])
        if there < least:
            gaps[first:last] = [gap * least / there for gap in gaps[first:last]]
    whole, run, found = sum(gaps) or 1.0, 0.0, {}
    for place, at in enumerate(moments):
        found[at] = LEFT + (RIGHT - LEFT) * run / whole
        run += gaps[place] if place < len(gaps) else 0
    return found


def _width_of(minutes: float) -> float:
    """How wide a gap is drawn, against one of no minutes: half an hour twice, and never more than four times."""
    return min(1 + minutes / 30, 4.0)


def marks_of(entries: Sequence[Told], scale: Mapping[datetime, float]) -> list[Mark]:
    """The entries of one lane as marks, those too close to stand apart together."""
    marks: list[Mark] = []
    for entry in entries:
        needed = LATE_APART if entry.late or (marks and marks[-1].late) else APART
        if marks and scale[entry.at] - marks[-1].x < needed:
            marks[-1].entries.append(entry)
        else:
            marks.append(Mark(scale[entry.at], [entry]))
    return marks


def _names(lanes: Sequence[str]) -> SafeString:
    rows = ((TOP + LANE * row + 20, saying.KINDS[kind]) for row, kind in enumerate(lanes))
    return format_html_join("", '<text class="chart__words" x="0" y="{}" font-size="14" font-weight="600">{}</text>', rows)


def _grounds(lanes: Sequence[str]) -> SafeString:
    rows = ((row % 2, TOP + LANE * row, LANE) for row in range(len(lanes)))
    return format_html_join("", '<rect class="day-chart__ground day-chart__ground--{}" x="0" y="{}" width="100%" height="{}"/>', rows)


def _step(step: Step, x: float, height: int) -> SafeString:
    return format_html(
        '<line class="day-chart__step" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}" stroke-width="1.5" stroke-dasharray="4 3"/>'
        '<text class="chart__words" x="{0}%" y="16" text-anchor="middle" font-size="14" font-weight="700">{3}</text>'
        '<text class="chart__soft" x="{0}%" y="34" text-anchor="middle" font-size="13">{4}</text>',
        round(x, 2), TOP - 4, height, said.wall(step.at), step.name,
    )  # fmt: skip


def _lane(row: int, entries: Sequence[Told], scale: Mapping[datetime, float]) -> SafeString:
    top = TOP + LANE * row
    return format_html_join("", "{}", ((_mark(mark, top),) for mark in marks_of(entries, scale)))


def _mark(mark: Mark, top: int) -> SafeString:
    count, kind = len(mark.entries), mark.state
    number = format_html(
        '<text class="day-chart__count day-chart__count--{}" y="5" text-anchor="middle" font-size="13">{}</text>', kind, count
    )
    return format_html(
        '<svg x="{}%" y="{}" overflow="visible"><g><title>{}</title>'
        '<circle class="chart__rung chart__rung--{}" r="10" stroke-width="2.5"/>{}'
        '<text class="{}" y="27" text-anchor="middle" font-size="12">{}</text></g></svg>',
        round(mark.x, 2), top + 15, mark.words, kind, number if count > 1 else glyph(kind),
        "day-chart__late" if mark.late else "chart__soft", mark.label,
    )  # fmt: skip


def _in_words(title: str, entries: Sequence[Told], lanes: Sequence[str]) -> str:
    counts = [(saying.KINDS[kind], sum(entry.kind == kind for entry in entries)) for kind in lanes]
    return f"{title}: " + ", ".join(f"{name} {count}" for name, count in counts) + ". Everything stands in the table."
