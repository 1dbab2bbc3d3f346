"""Forms about staff, their roles and their own account. Each field is named here: nothing else that is posted is looked at."""

from collections.abc import Collection, Sequence
from typing import Any, cast

from django import forms

from homevisits.common.forms import BaseForm, DayField, PhoneField

from .models import Role, Staff
from .rules import WATCHED

# The role of a trust's administrator is not a school's to give, and the guarded ones are not given here: they have a page of their own.
GIVEN_BY_SCHOOLS = [(role.value, role.label) for role in Role if role is not Role.TRUST_ADMIN and role not in WATCHED]


class RoleForm(BaseForm):
    """A role with its dates."""

    role = forms.ChoiceField(label="Role", choices=[("", "Choose a role")])
    class_name = forms.CharField(label="Class", max_length=20, required=False, help_text="For a class teacher or teaching assistant")
    starts_on = DayField(label="First day", required=False, help_text="Empty: from now on")
    ends_on = DayField(label="Last day", required=False, help_text="Empty: until somebody ends it")

    def __init__(self, *args: Any, roles: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(role, label) for role, label in GIVEN_BY_SCHOOLS if role in roles]
        cast(forms.ChoiceField, self.fields["role"]).choices = [("", "Choose a role"), *offered]


class AddStaffForm(RoleForm):
    """A person who is new to the school."""

    name = forms.CharField(label="Full name", max_length=150)
    email = forms.EmailField(label="Work email address", max_length=254, help_text="They sign in with it; the invitation goes there")
    field_order = ["name", "email", "role", "class_name", "starts_on", "ends_on"]


class GuardedRoleForm(BaseForm):
    """One of the roles that a head does not give alone, for somebody who has an account in the school."""

    role = forms.ChoiceField(
        label="Role", choices=[("", "Choose a role"), *((role.value, role.label) for role in Role if role in WATCHED)]
    )  # fmt: skip
    who = forms.ChoiceField(label="Who", help_text="Somebody new is added under Staff first: a new chair as a governor")
    ends_on = DayField(label="Last day", required=False, help_text="Empty: until somebody ends it")

    def __init__(self, *args: Any, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(person.pk): person for person in people}
        choices = [(pk, f"{person.name}, {person.email}") for pk, person in self._people.items()]
        cast(forms.ChoiceField, self.fields["who"]).choices = [("", "Choose somebody"), *choices]

    def person(self) -> Staff:
        """Who was chosen, of those who were offered."""
        return self._people[self.cleaned_data["who"]]


class GuardedAccountForm(BaseForm):
    """What is to be done about the sign-in of somebody who holds a guarded role."""

    kind = forms.ChoiceField(
        label="What do they need?",
        choices=[("reset", "A new second step: their phone or key is lost"), ("address", "Another email address to sign in with")],
        widget=forms.RadioSelect,
    )
    email = forms.EmailField(label="The new work email address", max_length=254, required=False, help_text="For another address only")

    def clean(self) -> dict[str, Any]:
        """An address where one is asked for, and only there."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") == "address" and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", "Enter the new work email address")
        if cleaned.get("kind") == "reset":
            cleaned["email"] = ""
        return cleaned


class LastDayForm(BaseForm):
    """When a role, or all of a person's roles, ends; asked again where nobody would be left who reads what is kept from others."""

    at_once = forms.BooleanField(label="Their access ends now, today included", required=False)
    last_day = DayField(label="Last day", required=False, help_text="The role still holds on that day")
    nobody_reads = forms.BooleanField(
        label="It cannot wait: end it all the same",
        required=False,
        help_text="Until somebody else has the role, nobody can read it, and the school’s head is told so.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._insists = self.fields.pop("nobody_reads")
        if "nobody_reads" in self.data:
            self.offer_to_insist()

    def offer_to_insist(self) -> None:
        """Show the box with which it ends all the same."""
        self.fields["nobody_reads"] = self._insists

    @property
    def insists(self) -> bool:
        """Whether it is to end though nobody is left who reads."""
        return bool(self.cleaned_data.get("nobody_reads"))

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
