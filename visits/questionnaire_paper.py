"""A questionnaire on paper: filled for the file, filled for the parents without its confidential parts, or blank (PRI-21, MAT-31).

Plain values in: what is asked, what was answered, what stands at the head, what was signed.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.template.loader import render_to_string

from homevisits.documents.render import render_pdf

from .questionnaires.definition import Definition, Question, Section, is_answered
from .questionnaires.values import shown
from .strokes import Drawn, svg_path, view_box

TEMPLATE = "visits/questionnaires/paper.html"
BLANK_TEMPLATE = "visits/questionnaires/blank.html"
LONG = 500  # characters from which an answer may run over to the next page
NO_HEADS = (("Child", ""), ("Date and time", ""), ("Staff", ""))
LINES = {"text": 1, "long_text": 3, "number": 1, "date": 1}


class Owner(Protocol):
    """The school whose name and crest stand on the paper."""

    @property
    def name(self) -> str: ...

    @property
    def colour(self) -> str: ...


@dataclass(frozen=True)
class Signed:
    """A signature: as whom, who, when in words; what was drawn, empty where the name was typed; the hash of what was signed.

    `holds`: whether the answers on the paper are those that were signed (ATT-15).
    """

    role: str
    name: str
    at: str
    drawn: Drawn = field(default_factory=dict)
    sha256: str = ""
    holds: bool = True

    @property
    def path(self) -> str:
        """What was drawn as the `d` of an SVG path: numbers and the letters M and L, whatever was kept."""
        return svg_path(self.drawn) if self.drawn else ""

    @property
    def view_box(self) -> str:
        """The `viewBox` of that drawing."""
        return view_box(self.drawn) if self.drawn else ""


@dataclass(frozen=True)
class Line:
    """A question on paper: its words, below which answer it stands (empty: a question of the section), what was answered."""

    question: Question
    under: str
    depth: int
    lines: tuple[str, ...] = ()

    @property
    def is_long(self) -> bool:
        """Whether the answer may run over to the next page."""
        return sum(map(len, self.lines)) > LONG

    @property
    def rows(self) -> list[tuple[str, bool]]:
        """The answer line by line, each with whether it is written from right to left."""
        return [(line, reads_leftwards(line)) for line in self.lines if line]

    @property
    def room(self) -> range:
        """The empty lines of a blank form; a follow-up has fewer."""
        lines = LINES.get(self.question.kind, 0)
        return range(min(lines, 2) if self.depth else lines)

    @property
    def says_when(self) -> bool:
        """Whether the answer that opens it must be named: its own words do not."""
        return bool(self.under) and self.under.lower() not in self.question.words.lower()


def reads_leftwards(text: str) -> bool:
    """Whether a text begins in a script that is written from right to left."""
    strong = (unicodedata.bidirectional(character) for character in text)
    return next((kind for kind in strong if kind in ("L", "R", "AL")), "L") != "L"


def questionnaire_html(
    definition: Definition,
    answers: Mapping[str, Any],
    *,
    school: Owner,
    heads: Sequence[tuple[str, str]],
    signatures: Sequence[Signed] = (),
    version: str = "",
    parents_copy: bool = False,
) -> str:
    """The filled questionnaire as HTML. The parents' copy has no confidential section and says nothing of there being one.

    `heads`: (label, value) lines at the top; on the parents' copy they are the caller's care. `version`: which questions, in words.
    """
    sections = [section for section in definition.sections if not (parents_copy and section.confidential)]
    context = {
        "school": school, "title": definition.title, "heads": heads, "signatures": signatures, "version": version,
        "parents_copy": parents_copy, "sections": [(section, _answered(section, answers)) for section in sections],
    }  # fmt: skip
    return render_to_string(TEMPLATE, context)


def questionnaire_pdf(
    definition: Definition,
    answers: Mapping[str, Any],
    *,
    school: Owner,
    heads: Sequence[tuple[str, str]],
    signatures: Sequence[Signed] = (),
    version: str = "",
    parents_copy: bool = False,
    draft: bool = False,
) -> bytes:
    """The same as a tagged PDF; a draft says so across every page. Raises PdfUnavailable where PDFs cannot be made."""
    html = questionnaire_html(
        definition, answers, school=school, heads=heads, signatures=signatures, version=version, parents_copy=parents_copy
    )
    return render_pdf(html, draft=draft)


def blank_html(definition: Definition, *, school: Owner, heads: Sequence[tuple[str, str]] = NO_HEADS, version: str = "") -> str:
    """The questionnaire with room to write, as HTML: for a home where no tablet goes. `heads`: what is known already, else room for it."""
    context = {
        "school": school, "title": definition.title, "version": version, "heads": heads,
        "sections": [(section, [line for one in section.questions for line in _every(one)]) for section in definition.sections],
    }  # fmt: skip
    return render_to_string(BLANK_TEMPLATE, context)


def blank_pdf(definition: Definition, *, school: Owner, heads: Sequence[tuple[str, str]] = NO_HEADS, version: str = "") -> bytes:
    """The same as a tagged PDF. Raises PdfUnavailable where PDFs cannot be made."""
    return render_pdf(blank_html(definition, school=school, heads=heads, version=version))


def answered(definition: Definition, answers: Mapping[str, Any], *, parents_copy: bool) -> list[dict[str, Any]]:
    """The sections with what was answered, as plain values for other papers; on the parents' copy without what is confidential (MAT-31)."""
    found = []
    for section in definition.sections:
        rows = [{"words": line.question.words, "lines": list(line.lines)} for line in _answered(section, answers) if line.lines]
        if rows and not (parents_copy and section.confidential):
            found.append({"title": section.title, "rows": rows})
    return found


def _answered(section: Section, answers: Mapping[str, Any]) -> list[Line]:
    """The questions that count with their answers; a follow-up without an answer says nothing and is left out."""
    return [line for one in section.questions for line in _walk(one, answers)]


def _walk(question: Question, answers: Mapping[str, Any], under: str = "", depth: int = 0) -> list[Line]:
    given = answers.get(question.code)
    if depth and not is_answered(given):
        return []
    lines = [Line(question, under, depth, tuple(shown(question, given).splitlines()) if is_answered(given) else ())]
    chosen = given if isinstance(given, list | tuple) else [given]
    for code, asked in question.follow_ups.items():
        if code in chosen:
            lines += [line for one in asked for line in _walk(one, answers, dict(question.options)[code], depth + 1)]
    return lines


def _every(question: Question, under: str = "", depth: int = 0) -> list[Line]:
    lines = [Line(question, under, depth)]
    words = dict(question.options)
    for code, asked in question.follow_ups.items():
        lines += [line for one in asked for line in _every(one, words[code], depth + 1)]
    return lines
