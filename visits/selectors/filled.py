"""A filled form as it stands: its questions, its answers, what is missing, what differs, who signed what."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse

from ..merging import Effect
from ..models import Answer, AnswerChange, AnswerConflict, FilledForm, FormSignature, HomeVisit, QuestionnaireVersion
from ..questionnaires.definition import Definition, Question, Section, is_answered, missing, visible_in
from ..questionnaires.values import shown
from ..signed import digest, signable
from ..strokes import svg_path, view_box
from .questionnaires import questionnaire_of


def form_of(visit: HomeVisit) -> FilledForm | None:
    """The form of a visit, None before anybody has written in it."""
    return FilledForm.objects.filter(visit=visit).select_related("version", "visit__school", "visit__policy", "handed_in_by").first()


def version_of(visit: HomeVisit, now: datetime) -> QuestionnaireVersion | None:
    """The questions that this visit's form asks: those it was opened with, else those in force; None: this purpose has no form."""
    form = form_of(visit)
    return form.version if form else questionnaire_of(visit, now)


def version_by(visit: HomeVisit, number: int) -> QuestionnaireVersion | None:
    """A version of a questionnaire of the visit's school, by its number in the database."""
    return QuestionnaireVersion.objects.filter(school=visit.school_id, pk=number).first()


def values_of(form: FilledForm | None) -> dict[str, Any]:
    """The answers that stand, by code."""
    return dict(Answer.objects.filter(form=form).values_list("code", "value")) if form else {}


def revisions_of(form: FilledForm | None) -> dict[str, int]:
    """The revision of each answer that stands, by code; what is not in it is at 0."""
    return dict(Answer.objects.filter(form=form).values_list("code", "revision")) if form else {}


def form_urls(visit: HomeVisit, now: datetime) -> list[str]:
    """The pages of the form that go along with a visit: task list, sections, check, signatures; none where it has no form."""
    version, at = version_of(visit, now), [visit.school.slug, visit.pk]
    if version is None:
        return []
    sections = [reverse("visit_form_section", args=[*at, one.code]) for one in version.asks.sections]
    signing = [reverse("visit_form_sign", args=[*at, role]) for role in FormSignature.Role.values]
    return [reverse("visit_form", args=at), *sections, reverse("visit_form_check", args=at), *signing]


@dataclass(frozen=True)
class Line:
    """One answer as the check page reads it."""

    question: Question
    words: str
    by: str = ""
    at: datetime | None = None
    received_at: datetime | None = None

    @property
    def came_later(self) -> bool:
        """Whether it was written without network and reached the school later."""
        return came_later(self.at, self.received_at)

    @property
    def options(self) -> str:
        """The words of what can be chosen, as JSON: a page without network shows what was chosen on it."""
        return json.dumps(dict(self.question.options), ensure_ascii=False)


@dataclass(frozen=True)
class Part:
    """One section with its answers."""

    section: Section
    lines: list[Line]
    missing: list[Question] = field(default_factory=list)
    closed: list[Line] = field(default_factory=list)  # questions that no answer has opened

    @property
    def answered(self) -> int:
        """How many of its questions have an answer."""
        return sum(bool(line.words) for line in self.lines)

    @property
    def state(self) -> tuple[str, str]:
        """The look and the words of the section in the task list."""
        if not self.answered:
            return ("due", "To do") if self.missing else ("resting", "Nothing written")
        return ("open", "Started") if self.missing else ("done", "Done")


def came_later(at: datetime | None, received_at: datetime | None) -> bool:
    """Whether something reached the school a minute or more after it was written."""
    return bool(at and received_at and (received_at - at).total_seconds() >= 60)


