"""Charts as SVG made on the server, so that they print and need no script. Pure: plain values in, markup out.

Every chart has its figures beside it as a table that opens; colours are classes of charts.css, never styles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from homevisits.common import said
from homevisits.home import shapes

# The time line is as wide as its place: positions are per cent of it, words and shapes keep their size.
LEFT, RIGHT, LEAST = 7.0, 93.0, 14.0
LINE = 46


@dataclass(frozen=True)
class Rung:
    """One step of the morning: its name, its instant, its state (see shapes.STATES), and how many pupils it took, where that is known."""

    name: str
    at: datetime
    state: str
    count: int | None = None
    unit: str = "pupil"

    @property
    def words(self) -> str:
        """How many, in words; empty where it is not known yet."""
        return "" if self.count is None else said.count(self.count, *self.unit.split(","))


@dataclass(frozen=True)
class Morning:
    """The morning at `now`; `rungs` in their order of time."""

    rungs: Sequence[Rung]
    now: datetime
    title: str = "The morning"


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its value, its state for the colour (empty: the accent)."""

    name: str
    value: int
    state: str = ""


def morning_chart(morning: Morning) -> SafeString:
    """A time line with the rungs where they stand, what each took, and now. Nothing for a morning without rungs."""
    if not morning.rungs:
        return mark_safe("")
    first, last = morning.rungs[0].at, morning.rungs[-1].at
    # A little room before and after, so that "now" is seen coming and going.
    margin = max((last - first) * 0.04, timedelta(minutes=5))
    start, end = first - margin, last + margin
    places = _spread([_x(rung.at, start, end) for rung in morning.rungs])
    now_x = _now_x(morning, places, start, end)
    drawn = format_html_join("", "{}", ((_rung(rung, x),) for rung, x in zip(morning.rungs, places, strict=True)))
    return format_html(
        '<figure class="chart"><svg width="100%" height="{}" role="img" aria-label="{}">'
        '<line class="chart__line" x1="1%" y1="{}" x2="99%" y2="{}" stroke-width="3" stroke-linecap="round"/>{}{}{}</svg>{}</figure>',
        LINE + 36 + 18 * max(len(_under(rung)) - 1 for rung in morning.rungs),
        _in_words(morning),
        LINE,
        LINE,
        _past(now_x),
        _now(now_x, morning.now),
        drawn,
        _morning_table(morning),
    )


def bar_chart(title: str, bars: Sequence[Bar]) -> SafeString:
    """Horizontal bars with their values, the longest one full width."""
    most = max((bar.value for bar in bars), default=0) or 1
    rows = format_html_join(
        "",
        '<text class="chart__words" x="0" y="{}" font-size="15">{}</text>'
        '<rect class="chart__bar{}" x="190" y="{}" width="{}" height="18" rx="3"/>'
        '<text class="chart__words" x="{}" y="{}" font-size="15" font-weight="600">{}</text>',
        (
            (i * 30 + 20, bar.name, _kind("chart__bar", bar.state), i * 30 + 6, w := _width(bar, most), 198 + w, i * 30 + 20, bar.value)
            for i, bar in enumerate(bars)
        ),
    )
    summary = f"{title}: " + ", ".join(f"{bar.name} {bar.value}" for bar in bars)
    cells = format_html_join("", '<tr><th scope="row">{}</th><td class="number">{}</td></tr>', ((bar.name, bar.value) for bar in bars))
    return format_html(
        '<figure class="chart"><svg class="chart__bars" viewBox="0 0 560 {}" role="img" aria-label="{}">{}</svg>{}</figure>',
        max(len(bars), 1) * 30 + 4,
        summary,
        rows,
        _table(title, format_html('<th scope="col">{}</th><th scope="col" class="number">{}</th>', "What", "How many"), cells),
    )


def _x(at: datetime, start: datetime, end: datetime) -> float:
    return LEFT + (RIGHT - LEFT) * ((at - start) / (end - start))


def _spread(places: list[float]) -> list[float]:
    """Push neighbours apart so that their words do not run together, then back from the right edge."""
    room = min(LEAST, (RIGHT - LEFT) / max(len(places) - 1, 1))
    for i in range(1, len(places)):
        places[i] = max(places[i], places[i - 1] + room)
    edge = RIGHT
    for i in reversed(range(len(places))):
        places[i] = min(places[i], edge)
        edge = places[i] - room
    return places


