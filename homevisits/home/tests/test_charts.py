"""Charts: figures as a picture and as a table, nothing that the content security policy forbids."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homevisits.home.charts import Bar, Morning, Rung, bar_chart, morning_chart
from homevisits.home.shapes import STATES

NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def _morning(minutes: list[int], now: int = 11) -> Morning:
    rungs = [Rung(f"rung {i}", NINE + timedelta(minutes=m), STATES[i % 5], i) for i, m in enumerate(minutes)]
    return Morning(rungs, NINE + timedelta(minutes=now))


def _parsed(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup)  # our own markup


def test_a_morning_says_the_same_in_picture_words_and_table() -> None:
    chart = morning_chart(_morning([0, 15, 45, 150]))
    figure = _parsed(chart)
    assert "now 9:11" in chart
    label = figure[0].attrib["aria-label"]
    rows = figure.findall(".//tbody/tr")
    assert len(rows) == 4
    for rung in ("9:00 rung 0, 0 pupils", "9:15 rung 1, 1 pupil", "11:30 rung 3, 3 pupils"):
        assert rung in label
    assert "in 4 minutes" in "".join(rows[1].itertext())


@given(st.lists(st.integers(0, 420), min_size=1, max_size=7).map(sorted), st.integers(-60, 600))
def test_rungs_stay_in_the_picture_in_order_and_now_between_them(minutes: list[int], now: int) -> None:
    chart = morning_chart(_morning(minutes, now))
    places = [float(x) for x in re.findall(r'<svg x="([\d.]+)%"', chart)]
    assert len(places) == len(minutes)
    assert all(5 <= place <= 95 for place in places)
    assert all(right - left >= 10.9 for left, right in pairwise(places))
    here = re.search(r'chart__now" x1="([\d.]+)%"', chart)
    assert here is not None
    x = float(here[1])
    for minute, place in zip(minutes, places, strict=True):
        assert x >= place - 0.02 if minute <= now else x <= place + 0.02
    _parsed(chart)


def test_names_are_text_and_nothing_is_styled_in_place() -> None:
    chart = morning_chart(Morning([Rung('<script>"', NINE, "due", 1)], NINE)) + bar_chart("A <b>", [Bar("<i>", 3), Bar("none", 0, "due")])
    assert "<script>" not in chart
    assert "<i>" not in chart
    assert "style=" not in chart
    assert " onclick" not in chart


def test_no_rungs_no_chart_and_no_bars_no_failure() -> None:
    assert morning_chart(Morning([], NINE)) == ""
    assert "<svg" in bar_chart("Nothing", [])


def test_the_longest_bar_is_the_widest() -> None:
    widths = [
        float(width)
        for width in re.findall(r'<rect class="[^"]*" x="190" y="\d+" width="([\d.]+)"', bar_chart("B", [Bar("a", 14), Bar("b", 7)]))
    ]
    assert widths[0] == pytest.approx(2 * widths[1])
