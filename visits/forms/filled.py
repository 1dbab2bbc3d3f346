"""What the pages of a visit's form take: the changes of a section, a choice between two answers, a signature, handing in."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from homevisits.common.errors import BadInput
from homevisits.common.forms import BaseForm, TokenMixin

from ..merging import Value
from ..models import FormSignature
from ..questionnaires.definition import Question, Section
from ..questionnaires.forms import SectionForm, section_form
from ..services.answers import Change
from ..strokes import read_strokes

Role = FormSignature.Role
# Which questions a page showed, and on which revision each stood; with them a page that was never sent before is understood on arrival.
SHOWN, BASE = "shown-{}", "base-{}"
STANDING, RIVAL, OTHER = "standing", "rival", "other"


class AnswersForm(TokenMixin, forms.Form):
    """What travels with the answers: the token of the sending, the section, the version of the questions that the page showed."""

    section = forms.SlugField(max_length=40)
    version = forms.IntegerField(min_value=1)


def read_changes(section: Section, data: QueryDict) -> tuple[SectionForm, list[Change]]:
    """The form of a section with what was sent, and the changes in it that can be: nothing is required of a draft.

    Ticks that are all taken away leave no field behind: a question that the page showed and that is not there is empty then.
    """
    form = section_form(section, data=data, whole=False)
    form.is_valid()
    right = form.answers()
    sent = [one for one in section.walk() if one.code in right and (one.code in data or (one.options and _says_shown(one, data)))]
    return form, [Change(code=one.code, value=right[one.code], base=_base(one, data)) for one in sent]


def every_change(section: Section, data: QueryDict) -> list[Change]:
    """What a tablet sends of a whole section, read as it is: the service keeps what is only half typed."""
    sent = [one for one in section.walk() if one.code in data or (one.options and _says_shown(one, data))]
    return [Change(code=one.code, value=_sent(one, data), base=_base(one, data)) for one in sent]


def _sent(question: Question, data: QueryDict) -> Value:
    values = [str(value) for value in data.getlist(question.code)]
    return values if question.several else (values or [""])[-1]


def _says_shown(question: Question, data: QueryDict) -> bool:
    return SHOWN.format(question.code) in data


def _base(question: Question, data: QueryDict) -> int:
    given = data.get(BASE.format(question.code), "")
    if not given.isdigit() or len(given) > 9:
        raise BadInput("This page is out of date. Open it afresh and send it again.")
    return int(given)


def hidden_of(section: Section, revisions: Mapping[str, int]) -> list[tuple[str, str]]:
    """The hidden fields of a section's page: (name, value)."""
    bases = [(BASE.format(one.code), str(revisions.get(one.code, 0))) for one in section.walk()]
    return bases + [(SHOWN.format(one.code), "1") for one in section.walk() if one.options]


class SignForm(TokenMixin, BaseForm):
    """A signature: drawn, or the name typed in its place."""

    name = forms.CharField(label="Name of whoever signs", max_length=150, help_text="First and last name")
    drawn = forms.CharField(widget=forms.HiddenInput, required=False)
    signed = forms.CharField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(label="I have read the answers above, and they say what was said")

    def __init__(self, *args: Any, role: str, by_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if role == Role.STAFF:
            self.fields["name"].required = False
            self.fields["name"].widget = forms.HiddenInput()
            self.fields["name"].initial = by_name

    def clean_drawn(self) -> dict[str, Any]:
        """The strokes as they are kept; empty where nothing was drawn."""
        try:
            return read_strokes(self.cleaned_data["drawn"])
        except BadInput as why:
            raise forms.ValidationError(str(why), code="invalid") from why

    def clean_signed(self) -> dict[str, Any]:
        """The answers that the page showed."""
        given = self.cleaned_data["signed"]
        try:
            found = json.loads(given) if len(given) <= 1_000_000 else None
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise forms.ValidationError("This page is out of date. Open it afresh and sign again.", code="invalid")
        return found


class ChooseForm(BaseForm):
    """Which of two answers stands, or what is said in their place."""

    choice = forms.ChoiceField(label="Which answer stands?", widget=forms.RadioSelect)
    other = forms.CharField(label="Or write what is right", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    standing = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, question: Question, standing: str, rival: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(STANDING, standing), (RIVAL, rival)]
        if question.options:
            del self.fields["other"]
        else:
            choices.append((OTHER, "Neither: what I write below"))
        self.fields["choice"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Who writes the answer anew has written something."""
        given = super().clean() or {}
        if given.get("choice") == OTHER and not given.get("other", "").strip():
            self.add_error("other", "Write what is right")
        return given


class HandInForm(BaseForm):
    """Handing in. Each reason is asked for only where something is open."""

    open_because = forms.CharField(
        label="If answers are missing: why?", required=False, max_length=1000, help_text="For example: the adult had to leave",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    unsigned_because = forms.CharField(label="If no parent signed, or not again after a change: why not?", required=False, max_length=300)

    def __init__(self, *args: Any, missing: bool, unsigned: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, asked in (("open_because", missing), ("unsigned_because", unsigned)):
            if not asked:
                del self.fields[name]
