"""Forms about incidents."""

from collections.abc import Mapping
from typing import Any, ClassVar

from crispy_forms_gds.layout import Field, Layout
from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from homevisits.common.forms import BaseForm, TokenMixin, WallTimeField

from ..incident_questions import QUESTIONS, YES, Asked, asked_of
from ..models import Incident
from ..rules.incidents import THREATENED

YES_NO = (("yes", "Yes"), ("no", "No"))
POLICE, AMBULANCE, BOTH, NOBODY = "called", "ambulance", "both", "not_called"
CALLED_999 = ((POLICE, "Yes, the police"), (AMBULANCE, "Yes, an ambulance or the fire brigade"), (BOTH, "Yes, both"), (NOBODY, "No"))


def yes_no(label: str, *, required: bool = False) -> forms.TypedChoiceField:
    """A question answered yes or no: True, False, or None where it is not answered."""
    return forms.TypedChoiceField(
        label=label, choices=YES_NO, required=required, widget=forms.RadioSelect, coerce=lambda value: value == "yes", empty_value=None
    )


def _field(one: Asked) -> forms.Field:
    """The field of a question: nothing is required in it by itself, since it may belong to a kind that was not chosen."""
    if one.kind == "yes_no":
        return forms.ChoiceField(label=one.words, choices=YES_NO, required=False, help_text=one.hint, widget=forms.RadioSelect)
    widget = forms.Textarea(attrs={"rows": 3}) if one.kind == "text" else forms.TextInput()
    most = 5000 if one.kind == "text" else 300
    return forms.CharField(label=one.words, required=False, max_length=most, help_text=one.hint, widget=widget)


def _required(one: Asked) -> str:
    return f"Answer the question “{one.words}”"


class _Opened:
    """Fields that one answer opens. Without script all of them show, each under the answer that it belongs to."""

    template: ClassVar[str] = "safeguarding/_opened.html"

    def __init__(self, field: str, value: str, words: str, parts: list[Any]) -> None:
        self.field, self.value, self.words, self.parts = field, value, words, Layout(*parts)

    def render(self, form: forms.Form, context: Any, **kwargs: Any) -> SafeString:
        """The fields as HTML, within what the script hides."""
        inside = {"field": self.field, "value": self.value, "words": self.words, "fields": self.parts.render(form, context, **kwargs)}
        return render_to_string(self.template, inside)


def _laid_out(questions: tuple[Asked, ...], prefix: str) -> list[Any]:
    """The questions in order; one that a yes opens stands right under the question that opens it."""
    parts: list[Any] = []
    for one in questions:
        if not one.opened_by:
            parts.append(Field(f"{prefix}{one.code}"))
        else:
            parts.append(_Opened(f"{prefix}{one.opened_by}", YES, "Yes", [Field(f"{prefix}{one.code}")]))
    return parts


def _answers(form: forms.Form, kind: str, prefix: str, *, whole: bool) -> dict[str, str]:
    """The answers to the questions of a kind that count; what is owed and missing becomes an error of its field, where all is asked."""
    given = {one.code: str(form.cleaned_data.get(f"{prefix}{one.code}") or "").strip() for one in asked_of(kind)}
    found = {}
    for one in asked_of(kind):
        if one.opened_by and given.get(one.opened_by) != YES:
            continue
        if given[one.code]:
            found[one.code] = given[one.code]
        elif one.owed and whole:
            form.add_error(f"{prefix}{one.code}", _required(one))
    return found


