"""What the safeguarding team does about a concern."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms

from homevisits.common.clock import instant, local_day
from homevisits.common.forms import BaseForm, DayField, TokenMixin, WallTimeField
from homevisits.people.models import Pupil, Staff

from ..body import PARTS, grouped
from ..models import Concern, ConcernDecision
from ..selectors.concerns import Text
from ..selectors.marks import Marked, mark_words
from ..services.concerns import Mark
from .concerns import area, as_typed


class DecideForm(TokenMixin, BaseForm):
    """A decision and its reason; a call to 999 with its time and reference (MAT-12)."""

    kind = forms.ChoiceField(label="What is decided?", choices=ConcernDecision.Kind.choices, widget=forms.RadioSelect)
    because = area(
        "Why?", 5, required=True, help_text="What was weighed against what, and what was known. Not to refer needs its reason too."
    )
    consent = forms.CharField(label="Do the parents agree, or why were they not asked?", required=False, max_length=300)
    emergency_day = DayField(label="If 999 was rung: on which day?", required=False)
    emergency_time = WallTimeField(label="At what time?", required=False)
    emergency_reference = forms.CharField(label="The reference of the call", required=False, max_length=60)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean(self) -> dict[str, Any]:
        """A call has its day and time."""
        given = super().clean() or {}
        day, at = given.pop("emergency_day", None), given.pop("emergency_time", None)
        given["emergency_at"] = instant(day or local_day(self.now), at) if at else None
        if not at and (day or given.get("emergency_reference")) and "emergency_time" not in self.errors:
            self.add_error("emergency_time", "Enter the time of the call to 999")
        if given["emergency_at"] is not None and given["emergency_at"] > self.now:
            self.add_error("emergency_time", "The call cannot be later than now")
        return given


class ActionForm(TokenMixin, BaseForm):
    """What is to be done, by whom of the team, by which day."""

    says = forms.CharField(label="What is to be done?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    owner = forms.ChoiceField(label="Who sees to it?", help_text="Of the safeguarding team: nobody else may read of a concern.")
    due_on = DayField(label="By which day?")

    def __init__(self, *args: Any, team: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = {str(one.pk): one for one in team}
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose"), *((number, one.name) for number, one in self.team.items())]

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        given = dict(self.cleaned_data)
        return {**given, "owner": self.team[given["owner"]]}


class WordsForm(BaseForm):
    """One sentence that an act asks for."""

    text = forms.CharField(label="Why?", max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, label: str, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label, self.fields["text"].help_text = label, help_text
        self.fields["text"].error_messages["required"] = "Write it in a sentence"


class CloseForm(WordsForm):
    """What came of it; where a referral still waits, that it is closed all the same."""

    despite = forms.BooleanField(label="Close it although a referral is not settled")

    def __init__(self, *args: Any, waits: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, label="What came of it?", **kwargs)
        self.fields["despite"].help_text = " ".join(waits)
        self.fields["despite"].error_messages["required"] = "A referral of it is not settled: tick that you close it all the same"
        if not waits:
            del self.fields["despite"]


class MarksField(forms.MultipleChoiceField):
    """Marks by their numbers. Which of them can be withdrawn the service says: the same page sent twice names one that just was."""

    def valid_value(self, value: Any) -> bool:
        """Whether it is a number."""
        return str(value).isdecimal()


MARKS = 3  # new marks that one amendment can take


class AmendForm(TokenMixin, BaseForm):
    """What the concern is to say from now on, which marks on the body are wrong or new, and why."""

    says = area("What was seen and heard", 6, required=True)
    words = area("The child’s own words", 3)
    seen_day = DayField(label="On which day was that?")
    seen_time = WallTimeField(label="At what time?")
    place = forms.CharField(label="Where?", required=False, max_length=200)
    gone = MarksField(
        label="Marks on the body that are wrong", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="They are shown as withdrawn from now on, and stay beside the others.",
    )  # fmt: skip
    because = area("Why is it amended, and who asked for it?", 3, required=True)

    def __init__(self, *args: Any, text: Text, marks: Sequence[Marked] = (), **kwargs: Any) -> None:
        said = {"says": text.says, "words": text.words, "place": text.place, **as_typed(text.seen_at)}
        super().__init__(*args, initial=said, **kwargs)
        because, field = self.fields.pop("because"), self.fields["gone"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(one.mark.pk), f"{one.number}. {mark_words(one.mark)}") for one in marks if one.gone is None]
        if not field.choices:
            del self.fields["gone"]
        parts = [("", "No mark"), *((side, [(part.code, part.words) for part in each]) for side, each in grouped())]
        for number in range(1, MARKS + 1):
            label = "A mark that is missing" if number == 1 else "Another mark"
            self.fields[f"part_{number}"] = forms.ChoiceField(label=f"{label}: part of the body", choices=parts, required=False)
            self.fields[f"looks_{number}"] = forms.CharField(
                label="What it looks like: size, colour, shape", required=False, max_length=300
            )
        self.fields["because"] = because

    def clean(self) -> dict[str, Any]:
        """A mark that is described has its part of the body."""
        given = super().clean() or {}
        for number in range(1, MARKS + 1):
            if given.get(f"looks_{number}", "").strip() and not given.get(f"part_{number}"):
                self.add_error(f"part_{number}", "Choose the part of the body")
        return given

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        given = dict(self.cleaned_data)
        rows = [(given.pop(f"part_{number}"), given.pop(f"looks_{number}")) for number in range(1, MARKS + 1)]
        seen_at, gone = instant(given.pop("seen_day"), given.pop("seen_time")), [int(one) for one in given.pop("gone", ())]
        return {**given, "seen_at": seen_at, "gone": gone, "marks": [Mark(part, says) for part, says in rows if part in PARTS]}


class PupilsForm(BaseForm):
    """Other children whom it is about, and who was named by mistake."""

    add = forms.MultipleChoiceField(label="It is also about", required=False, widget=forms.CheckboxSelectMultiple)
    remove = forms.MultipleChoiceField(label="It is not about", required=False, widget=forms.CheckboxSelectMultiple)
    referral = forms.BooleanField(label="Name them all on the referral that is not sent yet, too", required=False)
    because = forms.CharField(label="Why?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, offered: Iterable[Pupil], there: Iterable[Pupil], unsent: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not unsent:
            del self.fields["referral"]
        for name, pupils in (("add", offered), ("remove", there)):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = [(str(one.pk), f"{one}, {one.class_name}".rstrip(", ")) for one in pupils]
            if not field.choices:
                del self.fields[name]

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        numbers = {name: [int(one) for one in self.cleaned_data.get(name, [])] for name in ("add", "remove")}
        return {**numbers, "because": self.cleaned_data["because"], "referral": self.cleaned_data.get("referral", False)}


class LinkForm(BaseForm):
    """Which other concern belongs to this one."""

    other = forms.ChoiceField(label="Which concern?", widget=forms.RadioSelect)
    because = forms.CharField(label="What connects them?", required=False, max_length=300)

    def __init__(self, *args: Any, offered: Sequence[tuple[Concern, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(one.pk): one for one, _ in offered}
        field = self.fields["other"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(one.pk), words) for one, words in offered]


class AwayForm(BaseForm):
    """From when to when one of the team is away."""

    staff = forms.ChoiceField(label="Who is away?")
    first_day = DayField(label="From")
    last_day = DayField(label="Until and with")

    def __init__(self, *args: Any, team: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = {str(one.pk): one for one in team}
        field = self.fields["staff"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(number, one.name) for number, one in self.team.items()]
