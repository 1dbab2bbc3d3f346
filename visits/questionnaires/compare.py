"""What differs between two versions of a questionnaire, in sentences. Plain values."""

from dataclasses import dataclass

from .definition import Definition, Question, Section


@dataclass(frozen=True)
class Change:
    """One difference: what it is about, what kind it is, the words before and after (empty where there are none)."""

    about: str
    what: str  # added, taken out, reworded, moved, changed
    before: str = ""
    after: str = ""


def changes(before: Definition, after: Definition) -> list[Change]:
    """What changed from one to the other, section by section in the order of `after`; what was taken out comes last."""
    found = [Change("The questionnaire", "reworded", before.title, after.title)] if before.title != after.title else []
    for section in after.sections:
        old = before.section(section.code)
        found += [Change(section.title, "added", after=_asked(section))] if old is None else _in_section(before, old, section)
    found += [Change(one.title, "taken out", before=_asked(one)) for one in before.sections if after.section(one.code) is None]
    return found + _moved("The sections", before.sections, after.sections)


def _in_section(before: Definition, old: Section, new: Section) -> list[Change]:
    found = []
    if old.title != new.title:
        found.append(Change(new.title, "reworded", old.title, new.title))
    if old.intro != new.intro:
        found.append(Change(new.title, "reworded", old.intro, new.intro))
    if old.confidential != new.confidential:
        said = {True: "Confidential", False: "On the parents’ copy"}
        found.append(Change(new.title, "changed", said[old.confidential], said[new.confidential]))
    had = {question.code: question for question in old.walk()}
    for question in new.walk():
        found += _in_question(had[question.code], question) if question.code in had else [Change(question.words, "added")]
    have = {question.code for question in new.walk()}
    found += [Change(question.words, "taken out") for code, question in had.items() if code not in have]
    return found + _moved(f"The questions of “{new.title}”", old.questions, new.questions)


def _in_question(old: Question, new: Question) -> list[Change]:
    pairs = (
        ("reworded", old.words, new.words),
        ("reworded", old.hint, new.hint),
        ("changed", _must(old), _must(new)),
        ("changed", "; ".join(words for _, words in old.choices), "; ".join(words for _, words in new.choices)),
    )
    return [Change(new.words, what, one, other) for what, one, other in pairs if one != other]


def _must(question: Question) -> str:
    return "Must be answered" if question.required else "May be left empty"


def _asked(section: Section) -> str:
    return "; ".join(question.words for question in section.questions)


def _moved(
    about: str, before: tuple[Section, ...] | tuple[Question, ...], after: tuple[Section, ...] | tuple[Question, ...]
) -> list[Change]:
    """That what stands in both stands in another order."""
    both = {one.code for one in before} & {one.code for one in after}
    old, new = ([one for one in row if one.code in both] for row in (before, after))
    if [one.code for one in old] == [one.code for one in new]:
        return []
    return [Change(about, "moved", _order(old), _order(new))]


def _order(row: list[Section] | list[Question] | list[Section | Question]) -> str:
    return "; ".join(one.title if isinstance(one, Section) else one.words for one in row)
