"""A school makes a questionnaire its own: order, words, what is switched off, questions of its own. Plain values in and out.

What a clause demands stays: it can be reworded and moved, not switched off (PRI-22, PRI-27, ATT-30, ALT-30).
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from homevisits.common.errors import BadInput, Block, Blocked

from .definition import Choices, Definition, Question, Section
from .values import TEXT

Part = TypeVar("Part", Section, Question)
# What a school may add itself; the prompts are the product's.
OWN_KINDS = {
    "text": "A line of text",
    "long_text": "Several lines of text",
    "yes_no": "Yes or no",
    "choice": "One of a list",
    "choices": "Several of a list",
    "number": "A number",
    "date": "A date",
}
OWN = "own_"  # how the codes of what a school adds begin
MOST_QUESTIONS, MOST_CHOICES = 60, 40


def demanded(definition: Definition, code: str) -> str:
    """The clause for which a section or a question cannot be switched off; empty where none demands it."""
    section = definition.section(code)
    if section:
        return section.clause or next((question.clause for question in section.walk() if question.clause), "")
    question = definition.questions.get(code)
    return next((one.clause for one in question.walk() if one.clause), "") if question else ""


def switch_off(definition: Definition, code: str) -> Definition:
    """Without a section or a question. Raises Blocked, with the clause, for what a clause demands; BadInput where it is not there."""
    clause = demanded(definition, code)
    if clause:
        raise Blocked([Block(f"“{name_of(definition, code)}” is demanded by the policy. You can reword it, not switch it off.", clause)])
    name_of(definition, code)
    left = (_without(section, code) for section in definition.sections if section.code != code)
    return replace(definition, sections=tuple(section for section in left if section.questions))


def switch_on(definition: Definition, original: Definition, code: str) -> Definition:
    """With a section or a question of the product again, in the product's words, where the product has it."""
    name_of(original, code)
    if definition.section(code) or code in definition.questions:
        raise BadInput("It is switched on already.")
    back = original.section(code)
    if back:
        return replace(definition, sections=_put_back(definition.sections, original.sections, back))
    for whole in original.sections:
        here = definition.section(whole.code)
        if here and code in {question.code for question in whole.walk()}:
            return _with(definition, _section_with(here, whole, code))
    raise BadInput("Its section is switched off: switch that on first.")


def switched_off(definition: Definition, original: Definition) -> list[tuple[str, str, str]]:
    """What the product has and this one has not: (code, words, the section it stands in or nothing for a whole section)."""
    found: list[tuple[str, str, str]] = []
    have = set(definition.questions)
    for section in original.sections:
        here = definition.section(section.code)
        if here is None:
            found.append((section.code, section.title, ""))
        else:
            found += [(one.code, one.words, here.title) for one in _topmost(section.questions, have)]
    return found


def move(definition: Definition, code: str, *, up: bool) -> Definition:
    """A section among the sections, or a question among those of its section, one place up or down; at the end it stays."""
    if definition.section(code):
        return replace(definition, sections=_moved(definition.sections, code, up=up))
    for section in definition.sections:
        if any(question.code == code for question in section.questions):
            return _with(definition, replace(section, questions=_moved(section.questions, code, up=up)))
    raise BadInput("It is not there any more.")


def reword(
    definition: Definition, code: str, *, words: str, hint: str = "", required: bool = False, choices: Choices | None = None
) -> Definition:
    """A question in other words. What a clause demands stays required where the product requires it; codes stay as they are."""
    question = definition.questions.get(code)
    if question is None:
        raise BadInput("It is not there any more.")
    must = required or (question.required and bool(question.clause))
    offered = _checked(question.choices if choices is None else choices)
    lost = [said for one, said in question.choices if question.clause and not one.startswith(OWN) and one not in dict(offered)]
    if lost:
        raise Blocked([Block(f"“{lost[0]}” is demanded by the policy. You can reword it, not take it out.", question.clause)])
    made = replace(question, words=_words(words, "Enter the question"), hint=_bounded(hint), required=must, choices=offered)
    made = replace(made, follow_ups=_followed(question, made))
    return replace(definition, sections=tuple(_swapped(section, made) for section in definition.sections))


