"""What a questionnaire asks: sections of questions, some of which open others. Plain values that can be kept as JSON."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from homevisits.common.errors import BadInput

KINDS = ("text", "long_text", "choice", "choices", "yes_no", "number", "date", "prompts")
CHOOSING = ("choice", "choices", "prompts")
SEVERAL = ("choices", "prompts")
YES_NO = (("yes", "Yes"), ("no", "No"))
# The answer to prompts that says that nothing of the kind was seen: it opens no concern and goes with no other.
NONE = "none"
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Question:
    """One question. `follow_ups`: by answer, the questions that it opens; they count only while that answer is given.

    `clause`: the policy clause that demands it; such a question can be reworded and not switched off. `lowest` and `highest` bound
    a number. `own`: the school added it.
    """

    code: str
    kind: str
    words: str
    hint: str = ""
    required: bool = False
    choices: Choices = ()
    follow_ups: Mapping[str, tuple["Question", ...]] = field(default_factory=dict, hash=False)
    clause: str = ""
    lowest: int | None = None
    highest: int | None = None
    own: bool = False

    @property
    def options(self) -> Choices:
        """What can be chosen: (code, words); empty where the answer is written."""
        return YES_NO if self.kind == "yes_no" else self.choices

    @property
    def several(self) -> bool:
        """Whether the answer is a list of chosen codes; else it is one string."""
        return self.kind in SEVERAL

    def walk(self) -> Iterator["Question"]:
        """This question and all that it can open, in order."""
        yield self
        for questions in self.follow_ups.values():
            for one in questions:
                yield from one.walk()


@dataclass(frozen=True)
class Section:
    """A part of the questionnaire that is filled on one page. A confidential one is left out of the parents' copy (MAT-31).

    `clause`: the clause that demands the whole section; it cannot be switched off (PRI-22).
    """

    code: str
    title: str
    questions: tuple[Question, ...]
    intro: str = ""
    confidential: bool = False
    clause: str = ""
    own: bool = False

    def walk(self) -> Iterator[Question]:
        """Every question of the section, with those that answers open."""
        for question in self.questions:
            yield from question.walk()


@dataclass(frozen=True)
class Definition:
    """A questionnaire as it is asked: its key (`induction`), what it is called, its sections in order."""

    key: str
    title: str
    sections: tuple[Section, ...]

    def walk(self) -> Iterator[tuple[Section, Question]]:
        """Every question with its section, in order."""
        for section in self.sections:
            for question in section.walk():
                yield section, question

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question by its code."""
        return {question.code: question for _, question in self.walk()}

    def section(self, code: str) -> Section | None:
        """One section by its code."""
        return next((section for section in self.sections if section.code == code), None)

    @cached_property
    def sha256(self) -> str:
        """The hash of what is asked, in hex: the same questions in the same words have the same."""
        return hashlib.sha256(_canonical(to_json(self)).encode()).hexdigest()


Answers = Mapping[str, Any]


def is_answered(value: object) -> bool:
    """Whether an answer says anything."""
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def visible_in(section: Section, answers: Answers) -> list[Question]:
    """The questions of a section that count with these answers: all of its own, and the follow-ups that an answer has opened."""
    return [one for question in section.questions for one in _opened(question, answers)]


def visible(definition: Definition, answers: Answers) -> list[tuple[Section, Question]]:
    """The questions that count with these answers, each with its section, in order."""
    return [(section, question) for section in definition.sections for question in visible_in(section, answers)]


def missing(definition: Definition, answers: Answers) -> list[tuple[Section, Question]]:
    """The required questions that count and have no answer, in order."""
    return [(section, one) for section, one in visible(definition, answers) if one.required and not is_answered(answers.get(one.code))]


def counted(definition: Definition, answers: Answers) -> dict[str, Any]:
    """The answers that count, by code in the order of the questionnaire; what is empty, unknown or not opened is left out."""
    return {one.code: answers[one.code] for _, one in visible(definition, answers) if is_answered(answers.get(one.code))}


def canonical(definition: Definition, answers: Answers) -> str:
    """What was asked and answered as one text that is always the same: what a signature's hash is made of."""
    return _canonical({"questionnaire": definition.sha256, "answers": counted(definition, answers)})


def ticked_prompts(definition: Definition, answers: Answers) -> list[tuple[Question, str, str]]:
    """The prompts for professional curiosity that are ticked: (question, code, words). Each opens a concern (PRI-22)."""
    return [
        (question, code, words)
        for _, question in visible(definition, answers)
        if question.kind == "prompts"
        for code, words in question.options
        if code != NONE and code in answers.get(question.code, ())
    ]


