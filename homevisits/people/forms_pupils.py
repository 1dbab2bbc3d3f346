"""Forms about pupils' contacts."""

from django import forms

from homevisits.common.forms import BaseForm, FilesInput, ManyFiles, PhoneField


class NumbersForm(BaseForm):
    """A person's telephone numbers."""

    mobile = PhoneField(label="Mobile", required=False, help_text="A number that a text reaches")
    landline = PhoneField(label="Other number", required=False)


class RestrictionForm(BaseForm):
    """Why somebody may not, or may again, be contacted."""

    reason = forms.CharField(label="Reason", max_length=200, help_text="For example the court order with its date, and who told you")
    siblings = forms.BooleanField(label="The same for the other children of the household", required=False, initial=True)


class LeaverForm(forms.Form):
    """The decision on one proposed leaver."""

    pupil = forms.IntegerField()
    decision = forms.ChoiceField(choices=[("left", "Left"), ("stays", "Still on roll")])


class UploadForm(BaseForm):
    """The files of an import."""

    uploads = ManyFiles(
        label="Files", help_text="CSV, exported from the information system. Pupils and contacts together if they are two files.",
        widget=FilesInput({"class": "govuk-file-upload", "accept": ".csv,.txt,text/csv,text/plain"}),
    )  # fmt: skip