def _now_x(morning: Morning, places: Sequence[float], start: datetime, end: datetime) -> float:
    """Where now stands between the rungs as they were drawn: after every rung that has passed, before every one to come."""
    points = [(start, 1.0), *((rung.at, x) for rung, x in zip(morning.rungs, places, strict=True)), (end, 99.0)]
    for (before, left), (after, right) in pairwise(points):
        if morning.now < after:
            return left + (right - left) * max(0.0, (morning.now - before) / (after - before))
    return 99.0


_INSIDE = {
    "done": '<path class="chart__tick" d="m-5 .4 3.6 4 6.4-7.6" stroke-width="2.4" stroke-linecap="round"/>',
    "held": '<path class="chart__tick" d="M-3-4.5v9M3-4.5v9" stroke-width="3"/>',
    "due": '<path class="chart__tick" d="M0-6v6.4M0 3.4v2" stroke-width="2.6"/>',
}


def glyph(state: str) -> SafeString:
    """What stands inside the circle of a state, so that it is known without its colour: tick, bars, exclamation mark, or nothing."""
    return mark_safe(_INSIDE.get(state, ""))  # noqa: S308 (our own table)


def _rung(rung: Rung, x: float) -> SafeString:
    """A rung with its time, its name in up to two lines, and what it took."""
    words = format_html_join(
        "",
        '<text class="{}" y="{}" text-anchor="middle" font-size="{}" font-weight="{}">{}</text>',
        ((kind, 29 + i * 18, size, weight, line) for i, (kind, size, weight, line) in enumerate(_under(rung))),
    )
    return format_html(
        '<svg x="{}%" y="{}" overflow="visible"><circle class="chart__rung{}" r="10" stroke-width="2.5"/>{}{}</svg>',
        round(x, 2),
        LINE,
        _kind("chart__rung", rung.state),
        glyph(rung.state),
        words,
    )


def _under(rung: Rung) -> list[tuple[str, int, int, str]]:
    """The lines under a rung: class, size, weight, words."""
    lines = [("chart__words", 16, 700, said.wall(rung.at)), *(("chart__words", 14, 400, line) for line in _lines(rung.name))]
    return [*lines, ("chart__soft", 14, 400, rung.words)] if rung.words else lines


def _lines(name: str) -> list[str]:
    """A name in one line, or in two of about the same length."""
    words = name.split()
    if len(name) <= 11 or len(words) < 2:
        return [name]
    cut = min(range(1, len(words)), key=lambda i: abs(len(" ".join(words[:i])) - len(" ".join(words[i:]))))
    return [" ".join(words[:cut]), " ".join(words[cut:])]


def _past(now_x: float) -> SafeString:
    return format_html(
        '<line class="chart__past" x1="1%" y1="{}" x2="{}%" y2="{}" stroke-width="5" stroke-linecap="round"/>', LINE, round(now_x, 2), LINE
    )


def _now(x: float, now: datetime) -> SafeString:
    """The mark of now, its words kept inside the picture."""
    anchor = "start" if x < 8 else "end" if x > 92 else "middle"
    return format_html(
        '<line class="chart__now" x1="{0}%" y1="20" x2="{0}%" y2="{1}" stroke-width="2.5"/>'
        '<text class="chart__now-words" x="{2}%" y="14" text-anchor="{4}" font-size="15" font-weight="700">now {3}</text>',
        round(x, 2),
        LINE + 14,
        round(x, 2),
        said.wall(now),
        anchor,
    )


def _in_words(morning: Morning) -> str:
    parts = [f"{said.wall(rung.at)} {rung.name}{', ' + rung.words if rung.words else ''}" for rung in morning.rungs]
    return f"{morning.title}. It is {said.wall(morning.now)}. " + "; ".join(parts) + "."


def _morning_table(morning: Morning) -> SafeString:
    words = {"due": "due", "open": "under way", "held": "held", "done": "done", "resting": "to come"}
    cells = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>',
        ((said.when(rung.at, morning.now), rung.name, words[rung.state], rung.words or "—") for rung in morning.rungs),
    )
    heads = format_html_join("", '<th scope="col">{}</th>', ((word,) for word in ("Time", "Step", "State", "How many")))
    return _table(morning.title, heads, cells)


def _table(title: str, heads: SafeString, cells: SafeString) -> SafeString:
    return format_html(
        '<details id="table-{}"><summary>{}</summary><table class="table"><caption class="govuk-visually-hidden">{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></details>",
        "".join(letter if letter.isalnum() else "-" for letter in title.lower()),
        "As a table",
        title,
        heads,
        cells,
    )


def _width(bar: Bar, most: int) -> float:
    return round(max(2, 310 * bar.value / most), 1)


def _kind(name: str, state: str) -> str:
    return f" {name}--{state}" if state in shapes.STATES else ""