class IncidentForm(TokenMixin, BaseForm):
    """What happened on a visit, with the questions of each kind. It works from its HTML alone, so that a tablet can carry it."""

    kind = forms.ChoiceField(label="What happened?", choices=Incident.Kind.choices, widget=forms.RadioSelect)
    time = WallTimeField(label="At what time?", required=False, help_text="On the day of the visit. Empty: just now")
    note = forms.CharField(
        label="What happened, in facts", max_length=10000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What you saw and heard, in the order in which it happened",
    )  # fmt: skip
    police = forms.ChoiceField(
        label="Was 999 called?", choices=CALLED_999, required=False, widget=forms.RadioSelect,
        help_text="In danger ring 999 first, then answer this.",
    )  # fmt: skip
    police_time = WallTimeField(label="When was 999 called?", required=False, help_text="Empty: just now")
    police_reference = forms.CharField(label="The reference you were given", required=False, max_length=60)
    details: dict[str, str]

    def __init__(self, *args: Any, whole: bool = True, **kwargs: Any) -> None:
        """`whole=False`: it was said without network and comes in now: what is missing is asked later, nothing is turned away."""
        super().__init__(*args, **kwargs)
        self.whole = whole
        kinds = dict(Incident.Kind.choices)
        opened = []
        for kind, questions in QUESTIONS.items():
            for one in questions:
                self.fields[f"{kind}-{one.code}"] = _field(one)
            opened.append(_Opened("kind", str(kind), str(kinds[kind]), _laid_out(questions, f"{kind}-")))
        self.details = {}
        self.helper.layout = Layout("token", "kind", *opened, "time", "note", "police", "police_time", "police_reference")

    def clean(self) -> dict[str, Any]:
        """A threat or violence asks about the police (ALT-22), a kind asks what is owed to it; the other kinds ask nothing."""
        given = super().clean() or {}
        kind = given.get("kind", "")
        if self.whole and kind in THREATENED and not given.get("police"):
            self.add_error("police", "Say whether the police were called. In danger ring 999 now")
        self.details = _answers(self, kind, f"{kind}-", whole=self.whole)
        return given

    def calls(self) -> tuple[bool, bool]:
        """Whether the police were called, and whether an ambulance or the fire brigade."""
        called = self.cleaned_data["police"]
        return called in (POLICE, BOTH), called in (AMBULANCE, BOTH)


class MoreForm(BaseForm):
    """What has become known of an incident since. Times are of the day on which it happened.

    Words are asked for anew: what somebody else wrote is not put into a field in which it becomes the words of whoever sends it.
    """

    added = forms.CharField(
        label="What has become known since", required=False, max_length=10000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="It stands beside what was written, with your name and the time.",
    )  # fmt: skip
    note = forms.CharField(
        label="If what was written is wrong: what happened, written anew", required=False, max_length=10000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The whole of it. It is shown as amended by you; what was written first stays beside it.",
    )  # fmt: skip
    safe_place_at = WallTimeField(label="When did staff reach a safe place?", required=False)
    police_called_at = WallTimeField(label="When were the police called?", required=False, help_text="Empty: they were not")
    police_reference = forms.CharField(label="Police reference", required=False, max_length=60)
    police_not_called_because = forms.CharField(
        label="If the police were not called: why not?", required=False, max_length=300, help_text="Asked after a threat or violence"
    )
    ambulance_called_at = WallTimeField(
        label="When was an ambulance or the fire brigade called?", required=False, help_text="Empty: they were not"
    )
    ambulance_reference = forms.CharField(label="Their reference", required=False, max_length=60)
    support_offered = yes_no("Was support offered to the staff?")
    injury_report = forms.CharField(
        label="Injury-at-work report", required=False, max_length=120, help_text="Its number or where it is kept, if staff were hurt or ill"
    )

    def __init__(self, *args: Any, kind: str, details: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, own = kind, list(self.fields)
        for one in asked_of(kind):
            self.fields[f"asked-{one.code}"] = _field(one)
            self.initial[f"asked-{one.code}"] = details.get(one.code, "")
        self.helper.layout = Layout(*own[:2], *_laid_out(asked_of(kind), "asked-"), *own[2:])

    def known(self) -> dict[str, Any]:
        """What the service takes: everything by its name, the answers of the kind together."""
        codes = [one.code for one in asked_of(self.kind)]
        details = {code: (self.cleaned_data[f"asked-{code}"] or "").strip() for code in codes}
        own = {name: value for name, value in self.cleaned_data.items() if not name.startswith("asked-")}
        if not own["note"].strip():
            del own["note"]
        return own | ({"details": details} if codes else {})


class ReviewForm(BaseForm):
    """What follows from an incident."""

    review = forms.CharField(label="What follows from it?", max_length=10000, widget=forms.Textarea(attrs={"rows": 5}))
    policy_to_amend = yes_no("Does the policy need amending?", required=True)
