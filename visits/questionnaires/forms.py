"""The form of one section: its fields are named by the codes of the questions, its answers are those that are kept."""

from collections.abc import Mapping
from typing import Any, ClassVar

from crispy_forms_gds.layout import Field, Layout
from django import forms
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString

from homevisits.common.errors import BadInput
from homevisits.common.forms import BaseForm

from .definition import Question, Section, is_answered, visible_in
from .values import LAST_DAY, LONG_TEXT, TEXT, clean_value


class SectionForm(BaseForm):
    """One section of a questionnaire. `section` is what it asks; `answers()` gives what is kept."""

    section: Section
    whole: bool

    def __init__(self, *args: Any, section: Section, whole: bool = True, **kwargs: Any) -> None:
        self.section, self.whole = section, whole
        self.base_fields = {question.code: _field(question) for question in section.walk()}  # type: ignore[misc]  # the questions decide
        super().__init__(*args, **kwargs)
        # Labels stand in the page unescaped, so they are escaped here; sentences say the words as they are.
        self.helper.layout = Layout(*_all_laid_out(section.questions))

    def clean(self) -> dict[str, Any]:
        """What is missing, now that it is known which follow-ups count; a follow-up that no answer opens stops nothing."""
        cleaned = super().clean() or {}
        counting = {question.code for question in visible_in(self.section, cleaned)}
        for code in set(self.fields) - counting:
            self.errors.pop(code, None)
        for question in visible_in(self.section, cleaned) if self.whole else ():
            if question.required and question.code not in self.errors and not is_answered(cleaned.get(question.code)):
                self.add_error(question.code, required_words(question))
        return cleaned

    def answers(self) -> dict[str, str | list[str]]:
        """The answers as they are kept, by code: those of a valid form, or what is right of one that is not."""
        return {code: self.cleaned_data[code] for code in self.fields if code in self.cleaned_data}


class _AnswerField(forms.Field):
    """The answer to one question: checked as `clean_value` does, with its sentences; shown as it is kept or as it was typed."""

    def __init__(self, question: Question, **kwargs: Any) -> None:
        self.question = question
        super().__init__(required=False, label=escape(question.words), help_text=escape(question.hint), **kwargs)

    def clean(self, value: Any) -> Any:
        """The plain value, empty where nothing is said."""
        try:
            return clean_value(self.question, value)
        except BadInput as error:
            raise forms.ValidationError(str(error), code="invalid") from error


class _ChoosingField(_AnswerField, forms.ChoiceField):
    """Radios or ticks: a field of choices, so that the page draws it as one; the check is that of the answer."""

    def clean(self, value: Any) -> Any:
        """The chosen code, or codes."""
        return _AnswerField.clean(self, value)


class _FollowUps:
    """The questions that an answer opens, with the words of that answer above them. A page without script shows them all."""

    template: ClassVar[str] = "visits/questionnaires/_follow_ups.html"

    def __init__(self, question: Question, code: str, parts: list[Any]) -> None:
        self.question, self.code, self.parts = question, code, Layout(*parts)

    def render(self, form: forms.Form, context: Any, **kwargs: Any) -> SafeString:
        """The opened questions as HTML; the words of the school are escaped by the template."""
        words = dict(self.question.options)[self.code]
        inside = {"question": self.question, "code": self.code, "words": words, "fields": self.parts.render(form, context, **kwargs)}
        return render_to_string(self.template, inside)


def section_form(section: Section, data: Any = None, initial: Mapping[str, Any] | None = None, *, whole: bool = True) -> SectionForm:
    """The form of a section. `initial`: answers as they are kept. `whole=False` for a draft, of which nothing is required yet."""
    return SectionForm(data, initial=dict(initial or {}), section=section, whole=whole)


def required_words(question: Question) -> str:
    """The sentence for a required question without an answer."""
    words = question.words.strip()
    return f"Answer the question “{words}”" if words.endswith("?") else f"Say something under “{words.rstrip(':. ')}”"


def _field(question: Question) -> forms.Field:
    typed = {"dir": "auto"}
    match question.kind:
        case "long_text":
            return _AnswerField(question, widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONG_TEXT, **typed}))
        case "choice" | "yes_no":
            return _ChoosingField(question, choices=question.options, widget=forms.RadioSelect)
        case "choices" | "prompts":
            return _ChoosingField(question, choices=question.options, widget=forms.CheckboxSelectMultiple)
        case "number":
            attrs = {"inputmode": "decimal", "class": "govuk-input--width-5", "maxlength": 12}
            return _AnswerField(question, widget=forms.TextInput(attrs=attrs))
        case "date":
            # The day that the tablet offers; one value a question, so that a change is one change.
            attrs = {"type": "date", "class": "govuk-input--width-10", "max": LAST_DAY.isoformat()}
            return _AnswerField(question, widget=forms.TextInput(attrs=attrs))
    return _AnswerField(question, widget=forms.TextInput(attrs={"maxlength": TEXT, **typed}))


def _laid_out(question: Question) -> list[Any]:
    return [Field(question.code), *(_FollowUps(question, code, _all_laid_out(asked)) for code, asked in question.follow_ups.items())]


def _all_laid_out(questions: tuple[Question, ...]) -> list[Any]:
    return [part for one in questions for part in _laid_out(one)]