def parts_of(definition: Definition, form: FilledForm | None) -> list[Part]:
    """The form, section by section, as it stands."""
    rows = {row.code: row for row in Answer.objects.filter(form=form).select_related("by")} if form else {}
    values = {code: row.value for code, row in rows.items()}
    owed = missing(definition, values)
    return [
        Part(
            section, [_line(question, rows.get(question.code)) for question in visible_in(section, values)],
            [question for owing, question in owed if owing.code == section.code],
            [Line(one, "") for one in section.walk() if one not in visible_in(section, values)],
        )
        for section in definition.sections
    ]  # fmt: skip


def _line(question: Question, row: Answer | None) -> Line:
    if row is None or not is_answered(row.value):
        return Line(question, "")
    return Line(question, shown(question, row.value), row.by.name, row.at, row.received_at)


@dataclass(frozen=True)
class Difference:
    """Two answers to one question, side by side."""

    conflict: AnswerConflict
    question: Question
    section: Section
    standing: AnswerChange | None
    standing_words: str
    rival_words: str
    revision: int


def open_conflicts(form: FilledForm) -> list[AnswerConflict]:
    """The differences that nobody has chosen between yet, in the order in which they came."""
    found = AnswerConflict.objects.filter(form=form, chosen_at=None).select_related("rival__by", "writer")
    return list(found.order_by("pk"))


def differences(form: FilledForm, definition: Definition) -> list[Difference]:
    """What differs, for the page on which a person chooses."""
    places = {question.code: (section, question) for section, question in definition.walk()}
    return [_difference(form, row, *places[row.code]) for row in open_conflicts(form) if row.code in places]


def _difference(form: FilledForm, row: AnswerConflict, section: Section, question: Question) -> Difference:
    answer = Answer.objects.filter(form=form, code=row.code).first()
    made = AnswerChange.objects.filter(form=form, code=row.code, effect__in=["saved", "chosen"]).select_related("by")
    return Difference(
        row, question, section, made.order_by("-revision").first(), shown(question, answer.value) if answer else "",
        shown(question, row.rival.value), answer.revision if answer else 0,
    )  # fmt: skip


@dataclass(frozen=True)
class Signed:
    """A signature as pages show it."""

    row: FormSignature
    holds: bool

    @property
    def came_later(self) -> bool:
        """Whether it reached the school later than it was written."""
        return came_later(self.row.at, self.row.received_at)

    @property
    def path(self) -> str:
        """What was drawn, as the path of an SVG; empty where the name was typed."""
        return svg_path(self.row.strokes) if self.row.drawn else ""

    @property
    def view_box(self) -> str:
        """The `viewBox` of that SVG."""
        return view_box(self.row.strokes)


def signatures(form: FilledForm | None) -> list[Signed]:
    """The signatures in the order in which they were given, each with whether the answers are still those that were signed."""
    if form is None:
        return []
    asked, values = form.version.asks, values_of(form)
    now = {role: digest(asked, signable(asked, values, role)) for role in FormSignature.Role.values}
    rows = FormSignature.objects.filter(form=form).select_related("by").order_by("at", "pk")
    return [Signed(row, row.sha256 == now[row.role]) for row in rows]


def unsigned_words(form: FilledForm | None) -> str:
    """What the reason that stands in the place of a parent's signature is called: where one signed, the answers changed since (ATT-15)."""
    signed = FormSignature.objects.filter(form=form, role=FormSignature.Role.PARENT).exists() if form else False
    return "The parent did not sign again because" if signed else "No parent signed because"


def history(form: FilledForm, definition: Definition) -> list[tuple[AnswerChange, str, str]]:
    """Everything that was ever written to these questions, newest first: (change, the question's words, the value as people read it)."""
    asked: Mapping[str, Question] = definition.questions
    rows = AnswerChange.objects.filter(form=form, code__in=asked).select_related("by").order_by("-received_at", "-pk")
    return [(row, asked[row.code].words, _written(row, asked[row.code])) for row in rows]


def _written(row: AnswerChange, question: Question) -> str:
    return str(row.value) if row.effect == Effect.UNREADABLE else shown(question, row.value)
