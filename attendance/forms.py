"""The forms of the morning."""

from typing import Any

from django import forms

from homevisits.common.forms import BaseForm, TokenMixin
from homevisits.people.models import School

from .codes import reason_codes, suggested_code
from .models import AbsenceMessage, ContactAttempt

Channel = AbsenceMessage.Channel
# How a message comes in that a person logs; replies and calls have their own places.
CHANNELS = [Channel.VOICEMAIL, Channel.EMAIL, Channel.OFFICE, Channel.TEACHER, Channel.GATE]
TOLD = {Channel.OFFICE: "Told the office", Channel.TEACHER: "Teacher", Channel.GATE: "At the gate"}


def code_choices(blank: str = "From the reason") -> list[tuple[str, str]]:
    """The codes that a reason leads to, the commonest first, after a blank choice."""
    return [("", blank), *((code.code, f"{code.code}  {code.label}") for code in reason_codes())]


class DayInput(forms.DateInput):
    """A day as the browser picks it; ISO in and out, so that what was typed comes back as it was."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


def _settle_code(form: BaseForm, given: dict[str, Any], words: str) -> None:
    """The code that somebody chose, else the one that the words suggest; without either a person has to choose."""
    said = str(given.get(words) or "").strip()
    given["code"] = given.get("code") or suggested_code(said)
    if not said and not given["code"]:
        form.add_error(words, "Write the reason, or choose its code")
    elif not given["code"]:
        form.add_error("code", f"Choose the code: “{said[:40]}” does not suggest one")


class AbsenceForm(TokenMixin, BaseForm):
    """A reason arrives, for one child or several of a household (PRI-30).

    `pupil` are those picked; `q` is what was typed when nothing was picked yet, as without JavaScript.
    """

    q = forms.CharField(label="Pupil", required=False, max_length=200)
    channel = forms.ChoiceField(label="How it came", choices=[(c.value, TOLD.get(c, c.label)) for c in CHANNELS], widget=forms.RadioSelect)
    reason = forms.CharField(label="Reason, in their words", required=False, max_length=300)
    code = forms.ChoiceField(label="Code", required=False, choices=code_choices)
    until = forms.DateField(
        label="Away until", required=False, widget=DayInput, input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y"],
        error_messages={"invalid": "Away until: enter a day such as 27/11/2026"},
    )  # fmt: skip
    contact = forms.IntegerField(required=False, widget=forms.HiddenInput)
    caller = forms.CharField(label="Who told us", required=False, max_length=160)

    def __init__(self, *args: Any, school: School, pupils: Any = (), choices: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.school, self.pupils, self.choices = school, list(pupils), list(choices)
        for name in ("q", "reason", "caller"):
            self.fields[name].widget.attrs["class"] = "govuk-input"
        self.fields["until"].widget.attrs["class"] = "govuk-input"
        self.fields["code"].widget.attrs["class"] = "govuk-select"

    def clean(self) -> dict[str, Any]:
        """The code follows from the reason where nobody chose one."""
        given: dict[str, Any] = super().clean() or {}
        if not self.pupils:
            self.add_error("q", self._whom(str(given.get("q") or "")))
        _settle_code(self, given, "reason")
        return given

    def _whom(self, typed: str) -> str:
        """What to say where no pupil is picked."""
        if not typed:
            return "Choose the pupil: type two letters of the name and pick one"
        return "Choose which pupil you mean" if self.choices else f"Nobody on roll is called “{typed}”: type two letters of the name"


class BecauseForm(BaseForm):
    """Why something is taken back."""

    because = forms.CharField(
        label="Why is it undone?", max_length=200, error_messages={"required": "Say why it is undone: one or two words will do"}
    )


class ReleaseForm(BaseForm):
    """What the person saw who lets the held texts go."""

    reason = forms.CharField(
        label="What did you check?", max_length=300,
        error_messages={"required": "Say what you checked, for example: “Registers of 3A and 4B are right, the coach is late”"},
    )  # fmt: skip


class CallForm(TokenMixin, BaseForm):
    """One call: whom, the outcome, what was said (PRI-33)."""

    # `17`, or `17:+447700900123` with the number that was rung: people with two numbers are rung on one of them.
    contact = forms.RegexField(
        r"^\d+(:\+?\d+)?$", widget=forms.HiddenInput, error_messages={"required": "Choose whom you rang", "invalid": "Choose whom you rang"}
    )
    number = forms.CharField(required=False, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(label="What came of it", choices=ContactAttempt.Outcome.choices, widget=forms.RadioSelect)
    said = forms.CharField(label="What was said", required=False, max_length=400)
    code = forms.ChoiceField(label="Code, where a reason was given", required=False, choices=code_choices)

    def clean(self) -> dict[str, Any]:
        """A reason needs words, and its code follows from them where nobody chose one."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("contact"):
            contact, _, number = str(given["contact"]).partition(":")
            given["contact"], given["number"] = int(contact), number or given.get("number", "")
        if given.get("outcome") == ContactAttempt.Outcome.EXPLAINED and not given.get("said") and not given.get("code"):
            self.add_error("said", "Write the reason that was given")
        elif given.get("outcome") == ContactAttempt.Outcome.EXPLAINED:
            _settle_code(self, given, "said")
        return given


class WhyForm(BaseForm):
    """The headteacher's decision on shadow mode, with what it becomes: a page left open cannot switch it the other way."""

    to = forms.ChoiceField(choices=School.Sending.choices, widget=forms.HiddenInput)
    reason = forms.CharField(label="Why?", max_length=300, error_messages={"required": "Say why: the reason stays on record"})


class CloseForm(BaseForm):
    """Why the school is closed today."""

    reason = forms.CharField(
        label="Why is the school closed?",
        max_length=200,
        error_messages={"required": "Say why the school is closed"},
    )
