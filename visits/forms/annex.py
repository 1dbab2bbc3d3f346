"""Forms of the infection-control annex."""

from typing import Any

from django import forms

from homevisits.common.forms import BaseForm, DayField
from homevisits.people.models import Pupil

from ..rules.annex import LIFT_MEASURES, LIFT_REASONS
from .risk import words


class AnnexForm(BaseForm):
    """Switching it on, or changing it."""

    isolation_days = forms.IntegerField(label="Isolation, in days", min_value=1, max_value=60)
    distance_metres = forms.IntegerField(label="Distance, in metres", min_value=1, max_value=10)
    expires_on = DayField(label="Last day on which it counts", required=False, help_text="Empty: until you end it")
    words = words("What staff and families read", rows=4, most=600, help_text="Without names. It goes out with the message.")
    based_on = forms.IntegerField(widget=forms.HiddenInput)


class AnnexEndForm(BaseForm):
    """Ending it."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)


class AskedForm(BaseForm):
    """What the annex asks of one visit."""

    remote_contact_why_not = words("Why can contact with the family not be remote?", rows=3, required=True)
    lift_reason = forms.ChoiceField(
        label="Why is the pupil given a lift in a staff car?", choices=list(LIFT_REASONS.items()), required=False, widget=forms.RadioSelect
    )
    lift_measures = forms.BooleanField(label=LIFT_MEASURES, required=False)

    def __init__(self, *args: Any, lift: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not lift:
            del self.fields["lift_reason"], self.fields["lift_measures"]


class IsolateForm(BaseForm):
    """A pupil who isolates."""

    pupil = forms.ModelChoiceField(label="Pupil", queryset=Pupil.objects.none(), empty_label="Choose a pupil")
    until = DayField(label="Last day of isolation")

    def __init__(self, *args: Any, pupils: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pupil"].queryset = pupils  # type: ignore[attr-defined]


class LookForm(BaseForm):
    """The next look at a warning that still holds."""

    review_on = DayField(label="When do you look at it again?")


class WarningForm(BaseForm):
    """A warning about a home by the safeguarding team."""

    about = forms.ChoiceField(label="What is it about?")
    says = words("What must whoever goes there know?", rows=3, required=True)
    source = forms.CharField(
        label="How is it known?", max_length=100, help_text="Who said or saw it, and when: a neighbour on the phone, the police, a visit"
    )
    expires_on = DayField(label="Last day on which it counts", required=False, help_text="Empty: until somebody ends it")
    review_on = DayField(label="When do you look at it again?", required=False, help_text="Empty: in half a year")

    def __init__(self, *args: Any, about: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [("", "Choose"), *about]  # type: ignore[attr-defined]
