"""Forms of sending a pair at once, and of reviewing it."""

from typing import Any

from django import forms

from homevisits.common.forms import BaseForm, TokenMixin, WallTimeField
from homevisits.people.models import Pupil, Staff


class SendForm(TokenMixin, BaseForm):
    """Who goes, back when, and why it cannot wait."""

    pupil = forms.ModelChoiceField(Pupil.objects.none(), label="Who is it about?", empty_label="Choose a pupil")
    first = forms.ModelChoiceField(Staff.objects.none(), label="Who goes?", empty_label="Choose somebody")
    second = forms.ModelChoiceField(Staff.objects.none(), label="Who goes with them?", empty_label="Nobody", required=False)
    due_back = WallTimeField(label="Back at school by", help_text="The alarm starts when they are not back by then")
    reason = forms.CharField(label="Why can it not wait?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, pupils: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if pupils is None:
            del self.fields["pupil"]
        else:
            self.fields["pupil"].queryset = pupils  # type: ignore[attr-defined]
        for name in ("first", "second"):
            self.fields[name].queryset = staff  # type: ignore[attr-defined]

    def pair(self) -> list[Staff]:
        """Those who go, in the order given."""
        return [person for person in (self.cleaned_data["first"], self.cleaned_data["second"]) if person is not None]


class ReviewForm(BaseForm):
    """What the reviewer found."""

    says = forms.CharField(
        label="What did you find?", help_text="Was it right to go at once, and what follows from it?", max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
