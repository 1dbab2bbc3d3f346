"""Forms of decisions on a visit: they carry the version that was read."""

from django import forms

from homevisits.common.forms import BaseForm


class AsRead(forms.Form):
    """The visit as it stood on the page, so that nothing is decided about another one (R15)."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    status = forms.CharField(widget=forms.HiddenInput)


class ApproveForm(AsRead, BaseForm):
    """A signature, with a word for those who go where the approver wants one."""

    says = forms.CharField(
        label="A word for those who go (optional)", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReasonForm(AsRead, BaseForm):
    """Declining or sending back, with the reason that requester and pair read."""

    reason = forms.CharField(label="Why?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ("reason",)


class SignForm(BaseForm):
    """Signing one visit for the week's list, as it was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
