"""What is asked before something confidential leaves the product on paper."""

from django import forms

from homevisits.common.forms import BaseForm


class CopyForm(BaseForm):
    """What a copy is for: it is kept with the name of whoever takes it."""

    reason = forms.CharField(
        label="What is the copy for?",
        max_length=300,
        help_text="For example: for the police officer, reference 123. It is kept with your name",
    )
