"""Forms of the staff registers. Whoever they are about is chosen from the people of the school, given to the form."""

from collections.abc import Iterable
from typing import Any

from django import forms

from homevisits.common.forms import BaseForm, DayField, PhoneField

from .models import Staff
from .words import CHECKS, TRAINING

OTHER = "other"


class AboutSomebody(BaseForm):
    """A form with the member of staff whom it is about; `cleaned_data["staff"]` is the row."""

    staff = forms.ChoiceField(label="Member of staff")

    def __init__(self, *args: Any, people: Iterable[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        field = self.fields["staff"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose a person"), *((key, person.name) for key, person in self.people.items())]

    def clean_staff(self) -> Staff:
        """The person."""
        return self.people[self.cleaned_data["staff"]]


class _Named(AboutSomebody):
    """Something with a list of names, or a name of the school's own."""

    name_field = ""

    def clean(self) -> dict[str, Any]:
        """The name, from the list or typed."""
        cleaned: dict[str, Any] = super().clean() or {}
        other = cleaned.pop("other", "").strip()
        if cleaned.get(self.name_field) == OTHER:
            if not other and "other" not in self.errors:
                self.add_error("other", "Enter its name")
            cleaned[self.name_field] = other
        return cleaned


class CheckForm(_Named):
    """A check of a member of staff."""

    name_field = "level"
    level = forms.ChoiceField(label="Check", choices=[("", "Choose a check"), *CHECKS.items(), (OTHER, "Another check")])
    other = forms.CharField(label="Name of another check", max_length=30, required=False, help_text="Only where it is not in the list")
    checked_on = DayField(label="Checked on")
    expires_on = DayField(label="Expires on", required=False, help_text="Its last day. Empty: it does not expire")


class TrainingForm(_Named):
    """A training that a member of staff has done."""

    name_field = "name"
    name = forms.ChoiceField(label="Training", choices=[("", "Choose a training"), *TRAINING.items(), (OTHER, "Another training")])
    other = forms.CharField(label="Name of another training", max_length=40, required=False, help_text="Only where it is not in the list")
    done_on = DayField(label="Done on")
    expires_on = DayField(label="Expires on", required=False, help_text="Its last day. Empty: it does not expire")


class OwnVehicleForm(BaseForm):
    """One's own vehicle."""

    make = forms.CharField(label="Make", max_length=40, help_text="For example Ford")
    model = forms.CharField(label="Model", max_length=40, help_text="For example Fiesta")
    registration = forms.CharField(label="Registration", max_length=12, widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}))
    colour = forms.CharField(label="Colour", max_length=30)
    insured_until = DayField(
        label="Insured until", required=False, help_text="The last day insured for work journeys. Without it the vehicle cannot be chosen"
    )
    insurance_note = forms.CharField(label="Note on the insurance", max_length=200, required=False, help_text="For example the insurer")


class VehicleForm(OwnVehicleForm):
    """Any vehicle of the register."""

    owner = forms.ChoiceField(label="Whose it is", required=False)
    minibus = forms.BooleanField(label="It is a minibus", required=False)
    field_order = ["owner", "make", "model", "registration", "colour", "minibus", "insured_until", "insurance_note"]

    def __init__(self, *args: Any, people: Iterable[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "The school’s own"), *((key, person.name) for key, person in self.people.items())]

    def clean_owner(self) -> Staff | None:
        """The person, None for the school's own."""
        return self.people.get(self.cleaned_data["owner"])


class DeviceForm(BaseForm):
    """An alarm device."""

    label = forms.CharField(label="What is written on it", max_length=40, help_text="For example Alarm 1")
    identifier = forms.CharField(label="Its telephone or serial number", max_length=40, required=False)
    note = forms.CharField(label="Note", max_length=200, required=False)


class MobileForm(BaseForm):
    """The mobile that a person carries."""

    mobile = PhoneField(label="Mobile number", required=False, help_text="Empty takes the number out")


class AssessmentForm(BaseForm):
    """A lone-worker assessment."""

    hazards = forms.CharField(label="Hazards of working alone", widget=forms.Textarea(attrs={"rows": 5}))
    measures = forms.CharField(label="What is done about them", widget=forms.Textarea(attrs={"rows": 5}))
    review_on = DayField(label="Next review", help_text="After this day it no longer counts")


class StaleForm(BaseForm):
    """Why an assessment no longer fits."""

    because = forms.CharField(label="What has changed?", max_length=200)


class OwnUnwellForm(BaseForm):
    """That one is unwell."""

    symptoms_from = DayField(label="First day unwell")
    until = DayField(label="Last day unwell", required=False, help_text="If it is known")
    infectious = forms.BooleanField(
        label="Others could catch it", required=False, initial=True,
        help_text="While the school’s infection control is in force, its days of isolation apply",
    )  # fmt: skip


class UnwellForm(AboutSomebody, OwnUnwellForm):
    """That somebody is unwell."""

    field_order = ["staff", "symptoms_from", "until", "infectious"]


class TestForm(BaseForm):
    """A negative test."""

    tested_on = DayField(label="Day of the negative test")


class OwnConflictForm(BaseForm):
    """That one does not visit a household."""

    reason = forms.CharField(label="Reason", max_length=200, required=False, help_text="You do not have to say why")


class ConflictForm(AboutSomebody):
    """That somebody does not visit a household."""

    reason = forms.CharField(label="Reason", max_length=200, required=False, help_text="Nobody has to say why")


class NeedsForm(BaseForm):
    """What whoever works with a pupil has to know."""

    medical = forms.CharField(label="Medical needs", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    behaviour = forms.CharField(label="Known behaviour", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    send_needs = forms.CharField(
        label="Special educational needs and disabilities", required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class HouseholdForm(BaseForm):
    """What whoever visits a household has to know."""

    parking = forms.CharField(label="Parking", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    culture = forms.CharField(
        label="Household and culture", required=False, help_text="For example: shoes off at the door; both grandparents live here",
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    area = forms.CharField(label="The area and the way there", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    notes = forms.CharField(label="Other notes", required=False, widget=forms.Textarea(attrs={"rows": 3}))
