"""Forms about staff, their roles and their own account. Each field is named here: nothing else that is posted is looked at."""

from typing import Any

from django import forms

from homevisits.common.forms import BaseForm, DayField, PhoneField

from .models import Role, Staff

# The role of a trust's administrator is not a school's to give.
GIVEN_BY_SCHOOLS = [(role.value, role.label) for role in Role if role is not Role.TRUST_ADMIN]


class RoleForm(BaseForm):
    """A role with its dates."""

    role = forms.ChoiceField(label="Role", choices=[("", "Choose a role"), *GIVEN_BY_SCHOOLS])
    class_name = forms.CharField(label="Class", max_length=20, required=False, help_text="For a class teacher or teaching assistant")
    starts_on = DayField(label="First day", required=False, help_text="Empty: from now on")
    ends_on = DayField(label="Last day", required=False, help_text="Empty: until somebody ends it")


class AddStaffForm(RoleForm):
    """A person who is new to the school."""

    name = forms.CharField(label="Full name", max_length=150)
    email = forms.EmailField(label="Work email address", max_length=254, help_text="They sign in with it; the invitation goes there")
    field_order = ["name", "email", "role", "class_name", "starts_on", "ends_on"]


class LastDayForm(BaseForm):
    """When a role, or all of a person's roles, ends."""

    at_once = forms.BooleanField(label="Their access ends now, today included", required=False)
    last_day = DayField(label="Last day", required=False, help_text="The role still holds on that day")

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("at_once") and not cleaned.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", "Enter the last day, or tick that access ends now")
        return cleaned


class AccountForm(BaseForm):
    """A person's name and the address that they sign in with."""

    name = forms.CharField(label="Full name", max_length=150)
    email = forms.EmailField(label="Work email address", max_length=254)


class NoticesForm(BaseForm):
    """How one is told."""

    notify_by = forms.ChoiceField(
        label="How do you want to be told?",
        choices=Staff.NotifyBy.choices,
        widget=forms.RadioSelect,
        help_text="You are always told in the product. Alarms come by text whatever you choose, where we have your mobile number.",
    )
    mobile = PhoneField(label="Your mobile number", required=False, help_text="Only for telling you; parents never see it")