def with_clauses(definition: Definition, clause_of: Callable[[str, str], str]) -> Definition:
    """The questionnaire with other clauses: `clause_of` is asked with each code and the clause that it has."""

    def of_question(one: Question) -> Question:
        opened = {code: tuple(of_question(each) for each in asked) for code, asked in one.follow_ups.items()}
        return replace(one, clause=clause_of(one.code, one.clause), follow_ups=opened)

    def of_section(one: Section) -> Section:
        return replace(one, clause=clause_of(one.code, one.clause), questions=tuple(of_question(each) for each in one.questions))

    return replace(definition, sections=tuple(of_section(one) for one in definition.sections))


def to_json(definition: Definition) -> dict[str, Any]:
    """The definition as it is kept."""
    return {"key": definition.key, "title": definition.title, "sections": [_section_json(one) for one in definition.sections]}


def from_json(kept: Mapping[str, Any]) -> Definition:
    """The definition that was kept. Raises BadInput with a sentence where it cannot be one."""
    try:
        made = Definition(str(kept["key"]), str(kept["title"]), tuple(_section(one) for one in kept["sections"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput("This is no questionnaire: something is missing in it.") from error
    for problem in problems(made):
        raise BadInput(problem)
    return made


def problems(definition: Definition) -> list[str]:
    """Why a definition cannot be asked: sentences; empty when it can."""
    found = [] if definition.sections else ["The questionnaire has no section."]
    codes = [question.code for _, question in definition.walk()]
    sections = [section.code for section in definition.sections]
    found += [f"“{code}” is a section and a question." for code in sections if code in codes]
    found += [f"“{code}” stands in it twice." for code in dict.fromkeys(codes) if codes.count(code) > 1]
    found += [f"The section “{code}” stands in it twice." for code in dict.fromkeys(sections) if sections.count(code) > 1]
    found += [f"“{code}” is no code." for code in [*codes, *sections] if not _CODE.fullmatch(code)]
    found += [f"The section “{section.title or section.code}” has no question." for section in definition.sections if not section.questions]
    return found + [problem for _, question in definition.walk() for problem in _question_problems(question)]


def _question_problems(question: Question) -> list[str]:
    if not question.words.strip():
        return [f"The question “{question.code}” has no words."]
    if question.kind not in KINDS:
        return [f"“{question.words}” is of no known kind."]
    if question.kind in CHOOSING and len(question.choices) < 2:
        return [f"“{question.words}” needs at least two answers to choose from."]
    codes = {code for code, _ in question.options}
    if question.kind in CHOOSING and (len(codes) < len(question.choices) or not all(words.strip() for _, words in question.choices)):
        return [f"“{question.words}” has an answer twice, or an empty one."]
    return [f"“{question.words}” has no answer “{code}” to follow up." for code in question.follow_ups if code not in codes]


def _opened(question: Question, answers: Answers) -> Iterator[Question]:
    yield question
    given = answers.get(question.code)
    chosen = given if isinstance(given, list | tuple) else [given]
    for code, questions in question.follow_ups.items():
        if code in chosen:
            for one in questions:
                yield from _opened(one, answers)


def _canonical(content: object) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _section_json(section: Section) -> dict[str, Any]:
    kept: dict[str, Any] = {"code": section.code, "title": section.title, "questions": [_question_json(one) for one in section.questions]}
    extra = {"intro": section.intro, "confidential": section.confidential, "clause": section.clause, "own": section.own}
    return kept | {name: value for name, value in extra.items() if value}


def _question_json(question: Question) -> dict[str, Any]:
    """Only what says something: a field that comes later does not change the hash of what was kept before."""
    kept: dict[str, Any] = {"code": question.code, "kind": question.kind, "words": question.words}
    extra: dict[str, Any] = {
        "hint": question.hint, "required": question.required, "choices": [list(one) for one in question.choices],
        "follow_ups": {code: [_question_json(one) for one in asked] for code, asked in question.follow_ups.items()},
        "clause": question.clause, "own": question.own,
    }  # fmt: skip
    bounds = {name: value for name, value in (("lowest", question.lowest), ("highest", question.highest)) if value is not None}
    return kept | {name: value for name, value in extra.items() if value} | bounds


def _section(kept: Mapping[str, Any]) -> Section:
    return Section(
        str(kept["code"]), str(kept["title"]), tuple(_question(one) for one in kept["questions"]), str(kept.get("intro", "")),
        bool(kept.get("confidential", False)), str(kept.get("clause", "")), bool(kept.get("own", False)),
    )  # fmt: skip


def _question(kept: Mapping[str, Any]) -> Question:
    return Question(
        str(kept["code"]), str(kept["kind"]), str(kept["words"]), str(kept.get("hint", "")), bool(kept.get("required", False)),
        tuple((str(code), str(words)) for code, words in kept.get("choices", ())),
        {str(code): tuple(_question(one) for one in asked) for code, asked in kept.get("follow_ups", {}).items()},
        str(kept.get("clause", "")), kept.get("lowest"), kept.get("highest"), bool(kept.get("own", False)),
    )  # fmt: skip