def reword_section(definition: Definition, code: str, *, title: str, intro: str = "", confidential: bool = False) -> Definition:
    """A section in other words. Prompts are always confidential: they are never on the parents' copy (MAT-31)."""
    section = definition.section(code)
    if section is None:
        raise BadInput("It is not there any more.")
    always = any(question.kind == "prompts" for question in section.walk())
    made = replace(section, title=_words(title, "Enter the title"), intro=_bounded(intro, 1000), confidential=confidential or always)
    return _with(definition, made)


def retitle(definition: Definition, title: str) -> Definition:
    """The questionnaire under another title."""
    return replace(definition, title=_words(title, "Enter the title"))


def add_question(definition: Definition, section: str, question: Question) -> Definition:
    """With a question of the school's own at the end of a section."""
    here = definition.section(section)
    if here is None:
        raise BadInput("Choose a section.")
    if len(definition.questions) >= MOST_QUESTIONS:
        raise BadInput(f"{MOST_QUESTIONS} questions are the most: nobody fills in more at a home.")
    return _with(definition, replace(here, questions=(*here.questions, _own(question))))


def add_section(definition: Definition, title: str, question: Question, *, code: str, confidential: bool = False) -> Definition:
    """With a section of the school's own before the prompts, which come last, and its first question. `code`: see `fresh_code`."""
    title = _words(title, "Enter the title of the new section")
    made = Section(code, title, (_own(question),), confidential=confidential, own=True)
    last = next(
        (n for n, one in enumerate(definition.sections) if any(q.kind == "prompts" for q in one.questions)), len(definition.sections)
    )
    return replace(definition, sections=(*definition.sections[:last], made, *definition.sections[last:]))


def fresh_code(definition: Definition, taken: Iterable[str] = ()) -> str:
    """A code for something of the school's own that nothing in the questionnaire has, and none of `taken`."""
    used = {*taken, *definition.questions, *(section.code for section in definition.sections)}
    return next(code for n in range(1, 10**6) if (code := f"{OWN}{n}") not in used)


def choices_of(lines: str, before: Choices = ()) -> Choices:
    """Answers to choose from, one a line; one that was there in the same words keeps its code."""
    codes = {words: code for code, words in before}
    made: list[tuple[str, str]] = []
    for words in dict.fromkeys(" ".join(line.split()) for line in lines.splitlines() if line.strip()):
        used = {*codes.values(), *(code for code, _ in made)}
        code = codes.get(words) or next(code for n in range(1, 10**6) if (code := f"{OWN}{n}") not in used)
        made.append((code, words))
    return tuple(made)


def lacking(definition: Definition, original: Definition) -> list[Block]:
    """What clauses demand and this questionnaire has not: blocks, each with its clause."""
    have = set(definition.questions)
    lost = [question for _, question in original.walk() if question.clause and question.code not in have]
    return [Block(f"“{question.words}” is demanded by the policy: switch it on.", question.clause) for question in lost]


def name_of(definition: Definition, code: str) -> str:
    """The words of a section or a question. Raises BadInput where there is none."""
    section, question = definition.section(code), definition.questions.get(code)
    if section is None and question is None:
        raise BadInput("It is not there any more.")
    return section.title if section else question.words if question else ""


def _followed(before: Question, after: Question) -> dict[str, tuple[Question, ...]]:
    """The follow-ups of the answers that are left. Where every answer had one (support offered), so has a new one."""
    have = dict(after.options)
    kept = {answer: asked for answer, asked in before.follow_ups.items() if answer in have}
    if not before.options or set(before.follow_ups) < set(dict(before.options)):
        return kept
    pattern = next(iter(before.follow_ups.values()))[0]
    label = pattern.words.split(":")[0]
    new = {answer: words for answer, words in after.options if answer not in before.follow_ups}
    return kept | {
        answer: (replace(pattern, code=f"{after.code}_{answer}", words=f"{label}: {words}", own=True),) for answer, words in new.items()
    }


