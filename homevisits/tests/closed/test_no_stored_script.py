"""What people type never runs (reliability.md, R20): 30 payloads and more in every text field, every page read as a browser reads it."""

import re
from dataclasses import dataclass, field

import pytest
from django.conf import settings

from .crawl import Answer, crawl, signed_in
from .filling import WORDS, taken_back
from .payloads import PAYLOADS, running
from .taking import Sweep, Taking, Values, post, took
from .texts import standing, write_everywhere
from .world import World, pages

# What makes markup, or code, of a text: in no script of ours, but where a page that was kept whole is put back (it keeps its policy).
MADE = re.compile(
    r"innerHTML\s*\+?=|outerHTML\s*\+?=|insertAdjacentHTML|document\.write(?:ln)?\(|createContextualFragment|setHTML\w*\(|srcdoc"
    r"|\beval\(|new Function|set(?:Timeout|Interval)\(\s*[\"'`]|setAttribute\(\s*[\"'`]on|\.on\w+\s*=\s*[\"'`]|javascript:"
)
WHOLE_PAGES = {("away.js", "document.write(")}
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


STEP = 8


@pytest.mark.prove
def test_no_payload_runs_on_any_page(world: World) -> None:
    """Each text field gets as many payloads as it has room for, in each row and turn beginning with another; every page is read."""
    stood: dict[str, set[str]] = {}
    answered = shown = 0
    for turn in range(0, len(PAYLOADS), STEP):
        with taken_back():
            assert write_everywhere(lambda number, turn=turn: " ".join(turned(number + turn))) > 1000  # type: ignore[misc]
            for name, found in standing(PAYLOADS).items():
                stood.setdefault(name, set()).update(found)
            answers = crawl(world, pages())
        assert _faults(answers) == []
        answered, shown = answered + len(answers), shown + _with_it(answers)
    whole = sum(len(found) for found in stood.values())
    thirty = sum(len(found) >= 30 for found in stood.values())
    print(f"R20: {len(stood)} text fields with rows, {thirty} held 30 payloads and more whole, {whole} pairs of the two")
    assert shown > 600


@dataclass
class Typed:
    """Sends each form that took again with payloads in each text that one types, and keeps what it takes."""

    kept: list[tuple[Taking, Values]] = field(default_factory=list)
    fields: int = 0
    refused: list[str] = field(default_factory=list)

    def __call__(self, taking: Taking) -> None:
        """Try one: all texts at once, else one by one."""
        hostile: Values = {}
        for name in sorted(taking.form.texts):
            if (taking.values.get(name) or [""])[0].strip() in (WORDS, WORDS[: taking.form.longest.get(name)]):
                self.fields += 1
                hostile[name] = [" ".join(turned(self.fields))[: taking.form.longest.get(name, 1500)]]
        for given in [hostile] if self._takes(taking, hostile) else [{name: words} for name, words in hostile.items()]:
            if given and self._takes(taking, given):
                self.kept.append((taking, taking.values | given))
            elif given:
                self.refused.append(f"{taking.to}: {sorted(given)}")

    @staticmethod
    def _takes(taking: Taking, given: Values) -> bool:
        return took(signed_in(taking.by), taking.to, taking.values | given)[0]


@pytest.mark.prove
def test_nothing_that_is_typed_into_a_form_runs(world: World) -> None:
    """As users write it: by the forms, then every page is read by somebody who may."""
    typed = Typed()
    with taken_back():
        Sweep(world, typed).run(scenes=["as it is"])
        taken = sum(post(signed_in(taking.by), taking.to, values).status_code < 400 for taking, values in typed.kept)
        answers = crawl(world, pages())
    print(f"R20 by form: {typed.fields} texts typed, {len(typed.kept)} forms took payloads, {taken} one after the other")
    print(f"R20 by form: refused {typed.refused}; {len(answers)} answers, {_with_it(answers)} show a payload, 0 run")
    assert _faults(answers) == []
    assert len(typed.kept) > 50
    assert _with_it(answers) > 30


def turned(by: int) -> tuple[str, ...]:
    """The payloads, beginning with another one."""
    return PAYLOADS[by % len(PAYLOADS) :] + PAYLOADS[: by % len(PAYLOADS)]


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


def made_of_text(script: str) -> list[str]:
    """Where a script makes markup or code of a text."""
    return MADE.findall(re.sub(r"^\s*//.*$", "", script, flags=re.MULTILINE))


def test_no_script_of_ours_makes_markup_of_a_text() -> None:
    """What a script writes into a page, names from the tablet's own store too, goes in as text."""
    files = sorted((settings.BASE_DIR / "static" / "js").rglob("*.js"))
    assert len(files) > 25
    assert {(file.name, each) for file in files for each in made_of_text(file.read_text())} == WHOLE_PAGES


def test_the_lint_sees_markup_made_of_text() -> None:
    for words in (
        "a.innerHTML = name", "a.innerHTML += b", "a.outerHTML=b", "a.insertAdjacentHTML('x', b)", "document.write(b)", "eval(b)",
        "new Function(b)", "setTimeout('run()')", "a.setAttribute('onclick', b)", "a.srcdoc = b", "range.createContextualFragment(b)",
    ):  # fmt: skip
        assert made_of_text(words), words
    assert not made_of_text("a.textContent = name; copy.outerHTML.replace(x, y); setTimeout(run, 5); a.onclick = run; swap: 'innerHTML'")
