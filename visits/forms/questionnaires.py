"""Forms of the editor of questionnaires: words, a question of the school's own, what is new in a version."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import escape

from homevisits.common.errors import BadInput
from homevisits.common.forms import BaseForm

from ..questionnaires.definition import CHOOSING, NONE, Choices, Definition, Question, Section
from ..questionnaires.editing import (
    MOST_CHOICES,
    OWN,
    OWN_KINDS,
    add_question,
    add_section,
    choices_of,
    fresh_code,
    retitle,
    reword,
    reword_section,
)
from ..questionnaires.values import TEXT

NEW = "new"


class StateForm(BaseForm):
    """What every page of the editor carries: where the editing stood when it was opened."""

    state = forms.CharField(widget=forms.HiddenInput, max_length=30)

    def change(self, definition: Definition) -> Definition:
        """What was typed, done to a questionnaire."""
        return definition

    def goes_on_from(self, state: str) -> None:
        """Let a refused form, with what was typed in it, be sent again from where the editing stands now."""
        self.data = {**self.data.dict(), "state": state} if isinstance(self.data, QueryDict) else {**self.data, "state": state}


def _line(label: str, *, required: bool = True, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=TEXT, **more)


def _lines(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=8000, help_text=help_text, widget=forms.Textarea(attrs={"rows": 6}))


class QuestionForm(StateForm):
    """A question in other words. Answers that the product offers are reworded one by one; the school's own are a list."""

    words = _line("The question")
    hint = _line("What stands below it, as a help", required=False)
    required = forms.BooleanField(label="It must be answered", required=False)

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        self.question = question
        kwargs["initial"] = {**self.initial_of(question), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if question.clause and question.required:
            del self.fields["required"]
        if question.kind in CHOOSING:
            for code, words in self._fixed():
                self.fields[f"choice_{code}"] = _line(
                    f"Instead of “{escape(words)}”", error_messages={"required": f"Enter words for “{words}”"}
                )
            says = "One a line" if question.own else "One a line: what your school adds to the list"
            self.fields["choices"] = _lines("Answers to choose from" if question.own else "More answers to choose from", says)

    @staticmethod
    def initial_of(question: Question) -> dict[str, Any]:
        """The question as it stands."""
        own = "\n".join(words for code, words in question.choices if code.startswith(OWN))
        fixed = {f"choice_{code}": words for code, words in question.choices if not code.startswith(OWN)}
        return {"words": question.words, "hint": question.hint, "required": question.required, "choices": own, **fixed}

    def _fixed(self) -> Choices:
        return tuple((code, words) for code, words in self.question.choices if not code.startswith(OWN))

    def _choices(self) -> Choices | None:
        """The answers in their order; “nothing of this kind” stays the last."""
        if self.question.kind not in CHOOSING:
            return None
        fixed = tuple((code, self.cleaned_data[f"choice_{code}"]) for code, _ in self._fixed())
        own = choices_of(self.cleaned_data["choices"], tuple(one for one in self.question.choices if one[0].startswith(OWN)))
        last = tuple(one for one in fixed if one[0] == NONE)
        return (*(one for one in fixed if one[0] != NONE), *own, *last)

    def change(self, definition: Definition) -> Definition:
        """The questionnaire with the question in these words."""
        given = self.cleaned_data
        must = given.get("required", False)
        code = self.question.code
        return reword(definition, code, words=given["words"], hint=given["hint"], required=must, choices=self._choices())


class SectionWordsForm(StateForm):
    """A section in other words."""

    title = _line("The title")
    intro = forms.CharField(
        label="What stands above the questions", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    confidential = forms.BooleanField(label="Confidential: not on the parents’ copy", required=False)

    def __init__(self, *args: Any, section: Section, **kwargs: Any) -> None:
        self.section = section
        first = {"title": section.title, "intro": section.intro, "confidential": section.confidential}
        kwargs["initial"] = {**first, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if any(question.kind == "prompts" for question in section.walk()):
            del self.fields["confidential"]

    def change(self, definition: Definition) -> Definition:
        """The questionnaire with the section in these words."""
        given = self.cleaned_data
        kept = given.get("confidential", False)
        return reword_section(definition, self.section.code, title=given["title"], intro=given["intro"], confidential=kept)


class TitleForm(StateForm):
    """The questionnaire under another title."""

    title = _line("The title", help_text="It stands on the tablet, on the paper and in the list")

    def change(self, definition: Definition) -> Definition:
        """The questionnaire under this title."""
        return retitle(definition, self.cleaned_data["title"])


class AddForm(StateForm):
    """A question of the school's own, in a section that is there or in a new one."""

    words = _line("The question")
    hint = _line("What stands below it, as a help", required=False)
    kind = forms.ChoiceField(label="What kind of answer?", choices=tuple(OWN_KINDS.items()), widget=forms.RadioSelect, initial="text")
    choices = _lines("Answers to choose from", f"For one or several of a list: one a line, {MOST_CHOICES} at most")
    more = _line("Asked when the answer is yes", required=False, help_text="For yes or no: leave it empty if nothing follows")
    required = forms.BooleanField(label="It must be answered", required=False)
    section = forms.ChoiceField(label="In which section?", widget=forms.RadioSelect)
    title = _line("The title of the new section", required=False, help_text="Only for a section of its own")
    confidential = forms.BooleanField(label="The new section is confidential: not on the parents’ copy", required=False)

    def __init__(self, *args: Any, definition: Definition, taken: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken = taken
        field = self.fields["section"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*((section.code, section.title) for section in definition.sections), (NEW, "A new section")]

    def clean(self) -> dict[str, Any]:
        """A list has at least two answers, a new section a title."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("kind") in CHOOSING and len(choices_of(given.get("choices") or "")) < 2:
            self.add_error("choices", "Enter at least two answers to choose from, one a line")
        if given.get("section") == NEW and not given.get("title"):
            self.add_error("title", "Enter the title of the new section")
        return given

    def change(self, definition: Definition) -> Definition:
        """The questionnaire with the question."""
        given = self.cleaned_data
        question = self._question(definition)
        if given["section"] == NEW:
            taken = {*self.taken, question.code}
            return add_section(definition, given["title"], question, code=fresh_code(definition, taken), confidential=given["confidential"])
        return add_question(definition, given["section"], question)

    def _question(self, definition: Definition) -> Question:
        given = self.cleaned_data
        code, kind = fresh_code(definition, self.taken), given["kind"]
        made = Question(code, kind, given["words"], given["hint"], given["required"], own=True)
        if kind in CHOOSING:
            made = replace(made, choices=choices_of(given["choices"]))
        if kind == "yes_no" and given["more"]:
            made = replace(made, follow_ups={"yes": (Question(f"{code}_more", "text", given["more"], own=True),)})
        return made


class KeepForm(StateForm):
    """What is new in a version."""

    change_words = _line("What is new in this version?", help_text="It stands in the list of versions, with your name and the day")


class ActForm(StateForm):
    """One tap in the editor: move up or down, switch off or on."""

    act = forms.CharField(max_length=60)

    def clean_act(self) -> tuple[str, str]:
        """What to do, and to what."""
        what, _, code = str(self.cleaned_data["act"]).partition(":")
        if what not in ("up", "down", "off", "on"):
            raise forms.ValidationError("Choose what to do.")
        return what, code


def refused_input(form: forms.Form) -> BadInput:
    """The first sentence of a form that has no page of its own."""
    return BadInput(next(iter(form.errors.values()))[0] if form.errors else "This cannot be done.")
