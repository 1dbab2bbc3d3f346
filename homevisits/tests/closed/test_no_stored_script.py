"""What people type never runs (reliability.md, R20): 30 payloads and more in every text field, every page read as a browser reads it."""

import re

import pytest
from django.conf import settings

from .crawl import Answer, crawl
from .payloads import PAYLOADS, running
from .texts import write_everywhere
from .world import World, pages

INLINE = re.compile(r"""<[^>]*\s(?:style|on[a-z]+)\s*=\s*["'{]|<style|javascript:""", re.IGNORECASE)
pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.needs_sqlite]


def _faults(answers: list[Answer]) -> list[str]:
    found = [f"{answer.address} is broken by it" for answer in answers if answer.status == 500]
    return found + [f"{answer.address}: {what}" for answer in answers if answer.kind == "text/html" for what in running(answer.text)]


def _with_it(answers: list[Answer]) -> int:
    return sum("pwned" in answer.text for answer in answers)


def test_nothing_that_was_typed_runs(answers: list[Answer]) -> None:
    assert _faults(answers) == []
    assert _with_it(answers) > 30


@pytest.mark.prove
@pytest.mark.parametrize("turn", range(len(PAYLOADS)))
def test_no_payload_runs_on_any_page(world: World, turn: int) -> None:
    """Each text field gets each payload, one a turn; every page is read."""
    written = write_everywhere(lambda number: PAYLOADS[(number + turn) % len(PAYLOADS)])
    answers = crawl(world, pages())
    found = _faults(answers)
    print(f"R20, turn {turn}: {written} texts, {len(answers)} pages, {_with_it(answers)} show them, {len(found)} run")
    assert found == []
    assert written > 1000
    assert _with_it(answers) > 150


def test_the_reader_sees_each_payload() -> None:
    """Unescaped, each is seen where a page could have put it: in text, in a field, in an attribute, in a script."""
    assert len(PAYLOADS) >= 30
    for payload in PAYLOADS:
        places = [f"<p>{payload}</p>", f'<a href="{payload}">', f"<a title='{payload}'>", f"<i x={payload}>", f"<textarea>{payload}"]
        places.append(places[0].replace("&lt;", "<").replace("&#60;", "<").replace("\\u003c", "<"))
        assert any(running(place) for place in places), payload
    assert running("<p>&lt;script pwned&gt;</p><script src='/x.js'></script>") == []


def in_place(words: str) -> list[str]:
    """What a template writes into the page that the content security policy stops, or takes for markup on trust."""
    bare = [tag for tag in re.findall(r"<script[^>]*>", words) if not any(given in tag for given in ("src=", "nonce=", "json"))]
    return bare + INLINE.findall(words) + re.findall(r"\|\s*safe\b|autoescape off|\|\s*safeseq", words)


def test_no_template_writes_script_or_style_in_place() -> None:
    """The policy would stop it; here it is seen before anybody opens the page."""
    files = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
    assert len(files) > 200
    assert [(file.name, found) for file in files if (found := in_place(file.read_text()))] == []


def test_the_lint_sees_what_stands_in_place() -> None:
    for words in ('<p style="x">', "<a onclick='x'>", "<style>", "<script>", "{{ x|safe }}", '<a href="javascript:x">'):
        assert in_place(words), words
    assert not in_place('<link rel="stylesheet" href="x"><p class="on style">online=</p>')
