"""Forms about incidents."""

from django import forms

from homevisits.common.forms import BaseForm, WallTimeField

YES_NO = (("yes", "Yes"), ("no", "No"))


def yes_no(label: str, *, required: bool = False) -> forms.TypedChoiceField:
    """A question answered yes or no: True, False, or None where it is not answered."""
    return forms.TypedChoiceField(
        label=label, choices=YES_NO, required=required, widget=forms.RadioSelect, coerce=lambda value: value == "yes", empty_value=None
    )


class MoreForm(BaseForm):
    """What has become known of an incident since. Times are of the day on which it happened."""

    note = forms.CharField(label="What happened, in facts", required=False, max_length=10000, widget=forms.Textarea(attrs={"rows": 6}))
    safe_place_at = WallTimeField(label="When did staff reach a safe place?", required=False)
    police_called_at = WallTimeField(label="When were the police called?", required=False, help_text="Empty: they were not")
    police_reference = forms.CharField(label="Police reference", required=False, max_length=60)
    police_not_called_because = forms.CharField(
        label="If the police were not called: why not?", required=False, max_length=300, help_text="Asked after a threat or violence"
    )
    support_offered = yes_no("Was support offered to the staff?")
    injury_report = forms.CharField(
        label="Injury-at-work report", required=False, max_length=120, help_text="Its number or where it is kept, if staff were hurt or ill"
    )


class ReviewForm(BaseForm):
    """What follows from an incident."""

    review = forms.CharField(label="What follows from it?", max_length=10000, widget=forms.Textarea(attrs={"rows": 5}))
    policy_to_amend = yes_no("Does the policy need amending?", required=True)
