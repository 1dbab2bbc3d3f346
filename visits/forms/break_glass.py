"""Forms of sending a pair at once, and of reviewing it."""

from dataclasses import dataclass
from typing import Any

from django import forms

from homevisits.common.forms import BaseForm, TokenMixin, WallTimeField
from homevisits.people.models import AlarmDevice, Pupil, Staff, Vehicle

from ..rules.plans import ON_FOOT


@dataclass(frozen=True)
class Kit:
    """What there is to take along, and which of it the policy asks for."""

    devices: Any
    vehicles: Any
    asked: frozenset[str]


class SendForm(TokenMixin, BaseForm):
    """Who goes, back when, and why it cannot wait."""

    pupil = forms.ModelChoiceField(Pupil.objects.none(), label="Who is it about?", empty_label="Choose a pupil")
    first = forms.ModelChoiceField(Staff.objects.none(), label="Who goes?", empty_label="Choose somebody")
    second = forms.ModelChoiceField(Staff.objects.none(), label="Who goes with them?", empty_label="Nobody", required=False)
    due_back = WallTimeField(label="Back at school by", help_text="The alarm starts when they are not back by then")
    device = forms.ModelChoiceField(
        AlarmDevice.objects.none(),
        label="Which alarm device?",
        required=False,
        empty_label="None",
        help_text="The first of those who go carries it",
    )
    vehicle = forms.ModelChoiceField(Vehicle.objects.none(), label="Which vehicle?", required=False, empty_label="None of the register")
    vehicle_words = forms.ChoiceField(
        label="Without a vehicle: how do they go?",
        required=False,
        choices=[("", "In the vehicle above"), *((one, one) for one in ON_FOOT if one)],
    )
    safe_word = forms.CharField(label="Safe word", required=False, max_length=40, help_text="Known to those who go and to the office")
    reason = forms.CharField(label="Why can it not wait?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, pupils: Any, staff: Any, kit: Kit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if pupils is None:
            del self.fields["pupil"]
        else:
            self.fields["pupil"].queryset = pupils  # type: ignore[attr-defined]
        for name in ("first", "second"):
            self.fields[name].queryset = staff  # type: ignore[attr-defined]
        self.fields["device"].queryset = kit.devices  # type: ignore[attr-defined]
        self.fields["vehicle"].queryset = kit.vehicles  # type: ignore[attr-defined]
        # An emergency has no time for fields that the policy does not ask for.
        for name in {"device", "vehicle", "vehicle_words", "safe_word"} - kit.asked:
            del self.fields[name]

    def taken(self) -> dict[str, Any]:
        """What they take along, where it was asked."""
        names = ("device", "vehicle", "vehicle_words", "safe_word")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}

    def pair(self) -> list[Staff]:
        """Those who go, in the order given."""
        return [person for person in (self.cleaned_data["first"], self.cleaned_data["second"]) if person is not None]


class ReviewForm(BaseForm):
    """What the reviewer found."""

    says = forms.CharField(
        label="What did you find?", help_text="Was it right to go at once, and what follows from it?", max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
