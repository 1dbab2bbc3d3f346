"""A chronology drawn as a time line: a lane for each kind, a point for each entry. SVG from the server, so that it prints."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from homevisits.common.clock import local_day
from homevisits.common.said import count

from .entry import KINDS, Entry

WIDTH, LEFT, RIGHT, LANE, HEAD = 960, 220, 940, 30, 30  # units of the drawing
COLOURS = {"due": "#b3261e", "open": "#8a5300", "held": "#5b3a8c", "done": "#1b6b3a", "resting": "#4a5a66"}
FEWEST = 3  # entries of which a drawing says more than the table
MOST_MARKS = 9


def timeline(entries: Sequence[Entry]) -> SafeString:
    """The drawing; nothing for so few entries that it would say no more than their table."""
    if len(entries) < FEWEST:
        return mark_safe("")
    days = [local_day(entry.happened_at) for entry in entries]
    first, last = min(days), max(days)
    kinds = [kind for kind in KINDS if any(entry.kind == kind for entry in entries)]
    bottom = HEAD + LANE * len(kinds)
    lanes = format_html_join("", "{}", ((_lane(kind, number, entries, first, last),) for number, kind in enumerate(kinds)))
    marks = format_html_join(
        "",
        '<line x1="{0}" x2="{0}" y1="{1}" y2="{2}" stroke="#d5dee4"/>'
        '<text x="{0}" y="18" font-size="14" text-anchor="middle" fill="#4a5a66">{3}</text>',
        ((_x(on, first, last), HEAD - 6, bottom, words) for on, words in scale(first, last)),
    )
    return format_html(
        # The title is what a PDF says of the drawing to whoever does not see it.
        '<svg class="chronology__drawn" viewBox="0 0 {} {}" role="img"><title>{}</title>{}{}</svg>',
        WIDTH, bottom + 6, in_words(entries), marks, lanes,
    )  # fmt: skip


def in_words(entries: Sequence[Entry]) -> str:
    """What the drawing shows, for who does not see it."""
    number = Counter(entry.kind for entry in entries)
    each = ", ".join(f"{KINDS[kind][0]}: {number[kind]}" for kind in KINDS if number[kind])
    first, last = (local_day(pick(entry.happened_at for entry in entries)) for pick in (min, max))
    return f"{count(len(entries), 'entry', 'entries')} from {_short(first)} to {_short(last)}. {each}. All of them stand in the table."


def scale(first: date, last: date) -> list[tuple[date, str]]:
    """The days that the drawing names: days, months or years, no more than nine of them."""
    length = (last - first).days
    if length <= 45:
        step = max(1, -(-length // (MOST_MARKS - 1)))
        return [(first + timedelta(days=n), f"{first + timedelta(days=n):%-d %b}") for n in range(0, length + 1, step)]
    months = [(year, month) for year in range(first.year, last.year + 1) for month in range(1, 13)]
    inside = [date(year, month, 1) for year, month in months if first <= date(year, month, 1) <= last]
    step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120) if len(inside) <= step * MOST_MARKS)
    kept = [on for on in inside if ((on.year * 12 + on.month - 1) % step) == 0]
    return [(on, f"{on:%b %Y}") for on in kept]


def _lane(kind: str, number: int, entries: Sequence[Entry], first: date, last: date) -> SafeString:
    words, state = KINDS[kind]
    y, fill = HEAD + LANE * number + LANE // 2, COLOURS[state]
    points = format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="6" fill="{}" fill-opacity="0.75" stroke="#ffffff"><title>{}</title></circle>',
        (
            (_x(local_day(entry.happened_at), first, last), y, fill, f"{_short(local_day(entry.happened_at))}: {entry.title}")
            for entry in entries
            if entry.kind == kind
        ),
    )
    return format_html(
        '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="#b1b4b6"/><text x="0" y="{}" font-size="15" fill="#0b0c0c">{}</text>{}',
        LEFT, RIGHT, y, y, y + 5, words, points,
    )  # fmt: skip


def _x(on: date, first: date, last: date) -> float:
    length = (last - first).days or 1
    return round(LEFT + 14 + (RIGHT - LEFT - 28) * (on - first).days / length, 1)


def _short(on: date) -> str:
    return f"{on.day} {on:%b %Y}"