def _own(question: Question) -> Question:
    return replace(
        question, own=True, clause="", words=_words(question.words, "Enter the question"), hint=_bounded(question.hint),
        choices=_checked(question.choices),
    )  # fmt: skip


def _words(words: str, empty: str) -> str:
    text = " ".join(words.split())
    if not text:
        raise BadInput(empty)
    return _bounded(text)


def _bounded(text: str, most: int = TEXT) -> str:
    text = text.strip()
    if len(text) > most:
        raise BadInput(f"{most} characters at most; these are {len(text)}.")
    return text


def _checked(choices: Choices) -> Choices:
    if len(choices) > MOST_CHOICES:
        raise BadInput(f"{MOST_CHOICES} answers to choose from are the most.")
    return tuple((code, _words(words, "An answer to choose from is empty.")) for code, words in choices)


def _with(definition: Definition, made: Section) -> Definition:
    return replace(definition, sections=tuple(made if section.code == made.code else section for section in definition.sections))


def _swapped(section: Section, made: Question) -> Section:
    return replace(section, questions=_changed(section.questions, lambda one: made if one.code == made.code else one))


def _without(section: Section, code: str) -> Section:
    return replace(section, questions=_changed(section.questions, lambda one: None if one.code == code else one))


def _changed(questions: tuple[Question, ...], change: Callable[[Question], Question | None]) -> tuple[Question, ...]:
    """The questions, and those that they open, as `change` makes them; None leaves one out."""
    made = []
    for one in questions:
        new = change(one)
        if new is None:
            continue
        if new is one and one.follow_ups:
            opened = {answer: _changed(asked, change) for answer, asked in one.follow_ups.items()}
            new = replace(one, follow_ups={answer: asked for answer, asked in opened.items() if asked})
        made.append(new)
    return tuple(made)


def _topmost(questions: tuple[Question, ...], have: set[str]) -> list[Question]:
    """The questions that are missing; of one that is missing with what it opens only itself."""
    found = []
    for one in questions:
        found += [one] if one.code not in have else [q for asked in one.follow_ups.values() for q in _topmost(asked, have)]
    return found


def _section_with(here: Section, whole: Section, code: str) -> Section:
    """The section with a question of the product again, at the top level or below the answer that opens it."""
    if any(question.code == code for question in whole.questions):
        back = next(question for question in whole.questions if question.code == code)
        return replace(here, questions=_put_back(here.questions, whole.questions, back))
    for parent in whole.walk():
        for answer, asked in parent.follow_ups.items():
            back_again = next((one for one in asked if one.code == code), None)
            if back_again is not None:
                return _below(here, parent.code, answer, asked, back_again)
    raise BadInput("It is not there any more.")


def _below(here: Section, parent: str, answer: str, asked: tuple[Question, ...], back: Question) -> Section:
    opener = next((question for question in here.walk() if question.code == parent), None)
    if opener is None or answer not in dict(opener.options):
        raise BadInput("The question that opens it is switched off: switch that on first.")
    opened = _put_back(opener.follow_ups.get(answer, ()), asked, back)
    return _swapped(here, replace(opener, follow_ups={**opener.follow_ups, answer: opened}))


def _put_back(parts: tuple[Part, ...], original: tuple[Part, ...], back: Part) -> tuple[Part, ...]:
    """`back` after the nearest one that stands before it in the original and is here; first where none is."""
    order = [one.code for one in original]
    before = set(order[: order.index(back.code)])
    at = max((n + 1 for n, one in enumerate(parts) if one.code in before), default=0)
    row: list[Part] = list(parts)
    row.insert(at, back)
    return tuple(row)


def _moved(parts: tuple[Part, ...], code: str, *, up: bool) -> tuple[Part, ...]:
    row: list[Part] = list(parts)
    at = next(n for n, one in enumerate(row) if one.code == code)
    to = max(0, at - 1) if up else min(len(row) - 1, at + 1)
    row.insert(to, row.pop(at))
    return tuple(row)
