"""What the parts of a page look like from the outside: words, shapes, links; and that nothing typed becomes markup."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory

from homevisits.common.errors import Block
from homevisits.home import shapes
from homevisits.home.templatetags import look
from homevisits.policy.clauses import clauses


def test_a_status_is_word_shape_and_colour() -> None:
    drawn = {state: look.status(state, "Word") for state in shapes.STATES}
    outlines = {re.sub(r"<span[^>]*>|Word.*", "", markup) for markup in drawn.values()}
    assert len(outlines) == len(shapes.STATES)
    assert all("Word" in markup and f"status--{state}" in markup for state, markup in drawn.items())


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(KeyError):
        look.status("urgent", "Urgent")


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_statuses_read_well_on_their_ground() -> None:
    css = (Path(settings.BASE_DIR) / "static/css/look.css").read_text()
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css))
    for state in shapes.STATES:
        assert _contrast(colours[state], colours[f"{state}-soft"]) >= 4.5, state
    assert _contrast(colours["ink-soft"], colours["ground"]) >= 4.5


@pytest.mark.parametrize("colour", ["#ffffff", "#f2c200", "#8a1c3b", "#1d4f6e", "#777777", "#000000"])
def test_initials_read_well_on_every_school_colour(colour: str) -> None:
    assert _contrast(colour, shapes.ink_on(colour)) >= 4.5


def test_a_school_colour_that_is_none_becomes_ours() -> None:
    assert shapes.safe_colour('red"/><script>') == "#1d4f6e"
    assert "<script>" not in shapes.crest("<script>x", "#12345g")


def test_a_telephone_number_is_a_link_shown_as_it_is_dialled() -> None:
    link = look.phone("+447700900001", "Mo Example")
    assert 'href="tel:+447700900001"' in link
    assert "07700 900001" in link
    assert "Ring Mo Example" in link
    assert look.phone("") == '<span class="soft">No number</span>'


def test_blocks_say_why_and_by_which_clause_with_its_words() -> None:
    page = render_to_string("components/blocks.html", {"blocks": [Block("Held <b>back</b>.", "PRI-31"), Block("No clause.")]})
    assert "Held &lt;b&gt;back&lt;/b&gt;." in page
    assert "PRI-31" in page
    assert clauses()["PRI-31"].says.split("’")[0].split("'")[0][:30] in page
    assert page.count("<details") == 1
    assert render_to_string("components/blocks.html", {"blocks": []}).strip() == ""


def test_pagination_counts_keeps_filters_and_leaves_gaps() -> None:
    page = Paginator(range(437), 20).get_page(7)
    request = RequestFactory().get("/?q=ada&page=7")
    html = engines["django"].get_template("components/pagination.html").render({"page_obj": page, "what": "pupil"}, request)
    assert "121 to 140 of 437 pupils" in html
    assert "?q=ada&amp;page=8" in html
    assert html.count("…") == 2
    few = (
        engines["django"]
        .get_template("components/pagination.html")
        .render({"page_obj": Paginator([1], 20).get_page(1), "what": "pupil"}, request)
    )
    assert "1 pupil" in few
    assert "<a" not in few


def test_empty_timeline_says_so() -> None:
    assert "Nothing has happened yet" in render_to_string("components/timeline.html", {"entries": []})
