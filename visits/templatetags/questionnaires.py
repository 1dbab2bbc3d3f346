"""How the editor of questionnaires shows a question."""

from django import template

from ..questionnaires.definition import Question
from ..questionnaires.editing import OWN_KINDS

register = template.Library()
KIND_WORDS = {**OWN_KINDS, "prompts": "Prompts for professional curiosity"}


@register.filter
def kind_words(question: Question) -> str:
    """What kind of answer it takes, with what can be chosen."""
    listed = "; ".join(words for _, words in question.choices)
    return KIND_WORDS[question.kind] + (f": {listed}" if listed else "")


@register.filter
def opens(question: Question) -> list[tuple[str, tuple[Question, ...]]]:
    """The questions that answers open, each with the words of the answer."""
    words = dict(question.options)
    return [(words[code], asked) for code, asked in question.follow_ups.items()]


@register.simple_tag
def button_name(what: str, code: str) -> str:
    """The name by which the page says which button was pressed last."""
    return f"{what}-{code}"
